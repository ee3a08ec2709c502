//! The program as a person runs it: train, predict, info, embed, and what it says when something
//! is wrong.
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod device;
mod evaluate;
mod explain;
#[path = "../support/labelled.rs"]
mod labelled;
mod look;
mod predict;
mod train;

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use labelled::labelled;
use tempfile::TempDir;

const SETTINGS: &str = "hidden_units = 8\nembedding_dim = 8\nattention_dim = 4\n\
                        learning_rate = 0.02\nbatch_size = 8\n";

/// Three good records, `bad` with a letter that is none, `short` without a single 2-mer.
const MIXED: &str = ">let-7a first\nUGAGGUAGUAGGUUGUAUAGUU\n>bad\nACGU\nAC!U\n\
                     >thymine\nTGAGGTAGTAGGTTGTATAGTT\n>short\nA\n>lower\nuuuuguuuacguuuauuu\n";

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_rmlocnet"))
}

/// Runs the program with arguments separated by spaces; `{}` in them is the folder's path.
fn run(folder: &Path, arguments: &str) -> Output {
    command(folder, arguments).output().unwrap()
}

fn command(folder: &Path, arguments: &str) -> Command {
    let mut command = program();
    for argument in arguments.split(' ') {
        command.arg(argument.replace("{}", folder.to_str().unwrap()));
    }
    // A build with WebGPU finds no driver, so that every machine gives the same answers.
    for variable in ["VK_ICD_FILENAMES", "VK_DRIVER_FILES"] {
        command.env(variable, "/nonexistent/icd.json");
    }
    command.stdin(Stdio::null());
    command
}

fn out(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

fn err(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

/// What the program said but for the device it chose, which depends on the machine.
fn said(output: &Output) -> &str {
    let said = err(output);
    match said.starts_with("rmlocnet: computing on ") {
        true => said.split_once('\n').map_or("", |(_, rest)| rest),
        false => said,
    }
}

/// A folder with the labelled set, the settings and the mixed FASTA.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("labelled.fasta", &labelled(48, 3));
    write("settings.toml", SETTINGS);
    write("mixed.fasta", MIXED);
    folder
}

fn train(folder: &Path, name: &str, seed: u64) -> Output {
    let output = run(
        folder,
        &format!(
            "train --data {{}}/labelled.fasta --preset human-snorna-paper --config {{}}/settings.toml \
             --epochs 5 --seed {seed} --log {{}}/{name}.tsv --output {{}}/{name}.safetensors"
        ),
    );
    assert!(output.status.success(), "{}", err(&output));
    output
}

/// The bytes of a model trained once for all tests.
fn model() -> &'static [u8] {
    static MODEL: OnceLock<Vec<u8>> = OnceLock::new();
    MODEL.get_or_init(|| {
        let folder = folder();
        train(folder.path(), "small", 7);
        fs::read(folder.path().join("small.safetensors")).unwrap()
    })
}

fn folder_with_model() -> TempDir {
    let folder = folder();
    fs::write(folder.path().join("small.safetensors"), model()).unwrap();
    folder
}

/// A run that fails: exit status 1, nothing on standard output, one line that has all `pieces`.
#[track_caller]
fn fails(folder: &Path, arguments: &str, pieces: &[&str]) {
    let output = run(folder, arguments);
    assert_eq!(output.status.code(), Some(1), "{}", err(&output));
    assert_eq!(out(&output), "");
    let message = err(&output);
    assert!(message.starts_with("rmlocnet: "), "{message}");
    for piece in pieces {
        assert!(message.contains(piece), "no `{piece}` in: {message}");
    }
}
