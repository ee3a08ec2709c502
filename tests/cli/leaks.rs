//! `rmlocnet evaluate` on labelled sets whose labels leak, and on parts of a split.

use std::fs;

use serde_json::Value;

use super::evaluate::{QUICK, json};
use super::{assert_fails, folder, run, stderr, stdout};

/// 120 RNAs of two sources, which their letters show. Nine in ten of RefSeq are in the nucleus, of the
/// others one in ten.
fn leaky_set() -> String {
    let record = |i: usize| {
        let (id, letters) = if i.is_multiple_of(2) {
            ("NM_001", "UUAUUCUUGUU")
        } else {
            ("AK001", "GGAGGCGGUGG")
        };
        let is_inside = i.is_multiple_of(2) != (i % 20 < 2);
        let place = if is_inside { "Nucleus" } else { "Cytosol" };
        let sequence: String = letters
            .chars()
            .cycle()
            .skip(i % 7)
            .take(20 + i % 13)
            .collect();
        format!(">{id}{i:03} [location={place}]\n{sequence}\n")
    };
    (0..120).map(record).collect()
}

#[test]
fn a_leak_of_the_source_is_noted_and_shown_by_the_auroc_within_it() {
    let folder = folder();
    let folder = folder.path();
    fs::write(folder.join("leaky.fasta"), leaky_set()).unwrap();
    let leaky = QUICK.replace("labelled.fasta", "leaky.fasta");
    let output = run(folder, &format!("{leaky} --json"));
    let report: Value = serde_json::from_str(stdout(&output)).unwrap();
    let note = "the source of a record, as the form of its ID shows it, alone predicts";
    assert!(stderr(&output).contains(note), "{}", stderr(&output));
    assert!(
        report["data"]["notes"][0]
            .as_str()
            .unwrap()
            .starts_with(note)
    );
    let value = |aurocs: &Value, kind: &str| aurocs["values"][kind].as_f64().unwrap();
    let source = &report["baselines"]["source"]["aurocs"];
    assert!((value(source, "judged") - 0.9).abs() < 0.02, "{source}");
    assert_eq!(value(source, "within_source"), 0.5);
    // The network recognises the source by the letters, and knows nothing else.
    let network = &report["aurocs"];
    assert!(value(network, "judged") > 0.75, "{network}");
    assert!(
        (0.25..0.75).contains(&value(network, "within_source")),
        "{network}"
    );
    let row = &report["per_compartment"][0];
    assert_eq!(
        (&row["support"], &row["negatives"]),
        (&60.into(), &60.into())
    );

    fs::write(folder.join("report.json"), stdout(&output)).unwrap();
    let text = run(folder, &leaky);
    let train = "train --data {}/leaky.fasta --preset human-snorna-paper --config {}/settings.toml \
                 --epochs 3 --all-data --evaluation {}/report.json --output {}/leaky.safetensors";
    assert!(run(folder, train).status.success());
    let card = run(folder, "info {}/leaky.safetensors --card");
    for piece in [
        "within source",
        "source only",
        "all compartments are judged",
    ] {
        assert!(
            stdout(&text).contains(piece),
            "no `{piece}` in: {}",
            stdout(&text)
        );
        assert!(
            stdout(&card).contains(piece),
            "no `{piece}` in: {}",
            stdout(&card)
        );
    }
    assert!(stdout(&card).contains(note), "{}", stdout(&card));
}

#[test]
fn training_parts_are_kept_apart_from_another_set() {
    let folder = folder();
    let folder = folder.path();
    let text = fs::read_to_string(folder.join("labelled.fasta")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    // FASTA without labels.
    let others: Vec<String> = lines
        .chunks(2)
        .take(6)
        .map(|r| format!(">x\n{}\n", r[1]))
        .collect();
    fs::write(folder.join("others.fasta"), others.concat()).unwrap();
    let apart = format!("{QUICK} --no-baselines --apart-from {{}}/others.fasta");
    let report = json(folder, &format!("{apart} --json"));
    let left_out = report["apart_from"]["left_out"].as_u64().unwrap();
    assert!((6..40).contains(&left_out), "{left_out}");
    let whole = json(folder, &format!("{QUICK} --no-baselines --json"));
    assert_ne!(report["splits_sha256"], whole["splits_sha256"]);
    let output = run(folder, &apart);
    let expected = format!(
        "{left_out} RNAs share more than 5 % of their 16-mers with one of the 6 RNAs of others.fasta"
    );
    assert!(stdout(&output).contains(&expected), "{}", stdout(&output));
    assert!(stderr(&output).contains(&expected), "{}", stderr(&output));
    assert_fails(
        folder,
        &apart.replace("others.fasta", "none.fasta"),
        &["cannot read", "none.fasta"],
    );
}

#[test]
fn one_part_of_a_marked_split_is_evaluated() {
    let folder = folder();
    let folder = folder.path();
    let marked = ">a [location=X] [split=train]\nACGUACGU\n>b [location=Y] [split=val]\nGGGUUU\n\
                  >c [location=X] [split=val]\nCCCAAA\n";
    fs::write(folder.join("marked.fasta"), marked).unwrap();
    fs::write(folder.join("p.tsv"), "id\tX\tY\nb\t0.1\t0.9\nc\t0.8\t0.3\n").unwrap();
    let scored = "evaluate --predictions {}/p.tsv --truth {}/marked.fasta --json";
    let report = json(folder, &format!("{scored} --part val"));
    assert_eq!(report["judged"], 2);
    assert_fails(folder, scored, &["1 of 3 labelled RNAs have no prediction"]);
    assert_fails(
        folder,
        &format!("{scored} --part test"),
        &["no RNA for test", "[split=test]"],
    );
    let usage = run(folder, &format!("{scored} --part half"));
    assert_eq!(usage.status.code(), Some(2));
    assert!(
        stderr(&usage).contains("use train, val or test"),
        "{}",
        stderr(&usage)
    );
}
