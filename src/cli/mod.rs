//! The command line.

pub mod dataset;
pub mod eval;
pub mod exit;
pub mod fit;
pub mod parse;
mod reader_args;

/// Runs the program.
pub fn run() -> std::process::ExitCode {
    std::process::ExitCode::SUCCESS
}
