#![no_main]
#[path = "../../tests/readers/checks.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| checks::shard(bytes));
