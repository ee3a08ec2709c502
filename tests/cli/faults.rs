//! Commands that could lose a person's file or give a silently wrong answer.

use std::fs;
use std::path::Path;

use super::{assert_fails, folder, folder_with_model, messages, run, stderr, stdout};

/// The output of a command, and the file `name` before and after it.
fn keeps(folder: &Path, name: &str, arguments: &str, piece: &str) {
    let before = fs::read(folder.join(name)).unwrap();
    let output = run(folder, arguments);
    assert_ne!(output.status.code(), Some(0), "{arguments}");
    let message = stderr(&output);
    assert!(message.contains(piece), "no `{piece}` in: {message}");
    assert_eq!(fs::read(folder.join(name)).unwrap(), before, "{arguments}");
}

#[test]
fn an_output_is_never_one_of_the_inputs() {
    let folder = folder_with_model();
    let path = folder.path();
    fs::create_dir(path.join("sub")).unwrap();
    let predict = "predict --model {}/small.safetensors {}/mixed.fasta --output";
    for other in ["{}/mixed.fasta", "{}/sub/../mixed.fasta"] {
        keeps(
            path,
            "mixed.fasta",
            &format!("{predict} {other}"),
            "would be lost",
        );
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(path.join("mixed.fasta"), path.join("link")).unwrap();
        keeps(
            path,
            "mixed.fasta",
            &format!("{predict} {{}}/link"),
            "would be lost",
        );
    }
    keeps(
        path,
        "small.safetensors",
        &format!("{predict} {{}}/small.safetensors"),
        "--model",
    );
    let explain = "explain --model {}/small.safetensors {}/mixed.fasta --output {}/mixed.fasta";
    keeps(path, "mixed.fasta", explain, "would be lost");
    let train =
        "train --data {}/labelled.fasta --preset human-snorna-paper --config {}/settings.toml";
    for option in [
        "--output {}/labelled.fasta",
        "--output {}/m.safetensors --log {}/labelled.fasta",
    ] {
        keeps(
            path,
            "labelled.fasta",
            &format!("{train} {option}"),
            "--data",
        );
    }
    let held_out = "--output {}/m.safetensors --held-out {}/settings.toml";
    keeps(
        path,
        "settings.toml",
        &format!("{train} {held_out}"),
        "--config",
    );
    assert!(!path.join("m.safetensors").exists());
    let search = "search --data {}/labelled.fasta --preset human-snorna-paper --grid {}/settings.toml \
                  --output {}/labelled.fasta";
    keeps(path, "labelled.fasta", search, "--data");
}

#[test]
fn an_existing_output_stays_whole_if_the_command_fails() {
    let folder = folder_with_model();
    let path = folder.path();
    fs::write(path.join("table.tsv"), "old results\n").unwrap();
    let output = "--output {}/table.tsv";
    for arguments in [
        "predict --model {}/small.safetensors {}/missing.fasta",
        "predict --model {}/mixed.fasta {}/mixed.fasta",
        "explain --model {}/small.safetensors --record nobody {}/mixed.fasta",
    ] {
        keeps(path, "table.tsv", &format!("{arguments} {output}"), "");
    }
    let good = run(
        path,
        "predict --model {}/small.safetensors {}/labelled.fasta --output {}/table.tsv",
    );
    assert_eq!(good.status.code(), Some(0), "{}", stderr(&good));
    let table = fs::read_to_string(path.join("table.tsv")).unwrap();
    assert_eq!(
        table.lines().filter(|line| !line.starts_with('#')).count(),
        49
    );
    let left = fs::read_dir(path).unwrap().flatten();
    let left = left.filter(|entry| entry.file_name().to_string_lossy().contains("incomplete"));
    assert_eq!(left.count(), 0);
}

#[test]
fn places_are_checked_before_a_training_starts() {
    let folder = folder();
    let train =
        "train --data {}/labelled.fasta --preset human-snorna-paper --config {}/settings.toml";
    for (places, piece) in [
        (
            "--output {}/none/m.safetensors",
            "does not exist; create it first",
        ),
        ("--output {}", "is a folder"),
        ("--output {}/m.safetensors --log {}/none/log.tsv", "--log"),
        ("--output {}/m.safetensors --held-out {}", "--held-out"),
        (
            "--output {}/m.safetensors --log {}/../{}/m.safetensors",
            "--log",
        ),
        (
            "--output {}/m.safetensors --log {}/log.tsv --held-out {}/log.tsv",
            "this is also the file of --held-out",
        ),
    ] {
        assert_fails(folder.path(), &format!("{train} {places}"), &[piece]);
        assert!(!folder.path().join("m.safetensors").exists());
    }
}

#[test]
fn output_that_cannot_be_written_is_named() {
    let folder = folder_with_model();
    let predict = "predict --model {}/small.safetensors {}/mixed.fasta --output {}/no/where.tsv";
    let pieces = ["where.tsv", "no does not exist; create it first"];
    assert_fails(folder.path(), predict, &pieces);
}

#[test]
fn options_without_effect_are_rejected() {
    let folder = folder_with_model();
    let explain = "explain --model {}/small.safetensors {}/mixed.fasta";
    for (options, piece) in [
        (
            "--positions 1-5",
            "--positions has an effect only with --what mutagenesis",
        ),
        (
            "--what mutagenesis --compartment Nucleus",
            "--compartment has an effect only with",
        ),
        (
            "--what gradients --k 3",
            "--k has an effect only with --what patterns",
        ),
        (
            "--what bedgraph --motif ACG",
            "--motif has an effect only with --what motifs",
        ),
    ] {
        assert_fails(folder.path(), &format!("{explain} {options}"), &[piece]);
    }
    let predict = "predict --model {}/small.safetensors {}/mixed.fasta --threshold Nucleus=0.5";
    for (options, piece) in [
        ("--format fasta", "--format tsv or json"),
        ("--threshold Nucleus=0.4", "only one threshold for each"),
    ] {
        assert_fails(folder.path(), &format!("{predict} {options}"), &[piece]);
    }
    let holdout =
        "evaluate --data {}/labelled.fasta --preset human-snorna-paper --protocol holdout";
    for (option, piece) in [("--folds 3", "--folds"), ("--inner 0.2", "--inner")] {
        let pieces = [piece, "--protocol paper or strict"];
        assert_fails(folder.path(), &format!("{holdout} {option}"), &pieces);
    }
    for arguments in [
        "evaluate --data {}/labelled.fasta --model {}/small.safetensors --folds 3",
        "explain --model {}/small.safetensors {}/mixed.fasta --what patterns --k 9",
    ] {
        let output = run(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    }
}

#[test]
fn positions_outside_an_rna_are_reported() {
    let folder = folder_with_model();
    let rna = ">let-7a\nUGAGGUAGUAGGUUGUAUAGUU\n";
    fs::write(folder.path().join("one.fasta"), rna).unwrap();
    let explain = "explain --model {}/small.safetensors {}/one.fasta --what mutagenesis";
    let behind = run(folder.path(), &format!("{explain} --positions 500-600"));
    assert_eq!(behind.status.code(), Some(1));
    assert!(
        messages(&behind).contains("has 22 nt, so it has no position 500"),
        "{}",
        stderr(&behind)
    );
    let cut = run(folder.path(), &format!("{explain} --positions 21-30"));
    assert_eq!(cut.status.code(), Some(0));
    assert!(
        messages(&cut).contains("ends at position 22, before 30"),
        "{}",
        stderr(&cut)
    );
    let rows = stdout(&cut)
        .lines()
        .filter(|line| line.starts_with("let-7a"));
    assert_eq!(rows.count(), 6);
}

#[test]
fn notes_of_a_labelled_set_are_printed_by_every_subcommand() {
    let folder = folder_with_model();
    let text = fs::read_to_string(folder.path().join("labelled.fasta")).unwrap();
    let first = text.split('>').nth(1).unwrap().to_owned();
    fs::write(folder.path().join("twice.fasta"), format!("{text}>{first}")).unwrap();
    for arguments in [
        "evaluate --data {}/twice.fasta --model {}/small.safetensors",
        "evaluate --data {}/twice.fasta --preset human-snorna-paper --config {}/settings.toml --epochs 1 \
         --folds 2 --no-baselines --work {}/work",
        "train --data {}/twice.fasta --preset human-snorna-paper --config {}/settings.toml --epochs 1 \
         --output {}/m.safetensors",
    ] {
        let output = run(folder.path(), arguments);
        let message = messages(&output);
        assert!(
            message.contains("49 rows are 48 RNAs"),
            "{arguments}: {message}"
        );
    }
}

#[test]
fn valid_records_around_damaged_lines_are_predicted() {
    let folder = folder_with_model();
    let text = "\u{feff}; made by hand\n\t>a\nUGAGGUAGUAGGUUGUAUAGUU\n((((......))))....... ( -3.10)\n\
                >joined\nACGU>lost two\nACGUACGU\n>stray\nACGU\u{1}ACGU\n>b\u{2}x\nUGAGGUAGUAGG\n";
    fs::write(folder.path().join("odd.fasta"), text).unwrap();
    let output = run(
        folder.path(),
        "predict --model {}/small.safetensors {}/odd.fasta",
    );
    assert_eq!(output.status.code(), Some(1));
    let rows = stdout(&output)
        .lines()
        .filter(|line| !line.starts_with('#'))
        .skip(1);
    let ids: Vec<&str> = rows.map(|row| row.split('\t').next().unwrap()).collect();
    assert_eq!(ids, ["a", "b"]);
    let message = messages(&output);
    for piece in [
        "record 'joined': '>' stands within a line",
        "'lost'",
        "control character 0x01",
    ] {
        assert!(message.contains(piece), "no `{piece}` in: {message}");
    }
}

#[test]
#[cfg(unix)]
fn standard_output_is_never_the_input() {
    let folder = folder_with_model();
    let path = folder.path().join("mixed.fasta");
    let before = fs::read(&path).unwrap();
    let append = fs::OpenOptions::new().append(true).open(&path).unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_rmlocnet"))
        .args(["predict", "--device", "cpu", "--model"])
        .args([&folder.path().join("small.safetensors"), &path])
        .stdout(append)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("standard output"), "{output:?}");
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn an_interrupted_search_is_neither_overwritten_nor_does_it_replace_a_file() {
    let folder = folder();
    let folder = folder.path();
    fs::write(folder.join("grid.toml"), "k = [1, 2]\n").unwrap();
    fs::write(folder.join("results.tsv"), "precious").unwrap();
    // What an interruption leaves: some rows beside the place of the table.
    fs::write(folder.join("results.tsv.incomplete"), "# rows\n").unwrap();
    let search = "search --data {}/labelled.fasta --preset human-snorna-paper --config {}/settings.toml \
                  --grid {}/grid.toml --folds 3 --output {}/results.tsv";
    let pieces = ["results.tsv.incomplete", "--resume"];
    keeps(folder, "results.tsv.incomplete", search, pieces[0]);
    assert_fails(folder, search, &pieces);
    assert_eq!(fs::read(folder.join("results.tsv")).unwrap(), b"precious");
    fs::remove_file(folder.join("results.tsv.incomplete")).unwrap();
    let output = run(folder, search);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(!folder.join("results.tsv.incomplete").exists());
    assert_ne!(fs::read(folder.join("results.tsv")).unwrap(), b"precious");
}

#[test]
fn finished_folds_of_an_interrupted_evaluation_are_not_overwritten() {
    let folder = folder();
    let folder = folder.path();
    let evaluate = "evaluate --data {}/labelled.fasta --preset human-snorna-paper --config {}/settings.toml \
                    --epochs 1 --folds 3 --no-baselines --work {}/work";
    let output = run(folder, evaluate);
    assert!(output.status.success(), "{}", stderr(&output));
    let mut files = fs::read_dir(folder.join("work")).unwrap();
    let store = files.next().unwrap().unwrap().path();
    let first = fs::read(store.join("seed-1-fold-1.json")).unwrap();
    for other in ["seed-1-fold-2.json", "seed-1-fold-3.json"] {
        fs::remove_file(store.join(other)).unwrap();
    }
    assert_fails(folder, evaluate, &["interrupted", "--resume"]);
    assert_eq!(fs::read(store.join("seed-1-fold-1.json")).unwrap(), first);
    let resumed = run(folder, &format!("{evaluate} --resume"));
    assert_eq!(stdout(&resumed), stdout(&output));
    let file =
        "evaluate --data {}/labelled.fasta --preset human-snorna-paper --work {}/settings.toml";
    assert_fails(folder, file, &["--work", "this is a file"]);
}

#[test]
fn calls_in_a_table_are_names_of_its_columns() {
    let folder = folder_with_model();
    let folder = folder.path();
    let predict = "predict --model {}/small.safetensors {}/labelled.fasta --output {}/table.tsv";
    let output = run(folder, predict);
    assert!(output.status.success(), "{}", stderr(&output));
    let score = "evaluate --truth {}/labelled.fasta --predictions {}/table.tsv";
    assert!(run(folder, score).status.success());
    let table = fs::read_to_string(folder.join("table.tsv")).unwrap();
    let mut lines: Vec<String> = table.lines().map(str::to_owned).collect();
    let mut cells: Vec<&str> = lines[2].split('\t').collect();
    cells[5] = "Nukleus";
    lines[2] = cells.join("\t");
    fs::write(folder.join("table.tsv"), lines.join("\n")).unwrap();
    assert_fails(folder, score, &["line 3", "'Nukleus'"]);
}

#[test]
fn an_rna_of_unknown_nucleotides_gets_no_call() {
    let folder = folder_with_model();
    let folder = folder.path();
    fs::write(
        folder.join("n.fasta"),
        ">n\nNNNNNNNNNNNNNNNNNNNNNNNNNNNNNN\n",
    )
    .unwrap();
    let predict = "predict --model {}/small.safetensors {}/n.fasta --threshold Nucleus=0";
    let output = run(folder, predict);
    let row = stdout(&output).lines().last().unwrap();
    let cells: Vec<&str> = row.split('\t').collect();
    assert_eq!(cells[5..7], ["none", "none"], "{row}");
    assert!(cells[7].contains("nothing-read"), "{row}");
}
