//! The command line built with WebGPU, run with a GPU and without one.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::support::labelled::labelled;
use tempfile::TempDir;

const MODEL: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/models/human-mirna.safetensors"
);

/// Runs the program with arguments separated by spaces; `{}` stands for the folder's path.
fn run(folder: &Path, arguments: &str, has_drivers: bool) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rmlocnet"));
    for argument in arguments.split(' ') {
        command.arg(argument.replace("{}", folder.to_str().unwrap()));
    }
    if !has_drivers {
        for variable in ["VK_ICD_FILENAMES", "VK_DRIVER_FILES"] {
            command.env(variable, "/nonexistent/icd.json");
        }
    }
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{}", err(&output));
    output
}

fn err(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

/// The probabilities of a TSV file, in the order of the file.
fn probabilities(output: &Output) -> Vec<f32> {
    let text = std::str::from_utf8(&output.stdout).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#')).skip(1);
    let cells = lines.flat_map(|line| line.split('\t').skip(2));
    cells.filter_map(|cell| cell.parse().ok()).collect()
}

fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("rnas.fasta"), labelled(48, 3)).unwrap();
    folder
}

fn predict(device: &str) -> String {
    format!("predict -m {MODEL} {{}}/rnas.fasta --device {device}")
}

#[test]
fn gpu_agrees_with_the_cpu_and_only_our_messages_reach_standard_error() {
    let folder = folder();
    let found = run(folder.path(), &predict("webgpu"), true);
    let lines: Vec<&str> = err(&found).lines().collect();
    assert!(
        lines[0].starts_with("rmlocnet: computing on WebGPU: "),
        "{lines:?}"
    );
    // Drivers print messages of their own, which must not reach the user's log.
    let are_ours = lines.iter().all(|line| line.starts_with("rmlocnet: "));
    assert!(are_ours, "{lines:?}");
    let expected = run(folder.path(), &predict("cpu"), true);
    let (found, expected) = (probabilities(&found), probabilities(&expected));
    assert_eq!((found.len(), expected.len() % 48), (expected.len(), 0));
    let are_close = found
        .iter()
        .zip(&expected)
        .all(|(a, b)| (a - b).abs() < 1e-4);
    assert!(are_close && !found.is_empty());
}

/// Changes the path where drivers are searched, so that no adapter is found on any machine.
#[test]
fn cpu_is_used_without_a_gpu_and_the_reason_is_printed() {
    let folder = folder();
    let expected = run(folder.path(), &predict("cpu"), false);
    let reason = "rmlocnet: computing on CPU: no GPU was found\n";
    for device in ["auto", "webgpu"] {
        let found = run(folder.path(), &predict(device), false);
        assert!(err(&found).starts_with(reason), "{}", err(&found));
        assert_eq!(found.stdout, expected.stdout);
    }
    let train = "train --data {}/rnas.fasta --preset human-mirna-paper --epochs 1 \
                 -o {}/other.safetensors --device webgpu";
    let found = run(folder.path(), train, false);
    assert!(err(&found).starts_with(reason), "{}", err(&found));
    assert!(fs::exists(folder.path().join("other.safetensors")).unwrap());
}
