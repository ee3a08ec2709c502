//! `rmlocnet predict`.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::mpsc;
use std::thread;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use super::labelled::{COMPARTMENTS, labelled};
use super::{assert_fails, command, folder_with_model, messages, run, stdout};

#[test]
fn table_has_one_row_per_good_record_and_bad_records_are_reported() {
    let folder = folder_with_model();
    let arguments = "predict --model {}/small.safetensors {}/mixed.fasta";
    let output = run(folder.path(), arguments);
    // The good records are written although two are bad, which the exit status reports.
    assert_eq!(output.status.code(), Some(1));
    let lines: Vec<&str> = stdout(&output).lines().collect();
    assert!(stdout(&output).ends_with('\n'));
    assert!(lines[0].starts_with(&format!(
        "# rmlocnet {} format=3 model=small",
        env!("CARGO_PKG_VERSION")
    )));
    let names = COMPARTMENTS.join("\t");
    assert_eq!(
        lines[1],
        format!("id\tlength\t{names}\tcompartments\tuncertain\twarnings")
    );
    let rows: Vec<Vec<&str>> = lines[2..].iter().map(|l| l.split('\t').collect()).collect();
    let ids: Vec<_> = rows.iter().map(|row| (row[0], row[1])).collect();
    assert_eq!(ids, [("let-7a", "22"), ("thymine", "22"), ("lower", "18")]);
    for row in &rows {
        assert_eq!(row.len(), 8);
        let probabilities = row[2..5].iter().map(|cell| {
            assert_eq!(
                cell.split_once('.').unwrap().1.len(),
                6,
                "six decimals: {cell}"
            );
            cell.parse::<f64>().unwrap()
        });
        assert!((probabilities.sum::<f64>() - 1.0).abs() < 1e-5);
        let known = |name: &str| COMPARTMENTS.contains(&name);
        assert!(
            row[5] == "none" || row[5].split(';').all(known),
            "{}",
            row[5]
        );
    }
    assert_eq!(rows[0][2..], rows[1][2..], "T is read as U");

    let messages: Vec<&str> = messages(&output).lines().collect();
    assert_eq!(
        messages.len(),
        2,
        "one line per bad record and no progress bar: {messages:?}"
    );
    for (line, pieces) in [
        (messages[0], ["rmlocnet: ", "line 5", "'bad'", "'!'"]),
        (
            messages[1],
            ["rmlocnet: ", "line 8", "'short'", "at least 2 nt"],
        ),
    ] {
        for piece in pieces {
            assert!(line.contains(piece), "no `{piece}` in: {line}");
        }
    }
}

#[test]
fn file_gzip_and_standard_input_give_the_same_table_in_file_and_standard_output() {
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
    assert_eq!(messages(&plain), "");
    assert_eq!(stdout(&plain).lines().count(), 4);

    let packed = run(folder.path(), &format!("{predict} {{}}/good.fasta.gz"));
    assert_eq!(stdout(&packed), stdout(&plain));

    let mut piped = command(folder.path(), &format!("{predict} -"));
    piped.stdin(fs::File::open(path("good.fasta")).unwrap());
    let piped = piped.output().unwrap();
    assert!(piped.status.success());
    assert_eq!((stdout(&piped), messages(&piped)), (stdout(&plain), ""));

    let to = run(
        folder.path(),
        &format!("{predict} {{}}/good.fasta --output {{}}/table.tsv"),
    );
    assert!(to.status.success());
    assert_eq!((stdout(&to), messages(&to)), ("", ""));
    assert_eq!(
        fs::read_to_string(path("table.tsv")).unwrap(),
        stdout(&plain)
    );
}

#[test]
fn json_has_the_same_predictions_as_the_table() {
    let folder = folder_with_model();
    let predict = "predict --model {}/small.safetensors {}/mixed.fasta";
    let table = run(folder.path(), predict);
    let output = run(folder.path(), &format!("{predict} --format json"));
    assert_eq!(output.status.code(), Some(1));
    let json: Value = serde_json::from_str(stdout(&output)).unwrap();
    assert_eq!(json["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(json["model"]["name"], "small");
    assert_eq!(
        json["model"]["compartments"],
        serde_json::json!(COMPARTMENTS)
    );
    assert_eq!(json["model"]["config"]["hidden_units"], 8);
    let hash = json["model"]["sha256"].as_str().unwrap();
    assert!(stdout(&table).lines().next().unwrap().contains(hash));

    let predictions = json["predictions"].as_array().unwrap();
    let rows: Vec<&str> = stdout(&table).lines().skip(2).collect();
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
        let called = if called.is_empty() {
            "none".to_owned()
        } else {
            called.join(";")
        };
        assert_eq!(called, cells[5]);
        let uncertain = prediction["uncertain"].as_array().unwrap();
        let uncertain: Vec<&str> = uncertain
            .iter()
            .map(|name| name.as_str().unwrap())
            .collect();
        let thresholds = json["model"]["thresholds"].as_array().unwrap();
        let distances = cells[2..5].iter().zip(thresholds).map(|(cell, threshold)| {
            (cell.parse::<f64>().unwrap() - threshold.as_f64().unwrap()).abs()
        });
        let near = distances.filter(|distance| *distance < 0.05);
        assert_eq!(uncertain.len(), near.count());
        if uncertain.is_empty() {
            assert_eq!(cells[6], "none");
        } else {
            assert_eq!(cells[6], uncertain.join(";"));
        }
        let warnings = prediction["warnings"].as_array().unwrap();
        let kinds: Vec<&str> = warnings
            .iter()
            .map(|w| w["kind"].as_str().unwrap())
            .collect();
        if kinds.is_empty() {
            assert_eq!(cells[7], "none")
        } else {
            assert_eq!(cells[7], kinds.join(";"))
        }
    }
    let problems = json["problems"].as_array().unwrap();
    let records: Vec<&Value> = problems.iter().map(|p| &p["record"]).collect();
    assert_eq!(records, ["bad", "short"]);
    assert_eq!(problems[0]["line"], 5);
}

/// The model was trained on RNAs of 20 to 60 nt, each rich in one or two letters.
#[test]
fn rna_outside_the_applicability_domain_gets_a_warning() {
    let folder = folder_with_model();
    let similar = labelled(12, 9);
    let odd = format!(
        ">long\n{}\n>unread\nUUUUGUUUACNNNNNUUUUGUUUACG\n>unlike\n{}\n",
        "UUUGGGACGU".repeat(20),
        "C".repeat(40)
    );
    let warnings = |fasta: &str| -> Vec<String> {
        fs::write(folder.path().join("input.fasta"), fasta).unwrap();
        let output = run(
            folder.path(),
            "predict --model {}/small.safetensors {}/input.fasta",
        );
        let rows = stdout(&output).lines().skip(2);
        rows.map(|row| row.split('\t').next_back().unwrap().to_owned())
            .collect()
    };
    assert_eq!(warnings(&similar), vec!["none"; 12]);
    let odd = warnings(&odd);
    assert!(odd[0].starts_with("length"), "{odd:?}");
    assert!(odd[1].starts_with("unknown"), "{odd:?}");
    assert_eq!(odd[2], "composition");
}

#[test]
fn file_that_cannot_be_used_is_named_with_the_reason() {
    let folder = folder_with_model();
    let folder = folder.path();
    assert_fails(
        folder,
        "predict --model {}/mixed.fasta {}/mixed.fasta",
        &["mixed.fasta", "not a model file"],
    );
    assert_fails(
        folder,
        "info {}/settings.toml",
        &["settings.toml", "not a model file"],
    );
    assert_fails(
        folder,
        "predict --model {}/gone.safetensors {}/mixed.fasta",
        &["cannot read", "gone.safetensors"],
    );
    assert_fails(
        folder,
        "predict --model {}/small.safetensors {}/gone.fasta",
        &["cannot read", "gone.fasta"],
    );
    // Here the table has begun before the input turns out not to be FASTA.
    let table = run(
        folder,
        "predict --model {}/small.safetensors {}/settings.toml",
    );
    assert_eq!(table.status.code(), Some(1));
    assert!(
        messages(&table).contains("not FASTA"),
        "{}",
        messages(&table)
    );
    let usage = run(folder, "predict");
    assert_eq!(usage.status.code(), Some(2));
    assert!(messages(&usage).contains("--model"));
}

#[test]
fn reader_that_closes_the_pipe_early_is_not_an_error() {
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
    assert_eq!(messages(&output), "");
}

/// 300 records of 2 to 900 nt. Every seventh is too short or has an invalid letter.
pub(super) fn mixed_lengths() -> String {
    let record = |i: usize| match i % 14 {
        3 => format!(">short{i}\nA\n"),
        10 => format!(">bad{i}\nACGU\nAC!U\n"),
        _ => {
            let nucleotides = 2 + (i * i * 37) % 900;
            format!(
                ">rna{i}\n{}\n",
                &"GAUUACAGGCUUA".repeat(80)[i % 13..][..nucleotides]
            )
        }
    };
    (0..300).map(record).collect()
}

#[test]
fn any_number_of_threads_writes_the_same_bytes_in_the_order_of_the_input() {
    let folder = folder_with_model();
    fs::write(folder.path().join("mixed.fasta"), mixed_lengths()).unwrap();
    for format in ["tsv", "json"] {
        let predict = |threads: usize| {
            let arguments = "predict --model {}/small.safetensors {}/mixed.fasta";
            run(
                folder.path(),
                &format!("{arguments} --format {format} --threads {threads}"),
            )
        };
        let one = predict(1);
        assert_eq!(one.status.code(), Some(1));
        for threads in [2, 4] {
            let several = predict(threads);
            assert_eq!(stdout(&several), stdout(&one));
            assert_eq!(messages(&several), messages(&one));
            assert_eq!(several.status.code(), Some(1));
        }
        if format == "tsv" {
            let numbers: Vec<usize> = stdout(&one)
                .lines()
                .skip(2)
                .map(|row| row.split('\t').next().unwrap()[3..].parse().unwrap())
                .collect();
            let expected: Vec<usize> = (0..300).filter(|i| !matches!(i % 14, 3 | 10)).collect();
            assert_eq!(numbers, expected);
            assert_eq!(messages(&one).lines().count(), 300 - expected.len());
        }
    }
}

/// The first rows are written while the input is still open.
#[test]
fn first_rows_come_before_the_input_ends() {
    let folder = folder_with_model();
    let mut child = command(folder.path(), "predict --model {}/small.safetensors -")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    // Rows are taken at once, so that the program never waits for a reader.
    let (sender, rows) = mpsc::channel();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let reading = thread::spawn(move || {
        for line in lines {
            sender.send(line.unwrap()).unwrap();
        }
    });
    // More than the blocks in which the text is read.
    input.write_all(labelled(4000, 1).as_bytes()).unwrap();
    input.flush().unwrap();
    for _ in 0..3 {
        rows.recv().unwrap();
    }
    input.write_all(b">last\nACGUACGU\n").unwrap();
    drop(input);
    assert!(rows.iter().last().unwrap().starts_with("last\t8\t"));
    reading.join().unwrap();
    assert!(child.wait().unwrap().success());
}

#[test]
fn replaced_threshold_is_used_and_written_in_the_header() {
    let folder = folder_with_model();
    let predict = "predict --model {}/small.safetensors {}/mixed.fasta";
    let output = run(folder.path(), predict);
    let header = stdout(&output).lines().nth(1).unwrap().to_owned();
    let name = header.split('\t').nth(2).unwrap();
    let output = run(folder.path(), &format!("{predict} --threshold {name}=0"));
    let lines: Vec<&str> = stdout(&output).lines().collect();
    assert!(lines[1].starts_with("# thresholds ") && lines[1].contains(&format!("{name}=0")));
    let is_called = |line: &&str| line.rsplit('\t').nth(2).unwrap().contains(name);
    assert!(lines[3..].iter().all(is_called));
    assert_fails(
        folder.path(),
        &format!("{predict} --threshold {name}=2"),
        &["--threshold", "0 to 1"],
    );
    assert_fails(
        folder.path(),
        &format!("{predict} --threshold nowhere=0.5"),
        &["--threshold 'nowhere=0.5'", name],
    );
}

#[test]
fn fasta_has_the_rnas_as_they_were_read() {
    let folder = folder_with_model();
    let predict = "predict --model {}/small.safetensors --format fasta {}/mixed.fasta";
    let output = run(folder.path(), predict);
    let expected = ">let-7a\nUGAGGUAGUAGGUUGUAUAGUU\n>thymine\nUGAGGUAGUAGGUUGUAUAGUU\n";
    let is_expected = stdout(&output).starts_with(expected);
    assert!(is_expected, "{}", messages(&output));
}
