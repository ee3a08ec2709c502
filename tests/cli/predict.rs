//! `rmlocnet predict`.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::Stdio;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use super::labelled::{COMPARTMENTS, labelled};
use super::{command, fails, folder_with_model, out, run, said};

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
        "# rmlocnet {} format=2 model=small",
        env!("CARGO_PKG_VERSION")
    )));
    let names = COMPARTMENTS.join("\t");
    assert_eq!(
        lines[1],
        format!("id\tlength\t{names}\tcompartments\twarnings")
    );
    let rows: Vec<Vec<&str>> = lines[2..].iter().map(|l| l.split('\t').collect()).collect();
    let ids: Vec<_> = rows.iter().map(|row| (row[0], row[1])).collect();
    assert_eq!(ids, [("let-7a", "22"), ("thymine", "22"), ("lower", "18")]);
    for row in &rows {
        assert_eq!(row.len(), 7);
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

    let said: Vec<&str> = said(&output).lines().collect();
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
    assert_eq!(said(&plain), "");
    assert_eq!(out(&plain).lines().count(), 4);

    let packed = run(folder.path(), &format!("{predict} {{}}/good.fasta.gz"));
    assert_eq!(out(&packed), out(&plain));

    let mut piped = command(folder.path(), &format!("{predict} -"));
    piped.stdin(fs::File::open(path("good.fasta")).unwrap());
    let piped = piped.output().unwrap();
    assert!(piped.status.success());
    assert_eq!((out(&piped), said(&piped)), (out(&plain), ""));

    let to = run(
        folder.path(),
        &format!("{predict} {{}}/good.fasta --output {{}}/table.tsv"),
    );
    assert!(to.status.success());
    assert_eq!((out(&to), said(&to)), ("", ""));
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
        let warnings = prediction["warnings"].as_array().unwrap();
        let kinds: Vec<&str> = warnings
            .iter()
            .map(|w| w["kind"].as_str().unwrap())
            .collect();
        match kinds.is_empty() {
            true => assert_eq!(cells[6], "none"),
            false => assert_eq!(cells[6], kinds.join(";")),
        }
    }
    let problems = json["problems"].as_array().unwrap();
    let records: Vec<&Value> = problems.iter().map(|p| &p["record"]).collect();
    assert_eq!(records, ["bad", "short"]);
    assert_eq!(problems[0]["line"], 5);
}

/// The model learnt from RNAs of 20 to 60 nt, each rich in one or two letters.
#[test]
fn what_is_out_of_range_is_said() {
    let folder = folder_with_model();
    let learnt = labelled(12, 9);
    let odd = format!(
        ">long\n{}\n>unread\nUUUUGUUUACNNNNNUUUUGUUUACG\n>unlike\n{}\n",
        "UUUGGGACGU".repeat(20),
        "C".repeat(40)
    );
    let warnings = |fasta: &str| -> Vec<String> {
        fs::write(folder.path().join("asked.fasta"), fasta).unwrap();
        let output = run(
            folder.path(),
            "predict --model {}/small.safetensors {}/asked.fasta",
        );
        let rows = out(&output).lines().skip(2);
        rows.map(|row| row.split('\t').next_back().unwrap().to_owned())
            .collect()
    };
    assert_eq!(warnings(&learnt), vec!["none"; 12]);
    let odd = warnings(&odd);
    assert!(odd[0].starts_with("length"), "{odd:?}");
    assert!(odd[1].starts_with("unknown"), "{odd:?}");
    assert_eq!(odd[2], "composition");
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let folder = folder_with_model();
    let output = run(
        folder.path(),
        "predict --model {}/small.safetensors {}/mixed.fasta --output {}/no/where.tsv",
    );
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("cannot write"), "{}", said(&output));
    assert!(said(&output).contains("where.tsv"));
}

#[test]
fn predicting_what_cannot_be_predicted_says_why() {
    let folder = folder_with_model();
    let folder = folder.path();
    fails(
        folder,
        "predict --model {}/mixed.fasta {}/mixed.fasta",
        &["mixed.fasta", "not a complete safetensors file"],
    );
    fails(
        folder,
        "info {}/settings.toml",
        &["settings.toml", "not a complete safetensors file"],
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
    assert!(said(&table).contains("not FASTA"), "{}", said(&table));
    let usage = run(folder, "predict");
    assert_eq!(usage.status.code(), Some(2));
    assert!(said(&usage).contains("--model"));
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
    assert_eq!(said(&output), "");
}

/// 300 records of 2 to 900 nt, every seventh too short or with a letter that is none.
fn mixed_lengths() -> String {
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
fn any_number_of_threads_writes_the_same_bytes_in_the_input_s_order() {
    let folder = folder_with_model();
    fs::write(folder.path().join("mixed.fasta"), mixed_lengths()).unwrap();
    for format in ["tsv", "json"] {
        let with = |threads: usize| {
            let arguments = "predict --model {}/small.safetensors {}/mixed.fasta";
            run(
                folder.path(),
                &format!("{arguments} --format {format} --threads {threads}"),
            )
        };
        let one = with(1);
        assert_eq!(one.status.code(), Some(1));
        for threads in [2, 4] {
            let several = with(threads);
            assert_eq!(out(&several), out(&one));
            assert_eq!(said(&several), said(&one));
            assert_eq!(several.status.code(), Some(1));
        }
        if format == "tsv" {
            let numbers: Vec<usize> = out(&one)
                .lines()
                .skip(2)
                .map(|row| row.split('\t').next().unwrap()[3..].parse().unwrap())
                .collect();
            let expected: Vec<usize> = (0..300).filter(|i| !matches!(i % 14, 3 | 10)).collect();
            assert_eq!(numbers, expected);
            assert_eq!(said(&one).lines().count(), 300 - expected.len());
        }
    }
    let none = run(
        folder.path(),
        "predict --model {}/small.safetensors {}/mixed.fasta --threads 0",
    );
    assert_eq!(none.status.code(), Some(2));
}

/// Rows come while the input is still being written.
#[test]
fn first_rows_come_before_the_input_ends() {
    let folder = folder_with_model();
    let mut child = command(folder.path(), "predict --model {}/small.safetensors -")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    // More than the pieces the text is read in.
    input.write_all(labelled(4000, 1).as_bytes()).unwrap();
    input.flush().unwrap();
    let mut rows = BufReader::new(child.stdout.take().unwrap()).lines();
    for _ in 0..3 {
        rows.next().unwrap().unwrap();
    }
    input.write_all(b">last\nACGUACGU\n").unwrap();
    drop(input);
    assert!(rows.last().unwrap().unwrap().starts_with("last\t8\t"));
    assert!(child.wait().unwrap().success());
}

#[test]
fn an_id_given_twice_is_kept_told_apart_and_said() {
    let folder = folder_with_model();
    let fasta = ">same\nGAUUACAGGC\n>other\nGAUUACAGGC\n>same\nCCUUACAGGA\n>\nACGUACGUAC\n";
    fs::write(folder.path().join("twice.fasta"), fasta).unwrap();
    let output = run(
        folder.path(),
        "predict --model {}/small.safetensors {}/twice.fasta",
    );
    assert!(output.status.success());
    let ids = out(&output)
        .lines()
        .skip(2)
        .map(|line| line.split('\t').next().unwrap());
    assert_eq!(
        ids.collect::<Vec<_>>(),
        ["same", "other", "same_2", "record_4"]
    );
    let said: Vec<&str> = said(&output).lines().collect();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(
        said[0].contains("'same'") && said[0].contains("'same_2'"),
        "{said:?}"
    );
    assert!(said[1].contains("record_4"), "{said:?}");
}
