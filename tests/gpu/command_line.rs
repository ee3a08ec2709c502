//! The program built with WebGPU, run on a GPU and without one.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::support::labelled::labelled;
use tempfile::TempDir;

const MODEL: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/models/human-mirna.safetensors"
);

/// Runs the program with arguments separated by spaces; `{}` in them is the folder's path.
fn run(folder: &Path, arguments: &str, without_drivers: bool) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rmlocnet"));
    for argument in arguments.split(' ') {
        command.arg(argument.replace("{}", folder.to_str().unwrap()));
    }
    if without_drivers {
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

/// The probabilities of a TSV, in the order in which they are printed.
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
fn the_gpu_predicts_what_the_cpu_does_and_standard_error_names_it_alone() {
    let folder = folder();
    let found = run(folder.path(), &predict("webgpu"), false);
    let lines: Vec<&str> = err(&found).lines().collect();
    assert!(
        lines[0].starts_with("rmlocnet: computing on WebGPU: "),
        "{lines:?}"
    );
    // A driver may print what it likes; none of it may reach the person's log.
    let ours = lines.iter().all(|line| line.starts_with("rmlocnet: "));
    assert!(ours, "{lines:?}");
    let expected = run(folder.path(), &predict("cpu"), false);
    let (found, expected) = (probabilities(&found), probabilities(&expected));
    assert_eq!((found.len(), expected.len() % 48), (expected.len(), 0));
    let close = found
        .iter()
        .zip(&expected)
        .all(|(a, b)| (a - b).abs() < 1e-4);
    assert!(close && !found.is_empty());
}

/// The place where drivers are looked for is changed, so that no machine has an adapter.
#[test]
fn without_a_gpu_the_cpu_computes_and_the_reason_is_given() {
    let folder = folder();
    let expected = run(folder.path(), &predict("cpu"), true);
    let why = "rmlocnet: computing on CPU: no GPU was found\n";
    for wanted in ["auto", "webgpu"] {
        let found = run(folder.path(), &predict(wanted), true);
        assert!(err(&found).starts_with(why), "{}", err(&found));
        assert_eq!(found.stdout, expected.stdout);
    }
    let train = "train --data {}/rnas.fasta --preset human-mirna-paper --epochs 1 \
                 -o {}/other.safetensors --device webgpu";
    let found = run(folder.path(), train, true);
    assert!(err(&found).starts_with(why), "{}", err(&found));
    assert!(fs::exists(folder.path().join("other.safetensors")).unwrap());
}
