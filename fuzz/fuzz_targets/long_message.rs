#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| chit_fuzz::holds(&chit_fuzz::inputs::long_message(bytes)));
