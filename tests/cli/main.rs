//! The program as a user runs it: every subcommand, with its output, its messages and its errors.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod device;
mod evaluate;
mod explain;
mod faults;
mod ids;
mod info_and_embed;
#[path = "../support/labelled.rs"]
mod labelled;
mod leaks;
mod predict;
mod run_file;
mod shards;
mod threads;
mod train;

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use labelled::labelled;
use tempfile::TempDir;

const SETTINGS: &str = "hidden_units = 8\nembedding_dim = 8\nattention_dim = 4\n\
                        learning_rate = 0.02\nbatch_size = 8\n";

/// Three good records, `bad` with a letter that is not a nucleotide code, and `short`, which has no
/// 2-mer.
const MIXED: &str = ">let-7a first\nUGAGGUAGUAGGUUGUAUAGUU\n>bad\nACGU\nAC!U\n\
                     >thymine\nTGAGGTAGTAGGTTGTATAGTT\n>short\nA\n>lower\nuuuuguuuacguuuauuu\n";

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_rmlocnet"))
}

/// Runs the program with arguments separated by spaces; `{}` stands for the path of the folder.
fn run(folder: &Path, arguments: &str) -> Output {
    command(folder, arguments).output().unwrap()
}

fn command(folder: &Path, arguments: &str) -> Command {
    let mut command = program();
    for argument in arguments.split(' ') {
        command.arg(argument.replace("{}", folder.to_str().unwrap()));
    }
    // A build with WebGPU finds no driver here, so every machine computes on the CPU.
    for variable in ["VK_ICD_FILENAMES", "VK_DRIVER_FILES"] {
        command.env(variable, "/nonexistent/icd.json");
    }
    command.stdin(Stdio::null());
    command
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

/// The messages on standard error, without the line about the device, which depends on the build.
fn messages(output: &Output) -> &str {
    let text = stderr(output);
    if text.starts_with("rmlocnet: computing on ") {
        text.split_once('\n').map_or("", |(_, rest)| rest)
    } else {
        text
    }
}

/// A folder with a labelled set, a file of settings, and FASTA with good and bad records.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("labelled.fasta", &labelled(48, 3));
    write("settings.toml", SETTINGS);
    write("mixed.fasta", MIXED);
    folder
}

/// Trains a small model for five epochs, and writes it and its log to the folder.
fn train(folder: &Path, name: &str, seed: u64) -> Output {
    let output = run(
        folder,
        &format!(
            "train --data {{}}/labelled.fasta --preset human-snorna-paper --config {{}}/settings.toml \
             --epochs 5 --seed {seed} --log {{}}/{name}.tsv --output {{}}/{name}.safetensors"
        ),
    );
    assert!(output.status.success(), "{}", stderr(&output));
    output
}

/// The bytes of a model that is trained once for all tests.
fn model() -> &'static [u8] {
    static MODEL: OnceLock<Vec<u8>> = OnceLock::new();
    MODEL.get_or_init(|| {
        let folder = folder();
        train(folder.path(), "small", 7);
        fs::read(folder.path().join("small.safetensors")).unwrap()
    })
}

/// The same folder, with the model file `small.safetensors`.
fn folder_with_model() -> TempDir {
    let folder = folder();
    fs::write(folder.path().join("small.safetensors"), model()).unwrap();
    folder
}

/// Runs the program and checks that it fails: with exit status 1, nothing on standard output, and a
/// message that contains all `pieces`.
#[track_caller]
fn assert_fails(folder: &Path, arguments: &str, pieces: &[&str]) {
    let output = run(folder, arguments);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert_eq!(stdout(&output), "");
    let message = stderr(&output);
    assert!(message.starts_with("rmlocnet: "), "{message}");
    for piece in pieces {
        assert!(message.contains(piece), "no `{piece}` in: {message}");
    }
}
