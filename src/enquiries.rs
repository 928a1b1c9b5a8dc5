//! enquiries.
