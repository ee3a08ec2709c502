//! `rmlocnet evaluate` and `search`, and the use of a report by `train` and `info`.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::labelled::labelled;
use super::{assert_fails, folder, folder_with_model, run, stderr, stdout};

const MEASURES: [&str; 6] = [
    "average_precision",
    "accuracy",
    "coverage",
    "ranking_loss",
    "one_error",
    "auroc",
];

/// The command of most tests: a small network, few epochs and three folds.
pub(super) const QUICK: &str = "evaluate --data {}/labelled.fasta --preset human-snorna-paper --config {}/settings.toml \
                     --epochs 3 --folds 3 --work {}/work";

/// The report of a command.
pub(super) fn json(folder: &Path, arguments: &str) -> Value {
    let output = run(folder, arguments);
    assert!(output.status.success(), "{}", stderr(&output));
    serde_json::from_str(stdout(&output)).unwrap()
}

fn numbers(report: &Value) -> Vec<f64> {
    MEASURES
        .iter()
        .map(|m| report[m].as_f64().unwrap())
        .collect()
}

#[test]
fn evaluation_has_six_measures_for_the_method_and_its_baselines() {
    let folder = folder();
    let folder = folder.path();
    let report = json(
        folder,
        &format!("{QUICK} --seeds 2 --shuffled --json --threads 1"),
    );
    let found = numbers(&report);
    assert!(
        found[..2]
            .iter()
            .chain(&found[3..])
            .all(|v| (0.0..=1.0).contains(v))
    );
    assert!((0.0..=2.0).contains(&found[2]));
    for baseline in ["prior", "length", "kmer_logistic", "extra_trees"] {
        let row = &report["baselines"][baseline];
        assert_eq!(numbers(row).len(), 6);
        let difference = &row["difference"]["average_precision"];
        assert!(difference["low"].as_f64().unwrap() <= difference["high"].as_f64().unwrap());
    }
    // The letters determine the compartments, so only baselines that count letters can be good.
    let precision = |name: &str| {
        report["baselines"][name]["average_precision"]
            .as_f64()
            .unwrap()
    };
    assert!(precision("kmer_logistic") > 0.9 && precision("extra_trees") > 0.9);
    assert!(precision("prior") < 0.75);
    assert_eq!(report["best_epochs"].as_array().unwrap().len(), 6);
    assert_eq!(report["per_seed"].as_array().unwrap().len(), 2);
    let mean = |m: &str| {
        let seeds = report["per_seed"].as_array().unwrap();
        seeds.iter().map(|s| s[m].as_f64().unwrap()).sum::<f64>() / 2.0
    };
    assert!((mean("coverage") - found[2]).abs() < 1e-9);
    let control = &report["shuffled_labels"];
    assert_eq!(numbers(control).len(), 6);
    assert!(control["average_precision"].as_f64().unwrap() < 0.85);
    let support: u64 = report["per_compartment"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["support"].as_u64().unwrap())
        .sum();
    assert_eq!(support, 56);
    assert!(report.get("warning").is_none());

    // The report is the same with more threads, and after half of the folds was done before.
    let two = json(
        folder,
        &format!("{QUICK} --seeds 2 --shuffled --json --threads 2"),
    );
    assert_eq!(report, two);
    let work = fs::read_dir(folder.join("work")).unwrap().next().unwrap();
    let work = work.unwrap().path();
    assert_eq!(fs::read_dir(&work).unwrap().count(), 9);
    let half = fs::read(work.join("seed-1-fold-1.json")).unwrap();
    fs::write(work.join("seed-1-fold-1.json"), &half[..half.len() / 2]).unwrap();
    fs::remove_file(work.join("seed-1-fold-3-shuffled.json")).unwrap();
    let resumed = run(
        folder,
        &format!("{QUICK} --seeds 2 --shuffled --json --resume"),
    );
    assert!(
        stderr(&resumed).contains("7 of 9 folds were finished before"),
        "{}",
        stderr(&resumed)
    );
    assert_eq!(
        serde_json::from_str::<Value>(stdout(&resumed)).unwrap(),
        report
    );
}

#[test]
fn protocols_split_the_same_rnas_differently() {
    let folder = folder();
    let folder = folder.path();
    let paper = json(folder, &format!("{QUICK} --json"));
    let strict = json(folder, &format!("{QUICK} --protocol strict --json"));
    let quick_holdout = QUICK.replace(" --folds 3", " --protocol holdout");
    let holdout = json(folder, &format!("{quick_holdout} --json"));
    assert_ne!(paper["splits_sha256"], strict["splits_sha256"]);
    assert_eq!(paper["data"]["sha256"], strict["data"]["sha256"]);
    assert!(strict["data"]["groups"][0].as_u64().unwrap() > 3);
    assert_eq!(holdout["best_epochs"].as_array().unwrap().len(), 1);
    assert!(
        paper["baselines"].get("organism").is_none(),
        "the data name no species"
    );

    // If the species determines the compartment, the baseline that knows only the species is good.
    let text = fs::read_to_string(folder.join("labelled.fasta")).unwrap();
    let species_of = [
        ("=Nucleus]", "fly"),
        ("=Cytoplasm]", "pig"),
        ("=Exosome]", "man"),
    ];
    let text = species_of.iter().fold(text, |text, (end, species)| {
        text.replace(end, &format!("{end} [organism={species}]"))
    });
    fs::write(folder.join("species.fasta"), text).unwrap();
    let data = quick_holdout.replace("labelled.fasta", "species.fasta");
    let species = json(folder, &format!("{data} --json"));
    let precision = &species["baselines"]["organism"]["average_precision"];
    assert!(precision.as_f64().unwrap() > 0.95, "{precision}");

    let text = run(folder, QUICK);
    for piece in [
        "model",
        "extra trees",
        "95 % interval",
        "Nucleus",
        "all correct",
    ] {
        assert!(
            stdout(&text).contains(piece),
            "no `{piece}` in: {}",
            stdout(&text)
        );
    }
}

#[test]
fn as_published_is_marked_as_not_being_an_evaluation() {
    let folder = folder();
    let folder = folder.path();
    // Every RNA of the nucleus is written with T, the others with U.
    let text = labelled(48, 3);
    let spelled: Vec<String> = text
        .split_inclusive('\n')
        .collect::<Vec<_>>()
        .chunks(2)
        .map(|record| {
            if record[0].contains("[location=Nucleus]") {
                format!("{}{}", record[0], record[1].replace('U', "T"))
            } else {
                record.concat()
            }
        })
        .collect();
    fs::write(folder.join("labelled.fasta"), spelled.concat()).unwrap();
    let honest = json(folder, &format!("{QUICK} --json"));
    let report = json(folder, &format!("{QUICK} --as-published --json"));
    let warning = report["warning"].as_str().unwrap();
    assert!(warning.starts_with("NOT AN EVALUATION"), "{warning}");
    let precision = |report: &Value| report["average_precision"].as_f64().unwrap();
    assert!(precision(&report) > precision(&honest));
    let text = run(folder, &format!("{QUICK} --as-published"));
    assert!(
        stdout(&text).starts_with("NOT AN EVALUATION"),
        "{}",
        stdout(&text)
    );
}

#[test]
fn model_is_evaluated_on_rnas_that_it_was_not_trained_on() {
    let folder = folder_with_model();
    let folder = folder.path();
    let scored = "evaluate --model {}/small.safetensors --json --data";
    let own = json(folder, &format!("{scored} {{}}/labelled.fasta"));
    assert!(own.get("warning").is_none());
    assert!(own["notes"][0].as_str().unwrap().contains("held out"));
    let judged = own["judged"].as_u64().unwrap();
    assert!((5..20).contains(&judged), "{judged} of 48");

    fs::write(folder.join("other.fasta"), labelled(30, 9)).unwrap();
    let other = json(folder, &format!("{scored} {{}}/other.fasta"));
    assert_eq!(other["judged"], 30);
    // A table of its predictions gives the same measures.
    let table = run(
        folder,
        "predict --model {}/small.safetensors {}/other.fasta -o {}/p.tsv",
    );
    assert!(table.status.success());
    let again = json(
        folder,
        "evaluate --predictions {}/p.tsv --truth {}/other.fasta --json",
    );
    for (a, b) in numbers(&other).iter().zip(numbers(&again)) {
        assert!((a - b).abs() < 1e-9, "{other} {again}");
    }
    let text = run(
        folder,
        "evaluate --predictions {}/p.tsv --truth {}/other.fasta",
    );
    assert!(
        stdout(&text).contains("30 of 30 RNAs were evaluated"),
        "{}",
        stdout(&text)
    );
}

#[test]
fn model_of_all_data_holds_the_report_of_its_evaluation() {
    let folder = folder();
    let folder = folder.path();
    let report = run(folder, &format!("{QUICK} --json"));
    fs::write(folder.join("report.json"), stdout(&report)).unwrap();
    let all = "train --data {}/labelled.fasta --preset human-snorna-paper --config {}/settings.toml \
               --epochs 3 --all-data --evaluation {}/report.json --output";
    let trained = run(folder, &format!("{all} {{}}/human-snorna.safetensors"));
    assert!(trained.status.success(), "{}", stderr(&trained));
    assert!(
        stderr(&trained).contains(" 0 held out"),
        "{}",
        stderr(&trained)
    );
    // A preset that keeps the last epoch needs no validation part in so small a set.
    let tuned = "train --data {}/labelled.fasta --preset human-snorna-tuned --epochs 2 --all-data \
                 --output {}/tuned.safetensors";
    let tuned = run(folder, tuned);
    let parts =
        "48 RNAs: 48 for training, with thresholds cross-fitted on two halves of them, 0 held out";
    assert!(stderr(&tuned).contains(parts), "{}", stderr(&tuned));
    let card = run(folder, "info {}/human-snorna.safetensors --card");
    for piece in [
        "3 random folds",
        "| extra trees |",
        "| EL-RMLocNet, as published | (0.83) |",
        "Four in five",
        "not for diagnosis",
        "`rmlocnet evaluate --data labelled.fasta --preset human-snorna-paper",
    ] {
        assert!(
            stdout(&card).contains(piece),
            "no `{piece}` in: {}",
            stdout(&card)
        );
    }
    let scored = json(
        folder,
        "evaluate --model {}/human-snorna.safetensors --data {}/labelled.fasta --json",
    );
    assert!(
        scored["warning"]
            .as_str()
            .unwrap()
            .contains("were learnt from")
    );

    // A report about other settings or data is rejected.
    let others = "--preset human-snorna-paper --all-data --evaluation {}/report.json --output {}/x.safetensors";
    assert_fails(
        folder,
        &format!(
            "train --data {{}}/labelled.fasta --epochs 4 --config {{}}/settings.toml {others}"
        ),
        &["report.json", "other settings"],
    );
    fs::write(folder.join("other.fasta"), labelled(30, 9)).unwrap();
    assert_fails(
        folder,
        &format!("train --data {{}}/other.fasta --epochs 3 --config {{}}/settings.toml {others}"),
        &["report.json", "other data"],
    );
    assert_fails(
        folder,
        "train --data {}/labelled.fasta --preset human-snorna-paper --evaluation {}/labelled.fasta --output {}/x.safetensors",
        &["labelled.fasta", "is not a report"],
    );
    assert!(!folder.join("x.safetensors").exists());
}

#[test]
fn evaluation_that_cannot_start_fails_with_the_reason() {
    let folder = folder_with_model();
    let folder = folder.path();
    assert_fails(
        folder,
        &QUICK.replace("--folds 3", "--folds 49"),
        &["49 folds", "48 records"],
    );
    assert_fails(
        folder,
        "evaluate --data {}/labelled.fasta --preset human-trna",
        &["`human-trna`"],
    );
    assert_fails(
        folder,
        "evaluate --data {}/labelled.fasta --predictions {}/mixed.fasta",
        &["mixed.fasta", "must name the columns"],
    );
    let two = ">a [location=Nucleus;Vesicle]\nACGUACGU\n>b [location=Nucleus]\nGGGUUU\n";
    fs::write(folder.join("two.fasta"), two).unwrap();
    assert_fails(
        folder,
        "evaluate --model {}/small.safetensors --data {}/two.fasta",
        &["small.safetensors", "'Vesicle'", "Exosome"],
    );
    // One of --preset, --model and --predictions is needed.
    let usage = run(folder, "evaluate --data {}/labelled.fasta");
    assert_eq!(usage.status.code(), Some(2));
    assert!(stderr(&usage).contains("--preset"), "{}", stderr(&usage));
}

#[test]
fn search_writes_the_best_combination_first_and_can_be_resumed() {
    let folder = folder();
    let folder = folder.path();
    let grid = "k = [1, 2]\nlearning_rate = [0.02, 1e30]\n";
    fs::write(folder.join("grid.toml"), grid).unwrap();
    let search = "search --data {}/labelled.fasta --preset human-snorna-paper --config {}/small.toml \
                  --grid {}/grid.toml --folds 3 --output {}/results.tsv";
    let settings = fs::read_to_string(folder.join("settings.toml")).unwrap();
    let settings = settings.replace("learning_rate = 0.02\n", "") + "epochs = 3\n";
    fs::write(folder.join("small.toml"), settings).unwrap();
    let output = run(folder, search);
    assert!(output.status.success(), "{}", stderr(&output));
    let read = || fs::read_to_string(folder.join("results.tsv")).unwrap();
    let table = read();
    let rows: Vec<Vec<&str>> = table.lines().map(|l| l.split('\t').collect()).collect();
    assert!(rows[0][0].contains("of the training part"), "{table}");
    assert_eq!(rows[1][..3], ["k", "learning_rate", "average_precision"]);
    assert_eq!(rows.len(), 6, "{table}");
    let precision = |row: &[&str]| row[2].parse::<f64>().ok();
    assert!(precision(&rows[2]) >= precision(&rows[3]), "{table}");
    assert_eq!((rows[2][1], rows[3][1]), ("0.02", "0.02"), "{table}");
    assert_eq!((rows[4][2], rows[5][2]), ("-", "-"), "{table}");

    // With two rows and an incomplete line left, the other combinations are tried again.
    let some: Vec<&str> = table.split_inclusive('\n').collect();
    let cut = format!("{}1\t0.02\t0.", some[..4].concat());
    fs::write(folder.join("results.tsv"), cut).unwrap();
    let resumed = run(folder, &format!("{search} --resume"));
    assert!(resumed.status.success(), "{}", stderr(&resumed));
    assert_eq!(read(), table);
    assert_fails(
        folder,
        &format!("{search} --resume --seed 2"),
        &["results.tsv", "another search"],
    );
    fs::write(folder.join("grid.toml"), "k = 2\n").unwrap();
    assert_fails(folder, search, &["grid.toml", "`k` must be a list"]);
    fs::write(folder.join("grid.toml"), "kk = [2]\n").unwrap();
    assert_fails(folder, search, &["grid.toml", "kk"]);
}
