//! Run files that are repeated, and several inputs that are predicted together.

use std::fs;
use std::path::Path;

use rmlocnet::model::hash;
use rmlocnet::run_file::{RunFile, RunInput, RunModel};

use super::{assert_fails, folder_with_model, messages, model, run, stderr, stdout};

const PREDICT: &str = "predict --model {}/small.safetensors";

/// Writes a run file for some files in the folder.
pub(super) fn write_run(folder: &Path, names: &[&str], model_hash: &str, has_content: bool) {
    let input = |name: &&str| {
        let file = fs::File::open(folder.join(name)).unwrap();
        RunInput::read((*name).to_owned(), file, has_content).unwrap()
    };
    let model = RunModel {
        name: "small".to_owned(),
        sha256: model_hash.to_owned(),
    };
    let thresholds = [("Nucleus".to_owned(), 0.0)].into();
    let inputs = names.iter().map(input).collect();
    let run = RunFile::new("2026-01-01T00:00:00Z".to_owned(), model, thresholds, inputs);
    fs::write(folder.join("run.rmlocnet.json"), run.to_json().unwrap()).unwrap();
}

#[test]
fn a_run_is_repeated_with_its_thresholds_and_its_inputs() {
    let folder = folder_with_model();
    let folder = folder.path();
    fs::write(folder.join("a.fa"), ">x\nACGUACGUACGU\n").unwrap();
    fs::write(folder.join("b.fa"), ">x\nGGGGCCCCGGGG\n").unwrap();
    let expected = run(
        folder,
        &format!("{PREDICT} --threshold Nucleus=0 {{}}/a.fa {{}}/b.fa"),
    );
    assert!(expected.status.success(), "{}", stderr(&expected));
    for has_content in [true, false] {
        write_run(folder, &["a.fa", "b.fa"], &hash(model()), has_content);
        // Without its content, an input is found by its bytes, whatever its name and place are.
        let inputs = if has_content { "" } else { " {}/b.fa {}/a.fa" };
        let repeated = run(
            folder,
            &format!("{PREDICT} --run {{}}/run.rmlocnet.json{inputs}"),
        );
        assert_eq!(
            stdout(&repeated),
            stdout(&expected),
            "{}",
            stderr(&repeated)
        );
    }
}

#[test]
fn a_run_that_cannot_be_repeated_is_rejected_with_the_reason() {
    let folder = folder_with_model();
    let folder = folder.path();
    fs::write(folder.join("a.fa"), ">x\nACGUACGUACGU\n").unwrap();
    let repeat = format!("{PREDICT} --run {{}}/run.rmlocnet.json");
    write_run(folder, &["a.fa"], &hash(model()), false);
    assert_fails(folder, &repeat, &["not among the given files: a.fa"]);
    let other = format!("{repeat} {{}}/a.fa {{}}/mixed.fasta");
    assert_fails(
        folder,
        &other,
        &["mixed.fasta was not an input of this run"],
    );
    write_run(folder, &["a.fa"], &hash(model()), true);
    assert_fails(
        folder,
        &format!("{repeat} {{}}/a.fa"),
        &["INPUT", "leave it out"],
    );
    write_run(folder, &["a.fa"], "0123456789ab", true);
    assert_fails(folder, &repeat, &["run.rmlocnet.json", "0123456789ab"]);
    fs::write(folder.join("run.rmlocnet.json"), "[null]").unwrap();
    assert_fails(folder, &repeat, &["not a run file"]);
    let both = run(folder, &format!("{repeat} --threshold Nucleus=0.5"));
    assert_eq!(both.status.code(), Some(2));
    assert_eq!(run(folder, PREDICT).status.code(), Some(2));
}

#[test]
fn several_inputs_are_one_run() {
    let folder = folder_with_model();
    let folder = folder.path();
    fs::write(folder.join("a.fa"), ">x\nACGUACGUACGU\n>y\nAC!\n").unwrap();
    let output = run(folder, &format!("{PREDICT} {{}}/a.fa {{}}/a.fa"));
    assert_eq!(output.status.code(), Some(1));
    let ids = stdout(&output).lines().skip(2);
    let ids: Vec<&str> = ids.map(|line| line.split('\t').next().unwrap()).collect();
    assert_eq!(ids, ["x", "x_2"]);
    let problems = messages(&output).lines();
    let problems: Vec<&str> = problems
        .filter(|line| line.contains("a.fa: line 4"))
        .collect();
    assert_eq!(problems.len(), 2, "{}", messages(&output));
    let none = format!("{PREDICT} {{}}/a.fa {{}}/none.fa");
    assert_fails(folder, &none, &["none.fa"]);
}
