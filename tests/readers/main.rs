//! Every reader with damaged input: it does not panic, does not hang, does not take memory without
//! bound, and gives out what is valid beside the damage.
//!
//! [`checks`] has what must hold for any bytes; the fuzzers in `fuzz/` use the same functions. Here,
//! the files in `corpus/` are read, and changed at random, with a fixed seed. The environment
//! variable `RMLOCNET_FUZZ_INPUTS` is the number of changed inputs for each reader.
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]
#![allow(clippy::print_stderr, reason = "the input that fails is printed")]

mod checks;
mod loss;
mod mutate;

use std::alloc::System;
use std::fs;
use std::panic::{catch_unwind, resume_unwind};
use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use cap::Cap;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use mutate::Mutator;

/// The memory that all tests together may take. A reader that believes a file of a hundred bytes
/// which claims four gigabytes ends the program.
const MEMORY: usize = 1 << 30;

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, MEMORY);

/// Changed inputs for each reader, unless `RMLOCNET_FUZZ_INPUTS` has another number.
const INPUTS: usize = 2000;
/// After this time, an input hangs: the slowest take a few milliseconds.
const MAX_TIME: Duration = Duration::from_secs(60);

/// The files of the corpus whose names start with that of the reader.
fn corpus(reader: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/readers/corpus");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .starts_with(reader)
        })
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "no file for {reader}");
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

/// Checks a reader with the corpus and with changed inputs.
fn check_reader(seeds: Vec<Vec<u8>>, check: fn(&[u8])) {
    let inputs = std::env::var("RMLOCNET_FUZZ_INPUTS");
    let inputs = inputs.map_or(INPUTS, |number| number.parse().unwrap());
    let (sender, checked) = mpsc::channel();
    let checking = thread::spawn(move || {
        for seed in &seeds {
            check_input(seed, check);
        }
        let mut mutator = Mutator::new(seeds, ChaCha8Rng::seed_from_u64(1));
        for number in 0..inputs {
            check_input(&mutator.next_input(), check);
            sender.send(number).unwrap();
        }
    });
    let mut last = None;
    loop {
        match checked.recv_timeout(MAX_TIME) {
            Ok(number) => last = Some(number),
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => panic!("the input after number {last:?} hangs"),
        }
    }
    checking.join().unwrap();
}

/// Checks one input. If the check panics, the input is printed.
fn check_input(input: &[u8], check: fn(&[u8])) {
    if let Err(panic) = catch_unwind(|| check(input)) {
        eprintln!("input: {}", input.escape_ascii());
        resume_unwind(panic);
    }
}

#[test]
fn fasta_is_read() {
    check_reader(corpus("fasta"), checks::fasta);
}

#[test]
fn gzip_is_read() {
    let texts = corpus("fasta");
    let packed = texts.iter().map(|text| mutate::gzip(text));
    let mut seeds: Vec<Vec<u8>> = packed.collect();
    seeds.push([seeds[0].clone(), seeds[1].clone(), vec![0; 64]].concat());
    check_reader(seeds, checks::fasta);
}

#[test]
fn labelled_sets_are_read() {
    check_reader(corpus("labelled"), checks::labelled_set);
}

#[test]
fn tables_of_labels_are_read() {
    check_reader(corpus("labels"), checks::labels);
}

#[test]
fn tables_of_predictions_are_read() {
    check_reader(corpus("predictions"), checks::predictions);
}

#[test]
fn model_files_are_read() {
    let model = include_bytes!("../reference/pytorch_model.safetensors");
    check_reader(vec![model.to_vec()], checks::model);
}

#[test]
fn checkpoints_are_read() {
    check_reader(vec![checks::new_checkpoint()], checks::checkpoint);
}

#[test]
fn run_files_are_read() {
    check_reader(corpus("run"), checks::run_file);
}

#[test]
fn shards_are_read() {
    check_reader(corpus("shard"), checks::shard);
}

#[test]
fn settings_are_read() {
    check_reader(corpus("settings"), checks::settings);
}

/// The bytes of a safetensors file whose header is this text, without any data.
fn safetensors(header: &str) -> Vec<u8> {
    let length = (header.len() as u64).to_le_bytes();
    [&length[..], header.as_bytes()].concat()
}

#[test]
fn small_files_that_claim_gigabytes_are_rejected() {
    let tensor =
        r#"{"lstm.weight":{"dtype":"F32","shape":[1073741824],"data_offsets":[0,4294967296]}}"#;
    let huge = r#"{"a":{"dtype":"F32","shape":[4294967296,4294967296,4],"data_offsets":[0,0]}}"#;
    for bytes in [
        safetensors(tensor),
        safetensors(huge),
        u64::MAX.to_le_bytes().repeat(10),
    ] {
        assert!(rmlocnet::Model::from_bytes(&bytes).is_err());
        assert!(rmlocnet::training::Checkpoint::from_bytes(&bytes).is_err());
    }
}
