//! The program as a person runs it: train, predict, info, embed, and what it says when something
//! is wrong.
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]
#![cfg(feature = "cli")]

mod support;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use support::labelled::{COMPARTMENTS, labelled};
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
    command.stdin(Stdio::null());
    command
}

fn out(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

fn err(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
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
            "train --data {{}}/labelled.fasta --preset human-snorna --config {{}}/settings.toml \
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

#[test]
fn training_writes_a_model_a_log_and_says_how_good_it_is() {
    let folder = folder();
    let output = train(folder.path(), "first", 7);
    assert_eq!(out(&output), "");
    let said = err(&output);
    assert!(
        said.starts_with("wrote "),
        "no bar is drawn into a pipe: {said}"
    );
    for piece in ["48 RNAs", "held out", "model ", "length only", "prior only"] {
        assert!(said.contains(piece), "no `{piece}` in: {said}");
    }
    assert!(
        !said.contains(['\r', '\u{1b}']),
        "no bar is drawn into a pipe"
    );

    let log = fs::read_to_string(folder.path().join("first.tsv")).unwrap();
    let rows: Vec<Vec<&str>> = log.lines().map(|l| l.split('\t').collect()).collect();
    assert_eq!(rows[0], ["epoch", "step", "training_loss"]);
    let steps = (rows.len() - 1) / 5;
    assert!(steps >= 3 && rows.len() == 5 * steps + 1);
    for (i, row) in rows[1..].iter().enumerate() {
        let (epoch, step) = (i / steps + 1, i % steps + 1);
        assert_eq!(row[..2], [epoch.to_string(), step.to_string()]);
        assert!(row[2].parse::<f64>().unwrap() > 0.0);
    }

    train(folder.path(), "second", 7);
    train(folder.path(), "other", 8);
    let read = |name: &str| fs::read(folder.path().join(name)).unwrap();
    assert_eq!(read("first.tsv"), read("second.tsv"));
    assert_ne!(read("first.tsv"), read("other.tsv"));
    assert_ne!(read("first.safetensors"), read("other.safetensors"));
    // A model bears its file's name; under the same name it is the same byte for byte.
    let first = read("first.safetensors");
    train(folder.path(), "first", 7);
    assert_eq!(read("first.safetensors"), first);
}

#[test]
fn predictions_as_a_table() {
    let folder = folder_with_model();
    let arguments = "predict --model {}/small.safetensors {}/mixed.fasta";
    let output = run(folder.path(), arguments);
    // The good records are there although two are bad; the status tells.
    assert_eq!(output.status.code(), Some(1));
    let lines: Vec<&str> = out(&output).lines().collect();
    assert!(out(&output).ends_with('\n'));
    assert!(lines[0].starts_with(&format!(
        "# rmlocnet {} model=small",
        env!("CARGO_PKG_VERSION")
    )));
    let names = COMPARTMENTS.join("\t");
    assert_eq!(lines[1], format!("id\tlength\t{names}\tcompartments"));
    let rows: Vec<Vec<&str>> = lines[2..].iter().map(|l| l.split('\t').collect()).collect();
    let ids: Vec<_> = rows.iter().map(|row| (row[0], row[1])).collect();
    assert_eq!(ids, [("let-7a", "22"), ("thymine", "22"), ("lower", "18")]);
    for row in &rows {
        assert_eq!(row.len(), 6);
        let likely = row[2..5].iter().map(|cell| {
            assert_eq!(
                cell.split_once('.').unwrap().1.len(),
                6,
                "six decimals: {cell}"
            );
            cell.parse::<f64>().unwrap()
        });
        assert!((likely.sum::<f64>() - 1.0).abs() < 1e-5);
        let known = |name: &str| COMPARTMENTS.contains(&name);
        assert!(
            row[5] == "none" || row[5].split(';').all(known),
            "{}",
            row[5]
        );
    }
    assert_eq!(rows[0][2..], rows[1][2..], "T and U are one letter");

    let said: Vec<&str> = err(&output).lines().collect();
    assert_eq!(
        said.len(),
        2,
        "one line per bad record and no bar: {said:?}"
    );
    for (line, pieces) in [
        (said[0], ["rmlocnet: ", "line 5", "'bad'", "'!'"]),
        (
            said[1],
            ["rmlocnet: ", "line 8", "'short'", "at least 2 nt"],
        ),
    ] {
        for piece in pieces {
            assert!(line.contains(piece), "no `{piece}` in: {line}");
        }
    }
}

#[test]
fn the_same_answers_wherever_they_come_from_and_go_to() {
    let folder = folder_with_model();
    let good = ">let-7a\nUGAGGUAGUAGGUUGUAUAGUU\n>u\nUUUUGUUUACGUUUAUUU\n";
    let path = |name: &str| -> PathBuf { folder.path().join(name) };
    fs::write(path("good.fasta"), good).unwrap();
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(good.as_bytes()).unwrap();
    fs::write(path("good.fasta.gz"), packed.finish().unwrap()).unwrap();

    let predict = "predict --model {}/small.safetensors";
    let plain = run(folder.path(), &format!("{predict} {{}}/good.fasta"));
    assert!(plain.status.success());
    assert_eq!(err(&plain), "");
    assert_eq!(out(&plain).lines().count(), 4);

    let packed = run(folder.path(), &format!("{predict} {{}}/good.fasta.gz"));
    assert_eq!(out(&packed), out(&plain));

    let mut piped = command(folder.path(), &format!("{predict} -"));
    piped.stdin(fs::File::open(path("good.fasta")).unwrap());
    let piped = piped.output().unwrap();
    assert!(piped.status.success());
    assert_eq!((out(&piped), err(&piped)), (out(&plain), ""));

    let to = run(
        folder.path(),
        &format!("{predict} {{}}/good.fasta --output {{}}/table.tsv"),
    );
    assert!(to.status.success());
    assert_eq!((out(&to), err(&to)), ("", ""));
    assert_eq!(fs::read_to_string(path("table.tsv")).unwrap(), out(&plain));
}

#[test]
fn predictions_as_json_say_what_the_table_says() {
    let folder = folder_with_model();
    let predict = "predict --model {}/small.safetensors {}/mixed.fasta";
    let table = run(folder.path(), predict);
    let output = run(folder.path(), &format!("{predict} --format json"));
    assert_eq!(output.status.code(), Some(1));
    let json: Value = serde_json::from_str(out(&output)).unwrap();
    assert_eq!(json["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(json["model"]["name"], "small");
    assert_eq!(
        json["model"]["compartments"],
        serde_json::json!(COMPARTMENTS)
    );
    assert_eq!(json["model"]["config"]["hidden_units"], 8);
    let hash = json["model"]["sha256"].as_str().unwrap();
    assert!(out(&table).lines().next().unwrap().contains(hash));

    let predictions = json["predictions"].as_array().unwrap();
    let rows: Vec<&str> = out(&table).lines().skip(2).collect();
    assert_eq!(predictions.len(), rows.len());
    for (prediction, row) in predictions.iter().zip(rows) {
        let cells: Vec<&str> = row.split('\t').collect();
        assert_eq!(prediction["id"], cells[0]);
        assert_eq!(prediction["length"].to_string(), cells[1]);
        for (c, name) in COMPARTMENTS.iter().enumerate() {
            let found = prediction["probabilities"][name].as_f64().unwrap();
            let shown: f64 = cells[2 + c].parse().unwrap();
            assert!((found - shown).abs() < 1e-6);
        }
        let called = prediction["compartments"].as_array().unwrap();
        let called: Vec<&str> = called.iter().map(|name| name.as_str().unwrap()).collect();
        let called = match called.is_empty() {
            true => "none".to_owned(),
            false => called.join(";"),
        };
        assert_eq!(called, cells[5]);
    }
    let problems = json["problems"].as_array().unwrap();
    let records: Vec<&Value> = problems.iter().map(|p| &p["record"]).collect();
    assert_eq!(records, ["bad", "short"]);
    assert_eq!(problems[0]["line"], 5);
}

#[test]
fn info_says_what_the_file_holds() {
    let folder = folder_with_model();
    let output = run(folder.path(), "info {}/small.safetensors");
    assert!(output.status.success());
    let json: Value = serde_json::from_str(out(&output)).unwrap();
    assert_eq!(json["name"], "small");
    assert_eq!(json["sha256"], rmlocnet::model::hash(model()));
    assert_eq!(json["bytes"], model().len());
    assert_eq!(json["compartments"], serde_json::json!(COMPARTMENTS));
    assert_eq!(json["training"]["seed"], 7);
    assert_eq!(json["training"]["records"], 48);
    assert_eq!(json["training"]["history"].as_array().unwrap().len(), 5);
    assert_eq!(
        json["tensors"]["lstm.weight_hh_l0"],
        serde_json::json!([32, 8])
    );
    // 18·8 embedding, 32·(8 + 8 + 2) LSTM, 4·16 + 4·8 + 4 attention, 2·8 normalisation, 3·8 + 3.
    assert_eq!(json["parameters"], 144 + 576 + 100 + 16 + 27);
}

#[test]
fn embed_gives_the_vectors_and_their_spectrum() {
    let folder = folder();
    for (k, stride, dim) in [(1, 1, 8), (2, 2, 20), (3, 2, 16)] {
        let arguments = format!(
            "embed --data {{}}/labelled.fasta --k {k} --stride {stride} --dim {dim} --hops 3 --json"
        );
        let output = run(folder.path(), &arguments);
        assert!(output.status.success(), "{}", err(&output));
        let json: Value = serde_json::from_str(out(&output)).unwrap();
        let rows = 4usize.pow(k) + 2;
        let vocabulary = json["vocabulary"].as_array().unwrap();
        assert_eq!(vocabulary.len(), rows);
        assert_eq!(vocabulary[0], "A".repeat(k as usize));
        assert_eq!(json["shape"], serde_json::json!([rows, dim]));
        let spectra = json["singular_values"].as_array().unwrap();
        assert_eq!(spectra.len(), 3, "one per hop");
        for spectrum in spectra {
            let values = spectrum.as_array().unwrap();
            let values: Vec<f64> = values.iter().map(|v| v.as_f64().unwrap()).collect();
            assert_eq!(values.len(), rows - 2);
            assert!(values.is_sorted_by(|a, b| a >= b) && values[0] > 0.0);
        }
        let vectors = json["vectors"].as_array().unwrap();
        assert_eq!(vectors.len(), rows);
        assert!(vectors.iter().all(|v| v.as_array().unwrap().len() == dim));
        assert_eq!(json["degenerate"], false);
    }
    let words = run(
        folder.path(),
        "embed --data {}/labelled.fasta --k 2 --dim 8",
    );
    assert!(out(&words).starts_with("18 x 8 matrix"), "{}", out(&words));
}

#[test]
fn embed_tells_when_the_papers_text_gives_nothing() {
    let folder = folder();
    let arguments = "embed --data {}/labelled.fasta --k 1 --dim 8 --mode as-written";
    let output = run(folder.path(), &format!("{arguments} --json"));
    let json: Value = serde_json::from_str(out(&output)).unwrap();
    assert_eq!(json["degenerate"], true);
    assert_eq!(json["columns_from_graph"], 0);
    let words = run(folder.path(), arguments);
    assert!(out(&words).contains("degenerate"), "{}", out(&words));
}

#[test]
fn training_that_cannot_be_done_says_why() {
    let folder = folder();
    let folder = folder.path();
    let train = "train --output {}/new.safetensors --preset";
    fails(
        folder,
        &format!("{train} human-trna --data {{}}/labelled.fasta"),
        &["`human-trna`", "human-snorna", "all-species-lncrna"],
    );
    for (settings, pieces) in [
        (
            "hiden_units = 8\n",
            ["settings.toml", "hiden_units", "hidden_units"],
        ),
        (
            "dropout = \"much\"\n",
            ["settings.toml", "`dropout`", "much"],
        ),
        ("dropout = \n", ["settings.toml", "line 1", "dropout"]),
        ("dropout = 1.0\n", ["`dropout`", "is 1", "below 1"]),
    ] {
        fs::write(folder.join("settings.toml"), settings).unwrap();
        let config = "--data {}/labelled.fasta --config {}/settings.toml";
        fails(folder, &format!("{train} human-snorna {config}"), &pieces);
    }
    fails(
        folder,
        &format!("{train} human-snorna --data {{}}/nowhere.fasta"),
        &["cannot read", "nowhere.fasta"],
    );
    fails(
        folder,
        &format!("{train} human-snorna --data {{}}/mixed.fasta"),
        &["mixed.fasta", "line 1", "'let-7a'", "[location=A;B]"],
    );
    fails(
        folder,
        &format!("{train} human-snorna --data {{}}/labelled.fasta --epochs 0"),
        &["`epochs` is 0"],
    );
    assert!(
        !folder.join("new.safetensors").exists(),
        "nothing half done is left"
    );
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let folder = folder_with_model();
    let output = run(
        folder.path(),
        "predict --model {}/small.safetensors {}/mixed.fasta --output {}/no/where.tsv",
    );
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("cannot write"), "{}", err(&output));
    assert!(err(&output).contains("where.tsv"));
}

#[test]
fn predicting_what_cannot_be_predicted_says_why() {
    let folder = folder_with_model();
    let folder = folder.path();
    fails(
        folder,
        "predict --model {}/mixed.fasta {}/mixed.fasta",
        &["mixed.fasta", "no whole safetensors file"],
    );
    fails(
        folder,
        "info {}/settings.toml",
        &["settings.toml", "no whole safetensors file"],
    );
    fails(
        folder,
        "predict --model {}/gone.safetensors {}/mixed.fasta",
        &["cannot read", "gone.safetensors"],
    );
    fails(
        folder,
        "predict --model {}/small.safetensors {}/gone.fasta",
        &["cannot read", "gone.fasta"],
    );
    // Here the columns are out before the input proves to be none.
    let table = run(
        folder,
        "predict --model {}/small.safetensors {}/settings.toml",
    );
    assert_eq!(table.status.code(), Some(1));
    assert!(err(&table).contains("not FASTA"), "{}", err(&table));
    let usage = run(folder, "predict");
    assert_eq!(usage.status.code(), Some(2));
    assert!(err(&usage).contains("--model"));
}

#[test]
fn a_reader_that_stops_early_is_no_error() {
    let folder = folder_with_model();
    fs::write(folder.path().join("many.fasta"), labelled(600, 1)).unwrap();
    let arguments = "predict --model {}/small.safetensors {}/many.fasta";
    let mut child = command(folder.path(), arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    assert_eq!(err(&output), "");
}
