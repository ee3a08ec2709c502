//! IDs: unique, and the same in every format.

use std::fs;

use super::{folder_with_model, messages, run, stderr, stdout};

const PREDICT: &str = "predict --model {}/small.safetensors";

#[test]
fn repeated_or_missing_id_is_replaced_and_reported() {
    let folder = folder_with_model();
    let fasta = ">same\nGAUUACAGGC\n>other\nGAUUACAGGC\n>same\nCCUUACAGGA\n>\nACGUACGUAC\n";
    fs::write(folder.path().join("twice.fasta"), fasta).unwrap();
    let output = run(
        folder.path(),
        "predict --model {}/small.safetensors {}/twice.fasta",
    );
    assert!(output.status.success());
    let ids = stdout(&output)
        .lines()
        .skip(2)
        .map(|line| line.split('\t').next().unwrap());
    assert_eq!(
        ids.collect::<Vec<_>>(),
        ["same", "other", "same_2", "record_4"]
    );
    let messages: Vec<&str> = messages(&output).lines().collect();
    assert_eq!(messages.len(), 2, "{messages:?}");
    assert!(
        messages[0].contains("'same'") && messages[0].contains("'same_2'"),
        "{messages:?}"
    );
    assert!(messages[1].contains("record_4"), "{messages:?}");
}

#[test]
fn a_bare_sequence_is_named_and_a_labelled_set_without_names_is_refused() {
    let folder = folder_with_model();
    let bare = "        1 gattacaggc gattacaggc\n       21 ccttacagga\n";
    for name in ["one.txt", "two.txt"] {
        fs::write(folder.path().join(name), bare).unwrap();
    }
    let output = run(
        folder.path(),
        &format!("{PREDICT} {{}}/one.txt {{}}/two.txt"),
    );
    assert!(output.status.success(), "{}", stderr(&output));
    let rows: Vec<Vec<&str>> = stdout(&output)
        .lines()
        .skip(2)
        .map(|line| line.split('\t').collect())
        .collect();
    assert_eq!((rows[0][0], rows[1][0]), ("sequence_1", "sequence_2"));
    assert_eq!(rows[0][1], "30");
    assert_eq!(rows[0][1..], rows[1][1..]);
    assert_eq!(
        messages(&output).lines().next(),
        Some("rmlocnet: no line '>name' above the sequence, named 'sequence_1'")
    );
    fs::write(folder.path().join("labels.csv"), "Nucleus,Cytosol\n1,0\n").unwrap();
    let train = "train --preset human-snorna-paper --output {}/m.safetensors --data {}/one.txt";
    for arguments in [
        train.to_owned(),
        format!("{train} --labels {{}}/labels.csv"),
    ] {
        let output = run(folder.path(), &arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments}");
        assert!(!folder.path().join("m.safetensors").exists());
    }
    let with_labels = run(folder.path(), &format!("{train} --labels {{}}/labels.csv"));
    assert!(
        messages(&with_labels).contains("no line that starts with '>'"),
        "{}",
        stderr(&with_labels)
    );
}

#[test]
fn all_formats_have_the_same_ids() {
    let folder = folder_with_model();
    let folder = folder.path();
    let sequence = "ACGUACGUACGUUUUUUUGGGGACGCGCAUCGAUCGA";
    let ids = [
        "a;b=c,d", "gi|1|ref", "x%20y", "r(1)/2", "#1", "track9", "\"q\"", "é", "a&b",
    ];
    let fasta: String = ids
        .iter()
        .map(|id| format!(">{id}\n{sequence}\n"))
        .collect();
    fs::write(folder.join("odd.fa"), fasta).unwrap();
    let output = |arguments: &str| {
        let output = run(folder, arguments);
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output).to_owned()
    };
    let first = |text: &str, comment: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| !line.starts_with(comment));
        let first = lines.map(|line| line.split('\t').next().unwrap().to_owned());
        let mut ids: Vec<String> = first.collect();
        ids.dedup();
        ids
    };
    let expected = [
        "a;b=c,d", "gi|1|ref", "x%20y", "r(1)/2", "_#1", "_track9", "_\"q\"", "é", "a&b",
    ];
    let table = output(&format!("{PREDICT} {{}}/odd.fa"));
    assert_eq!(first(&table, "#")[1..], expected);
    let fasta = output(&format!("{PREDICT} --format fasta {{}}/odd.fa"));
    let headers = fasta.lines().filter_map(|line| line.strip_prefix('>'));
    assert_eq!(headers.collect::<Vec<_>>(), expected);
    let json = output(&format!("{PREDICT} --format json {{}}/odd.fa"));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let rows = json["predictions"].as_array().unwrap();
    let in_json: Vec<&str> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(in_json, expected);
    let explain = PREDICT.replace("predict", "explain");
    let tracks = output(&format!("{explain} --what bedgraph {{}}/odd.fa"));
    let tracks = tracks.split("track type=").nth(1).unwrap();
    let in_track = first(tracks.split_once('\n').unwrap().1, "track type");
    assert_eq!(in_track, expected);
    let gff3 = output(&format!("{explain} --what gff3 {{}}/odd.fa"));
    let regions = gff3
        .lines()
        .filter_map(|line| line.strip_prefix("##sequence-region "));
    let regions = regions.map(|region| region.split(' ').next().unwrap());
    assert_eq!(regions.collect::<Vec<_>>(), expected);
    let features = first(&gff3, "#");
    assert!(
        features.iter().all(|id| expected.contains(&id.as_str())),
        "{features:?}"
    );
}
