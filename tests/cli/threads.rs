//! `--threads`, which several subcommands have.

use std::fs;
use std::path::Path;

use super::{folder, folder_with_model, run, stderr, stdout};

/// A network that is large enough for several threads.
const LARGE: &str = "hidden_units = 65\nembedding_dim = 8\nattention_dim = 33\nbatch_size = 31\n";

/// Trains with so many threads, and returns the bytes of the model file.
fn train(folder: &Path, settings: &str, threads: usize) -> Vec<u8> {
    let output = run(
        folder,
        &format!(
            "train --data {{}}/labelled.fasta --preset human-snorna --config {{}}/{settings} \
             --epochs 3 --threads {threads} --output {{}}/model.safetensors"
        ),
    );
    assert!(output.status.success(), "{}", stderr(&output));
    fs::read(folder.join("model.safetensors")).unwrap()
}

/// Both directions and one; one layer and two; RNAs of different lengths, and padding before them.
#[test]
fn any_number_of_threads_trains_the_same_model() {
    let folder = folder();
    let folder = folder.path();
    for (name, settings) in [
        ("ends.toml", "length_setting = \"end-max\"\n"),
        ("padded.toml", "length_setting = \"start-max\"\n"),
        (
            "layers.toml",
            "length_setting = \"end-max\"\nlstm_layers = 2\nweight_dropout = 0.1\n",
        ),
        (
            "ahead.toml",
            "length_setting = \"start-max\"\nlstm_layers = 2\nbidirectional = false\n",
        ),
    ] {
        fs::write(folder.join(name), format!("{LARGE}{settings}")).unwrap();
        let one = train(folder, name, 1);
        for threads in [2, 3, 5] {
            let several = train(folder, name, threads);
            assert!(several == one, "{threads} threads with {name}");
        }
    }
}

/// With one fold and several threads, all of them divide the training of the fold.
#[test]
fn more_threads_than_folds_evaluate_to_the_same_report() {
    let folder = folder();
    fs::write(folder.path().join("large.toml"), LARGE).unwrap();
    let report = |threads: usize| {
        let output = run(
            folder.path(),
            &format!(
                "evaluate --data {{}}/labelled.fasta --preset human-snorna --config {{}}/large.toml \
                 --epochs 2 --protocol holdout --json --work {{}}/work{threads} --threads {threads}"
            ),
        );
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output).to_owned()
    };
    assert_eq!(report(3), report(1));
}

#[test]
fn no_threads_and_too_many_are_refused_in_the_same_words() {
    let folder = folder_with_model();
    let trains = "--data {}/labelled.fasta --preset human-snorna";
    for subcommand in [
        "predict --model {}/small.safetensors {}/mixed.fasta".to_owned(),
        format!("train {trains} --output {{}}/new.safetensors"),
        format!("evaluate {trains}"),
        format!("search {trains} --grid {{}}/settings.toml --output {{}}/table.tsv"),
    ] {
        for threads in ["0", "1025", "99999999999999999999"] {
            let output = run(folder.path(), &format!("{subcommand} --threads {threads}"));
            assert_eq!(output.status.code(), Some(2), "{subcommand}");
            let message = stderr(&output);
            let found = format!("invalid value '{threads}' for '--threads <N>'");
            assert!(message.contains(&found), "{message}");
            assert!(
                message.contains("1..=1024") || threads.len() > 4,
                "{message}"
            );
        }
    }
}
