//! The work of one run in several processes: `--shard`, and what gathers it.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Output;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use super::evaluate::QUICK;
use super::labelled::labelled;
use super::predict::mixed_lengths;
use super::{assert_fails, command, folder, folder_with_model, messages, run, stderr, stdout};

const PREDICT: &str = "predict --model {}/small.safetensors";

/// Runs `predict` with these arguments once for each shard, last shard first, and writes the outputs
/// to `NUMBER.shard`.
fn predict_shards(folder: &Path, arguments: &str, count: usize) -> Vec<Output> {
    let shard = |number: usize| {
        let shard = format!("--shard {number}/{count} --output {{}}/{number}.shard");
        run(folder, &format!("{PREDICT} {arguments} {shard}"))
    };
    let mut outputs: Vec<Output> = (1..=count).rev().map(shard).collect();
    outputs.reverse();
    outputs
}

/// The arguments that gather so many shards, in an order of no meaning.
fn gather(count: usize) -> String {
    let mut numbers: Vec<usize> = (1..=count).collect();
    numbers.rotate_left(count / 2);
    let files = numbers.iter().map(|number| format!(" {{}}/{number}.shard"));
    format!("gather{}", files.collect::<String>())
}

/// Checks that shards of `predict` with these arguments give what the whole run gives: the bytes, the
/// problems, each reported once, and the exit status.
#[track_caller]
fn assert_same(folder: &Path, arguments: &str, count: usize) {
    let whole = run(folder, &format!("{PREDICT} {arguments}"));
    let shards = predict_shards(folder, arguments, count);
    let gathered = run(folder, &gather(count));
    assert_eq!(stdout(&gathered), stdout(&whole), "{}", stderr(&gathered));
    assert_eq!(gathered.status.code(), whole.status.code());
    let sorted = |text: String| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    let reported = shards.iter().map(messages).collect();
    assert_eq!(sorted(reported), sorted(messages(&whole).to_owned()));
    let worst = shards.iter().filter_map(|shard| shard.status.code()).max();
    assert_eq!(worst, whole.status.code());
}

fn write(folder: &Path, name: &str, text: impl AsRef<[u8]>) {
    fs::write(folder.join(name), text).unwrap();
}

fn gzip(text: &str) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(text.as_bytes()).unwrap();
    packed.finish().unwrap()
}

#[test]
fn gathered_shards_are_the_whole_run_byte_for_byte() {
    let folder = folder_with_model();
    let folder = folder.path();
    write(folder, "mixed.fasta", mixed_lengths());
    write(
        folder,
        "few.fa.gz",
        gzip(">a\nUGAGGUAG\n>a\nUUTU\n>track\nACGUACGU\n"),
    );
    for format in ["tsv", "json", "fasta"] {
        let arguments = format!("--format {format} {{}}/mixed.fasta");
        assert_same(folder, &arguments, 3);
        // IDs are unique over all inputs, and there are more shards than records.
        let few = format!("--format {format} {{}}/few.fa.gz {{}}/few.fa.gz");
        assert_same(folder, &few, 8);
    }
    assert_same(folder, "--threshold Nucleus=0.1 {}/few.fa.gz", 2);
    assert_same(folder, "{}/few.fa.gz", 1);
}

#[test]
fn bytes_after_a_gzipped_input_cost_no_record_of_the_next_one() {
    let folder = folder_with_model();
    let folder = folder.path();
    let mut trailing = gzip(">a\nUGAGGUAG\n>b\nUUUU\n");
    trailing.extend_from_slice(b"and more");
    write(folder, "a.gz", trailing);
    let output = run(folder, &format!("{PREDICT} {{}}/a.gz {{}}/a.gz"));
    let rows = stdout(&output).lines().skip(2);
    let ids: Vec<&str> = rows.map(|row| row.split('\t').next().unwrap()).collect();
    assert_eq!(ids, ["a", "b", "a_2", "b_2"]);
    assert_eq!(messages(&output).matches("follow the gzip data").count(), 2);
}

/// With the bits of single precision, which a batch of other RNAs must not change.
#[test]
fn a_shipped_model_gives_the_same_bits_in_every_shard() {
    let folder = folder_with_model();
    let folder = folder.path();
    for model in ["human-snorna", "human-mrna"] {
        let model = fs::read(format!("models/{model}.safetensors")).unwrap();
        write(folder, "small.safetensors", model);
        write(
            folder,
            "input.fa",
            format!("{}>long\n{}\n", labelled(40, 5), "GAUUACA".repeat(90)),
        );
        assert_same(folder, "--format json {}/input.fa", 3);
    }
}

#[test]
fn an_input_with_a_fault_is_reported_by_one_shard() {
    let folder = folder_with_model();
    let folder = folder.path();
    write(folder, "empty.fa", "");
    write(folder, "text.fa", "this is not FASTA\n");
    let good = ">a\nUGAGGUAG\n>b\nUUUU\n>c\nUUUGUUU\n";
    let mut trailing = gzip(good);
    trailing.extend_from_slice(b"and more");
    write(folder, "trailing.fa.gz", trailing);
    let cut = gzip(&mixed_lengths());
    write(folder, "cut.fa.gz", &cut[..cut.len() / 2]);
    for inputs in [
        "{}/empty.fa",
        "{}/text.fa",
        "{}/cut.fa.gz",
        "{}/trailing.fa.gz",
        "{}/text.fa {}/trailing.fa.gz {}/empty.fa {}/trailing.fa.gz",
    ] {
        for format in ["tsv", "json"] {
            assert_same(folder, &format!("--format {format} {inputs}"), 4);
        }
    }
}

#[test]
fn every_shard_is_a_valid_output_and_an_empty_one_too() {
    let folder = folder_with_model();
    let folder = folder.path();
    write(folder, "two.fa", ">a\nUGAGGUAG\n>b\nUUUU\n");
    let table = run(folder, &format!("{PREDICT} {{}}/two.fa --shard 3/3"));
    assert!(table.status.success(), "{}", stderr(&table));
    let lines: Vec<&str> = stdout(&table).lines().collect();
    assert!(lines[1].starts_with("id\tlength\t"), "{lines:?}");
    assert!(
        lines[2].starts_with("# shard {\"shard\":\"3/3\","),
        "{lines:?}"
    );
    assert_eq!(lines.len(), 3);
    let json = run(
        folder,
        &format!("{PREDICT} {{}}/two.fa --shard 2/2 --format json"),
    );
    let json: Value = serde_json::from_str(stdout(&json)).unwrap();
    assert_eq!(json["predictions"].as_array().unwrap().len(), 1);
    assert_eq!(json["predictions"][0]["id"], "b");
    assert_eq!(json["shard"]["inputs"]["records"], 2);
    let none = run(
        folder,
        &format!("{PREDICT} {{}}/two.fa --shard 5/9 --format json"),
    );
    let none: Value = serde_json::from_str(stdout(&none)).unwrap();
    assert_eq!(none["predictions"], serde_json::json!([]));
}

#[test]
fn standard_input_and_run_files_have_shards_too() {
    let folder = folder_with_model();
    let folder = folder.path();
    write(folder, "many.fa", labelled(90, 4));
    let whole = run(folder, &format!("{PREDICT} {{}}/many.fa"));
    for number in 1..=2 {
        let shard = format!("{PREDICT} - --shard {number}/2 -o {{}}/{number}.shard");
        let mut shard = command(folder, &shard);
        shard.stdin(fs::File::open(folder.join("many.fa")).unwrap());
        assert!(shard.status().unwrap().success());
    }
    assert_eq!(stdout(&run(folder, &gather(2))), stdout(&whole));
    super::run_file::write_run(
        folder,
        &["many.fa"],
        &rmlocnet::model::hash(super::model()),
        true,
    );
    assert_same(folder, "--run {}/run.rmlocnet.json", 3);
}

#[test]
fn a_shard_that_does_not_exist_is_misuse() {
    let folder = folder_with_model();
    let folder = folder.path();
    for shard in [
        "0/3", "4/3", "1/0", "3", "1/3/5", "a/b", "-1/3", "1.5/3", "/",
    ] {
        for command in [&format!("{PREDICT} {{}}/mixed.fasta"), QUICK] {
            let output = run(folder, &format!("{command} --shard={shard}"));
            assert_eq!(output.status.code(), Some(2), "{shard}");
            let message = stderr(&output);
            assert!(message.contains("such as 2/5"), "{shard}: {message}");
        }
    }
    let gpu = format!("{PREDICT} {{}}/mixed.fasta --shard 1/2 --device webgpu");
    assert_fails(folder, &gpu, &["--device 'webgpu'", "--shard", "rounds"]);
    let itself = format!("{PREDICT} {{}}/mixed.fasta --shard 1/2 -o {{}}/mixed.fasta");
    assert_fails(folder, &itself, &["would be lost"]);
}

/// The message of a command that fails with this exit status and writes nothing.
#[track_caller]
fn failure(folder: &Path, arguments: &str, status: i32) -> String {
    let output = run(folder, arguments);
    assert_eq!(output.status.code(), Some(status), "{}", stderr(&output));
    assert_eq!(stdout(&output), "");
    stderr(&output).to_owned()
}

#[test]
fn shards_that_are_missing_or_incomplete_are_named() {
    let folder = folder_with_model();
    let folder = folder.path();
    predict_shards(folder, "{}/labelled.fasta", 4);
    let message = failure(folder, "gather {}/4.shard {}/2.shard", 3);
    assert!(message.contains("shards 1/4 and 3/4"), "{message}");
    let whole = fs::read_to_string(folder.join("2.shard")).unwrap();
    let without_end = whole.rsplit_once("# shard").unwrap().0;
    let rows: Vec<&str> = whole.split_inclusive('\n').collect();
    for incomplete in [without_end.to_owned(), whole[..whole.len() - 9].to_owned()] {
        write(folder, "2.shard", incomplete);
        let message = failure(folder, &gather(4), 3);
        assert!(message.contains("2.shard does not end"), "{message}");
    }
    write(
        folder,
        "2.shard",
        [&rows[..4], &rows[5..]].concat().concat(),
    );
    let message = failure(folder, &gather(4), 3);
    assert!(
        message.contains("2.shard does not have the predictions"),
        "{message}"
    );
    write(folder, "2.shard", "");
    let message = failure(folder, &gather(4), 1);
    assert!(message.contains("2.shard is not an output"), "{message}");
    fs::remove_file(folder.join("2.shard")).unwrap();
    assert!(failure(folder, &gather(4), 1).contains("cannot read"));
}

#[test]
fn shards_of_different_runs_are_not_gathered() {
    let folder = folder_with_model();
    let folder = folder.path();
    super::train(folder, "other", 8);
    write(folder, "other.fasta", labelled(48, 4));
    let first = "{}/labelled.fasta --shard 1/2 -o {}/1.shard";
    assert!(run(folder, &format!("{PREDICT} {first}")).status.success());
    for (second, piece) in [
        (
            "predict -m {}/other.safetensors {}/labelled.fasta --shard 2/2",
            "the model",
        ),
        (
            "predict -m {}/small.safetensors {}/other.fasta --shard 2/2",
            "the records",
        ),
        (
            "predict -m {}/small.safetensors {}/labelled.fasta --shard 2/3",
            "the number of shards",
        ),
        (
            "predict -m {}/small.safetensors {}/labelled.fasta --shard 2/2 --threshold Nucleus=0.1",
            "the thresholds",
        ),
        (
            "predict -m {}/small.safetensors {}/labelled.fasta --shard 2/2 --format json",
            "the format",
        ),
    ] {
        let output = run(folder, &format!("{second} -o {{}}/2.shard"));
        assert!(output.status.success(), "{}", stderr(&output));
        let message = failure(folder, &gather(2), 1);
        assert!(
            message.contains("differ in ") && message.contains(piece),
            "{message}"
        );
    }
    let twice = failure(folder, "gather {}/1.shard {}/1.shard", 1);
    assert!(twice.contains("both shard 1/2"), "{twice}");
    let both = fs::read(folder.join("1.shard")).unwrap().repeat(2);
    write(folder, "both.shard", both);
    assert!(failure(folder, "gather {}/both.shard", 1).contains("goes on after"));
    assert!(failure(folder, "gather {}/1.shard -o {}/1.shard", 1).contains("would be lost"));
    assert!(failure(folder, "gather {}", 1).contains("cannot read"));
    assert_eq!(run(folder, "gather").status.code(), Some(2));
}

#[test]
fn shards_of_an_evaluation_give_the_same_report() {
    let folder = folder();
    let folder = folder.path();
    let evaluate = QUICK.replace(
        "--epochs 3",
        "--epochs 1 --seeds 2 --shuffled --no-baselines",
    );
    let whole = run(folder, &format!("{evaluate} --json"));
    assert!(whole.status.success(), "{}", stderr(&whole));
    let shared = evaluate.replace("{}/work", "{}/shared");
    let run_shared = |options: &str| run(folder, &format!("{shared} {options}"));
    let nothing = run_shared("--gather");
    assert_eq!(nothing.status.code(), Some(3));
    assert!(!folder.join("shared").exists(), "nothing is written");
    for shard in ["4/4", "1/4", "3/4"] {
        let output = run_shared(&format!("--shard {shard}"));
        assert!(output.status.success(), "{}", stderr(&output));
        assert_eq!(stdout(&output), "");
    }
    let missing = run_shared("--gather");
    assert_eq!((missing.status.code(), stdout(&missing)), (Some(3), ""));
    for piece in [
        "2 of 9 folds have no result",
        "fold 2 of seed 1, fold 3 of seed 2;",
        "--seeds 2 --shuffled --no-baselines --work ",
        "--resume`",
        "--shard 2/9, 6/9",
    ] {
        let message = stderr(&missing);
        assert!(message.contains(piece), "no `{piece}` in: {message}");
    }
    // One fold alone, then the shard that was missing, which runs only its other fold.
    assert!(run_shared("--shard 6/9").status.success());
    let last = run_shared("--shard 2/4");
    assert!(
        stderr(&last).contains("1 of 2 folds were finished before"),
        "{}",
        stderr(&last)
    );
    let gathered = run_shared("--gather --json");
    assert_eq!(stdout(&gathered), stdout(&whole), "{}", stderr(&gathered));
    let none = run_shared("--shard 12/12");
    assert!(none.status.success() && stderr(&none).contains("the 0 folds of shard 12/12"));
    for options in [
        "--shard 1/2 --json",
        "--shard 1/2 --resume",
        "--gather --resume",
    ] {
        assert_eq!(run_shared(options).status.code(), Some(2), "{options}");
    }
    let nowhere = evaluate.replace(" --work {}/work", " --shard 1/2");
    assert_eq!(run(folder, &nowhere).status.code(), Some(2));
}

#[test]
fn exit_statuses_are_documented_in_the_words_of_the_help() {
    let folder = folder();
    let help = run(folder.path(), "--help");
    let help = stdout(&help).split_once("Exit status:\n").unwrap().1;
    let document = fs::read_to_string("docs/command-line.md").unwrap();
    let mut statuses = Vec::new();
    for line in help.lines() {
        match line.trim().split_once("  ") {
            Some((status, meaning)) => statuses.push(format!("| {status} | {meaning}")),
            None => {
                let last = statuses.last_mut().unwrap();
                last.push_str(&format!(" {}", line.trim()));
            }
        }
    }
    assert_eq!(statuses.len(), 4, "{help}");
    for status in statuses {
        assert!(document.contains(&format!("{status} |\n")), "{status}");
    }
}
