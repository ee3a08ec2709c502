//! `rmlocnet train`.

use std::fs;

use super::{assert_fails, folder, messages, run, stdout, train};

#[test]
fn training_writes_a_model_and_a_log_and_prints_the_held_out_measures() {
    let folder = folder();
    let output = train(folder.path(), "first", 7);
    assert_eq!(stdout(&output), "");
    let messages = messages(&output);
    assert!(
        messages.starts_with("wrote "),
        "no bar is drawn into a pipe: {messages}"
    );
    for piece in ["48 RNAs", "held out", "model ", "length only", "prior only"] {
        assert!(messages.contains(piece), "no `{piece}` in: {messages}");
    }
    assert!(
        !messages.contains(['\r', '\u{1b}']),
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
    // A model is named after its file. With the same name, it is the same byte for byte.
    let first = read("first.safetensors");
    train(folder.path(), "first", 7);
    assert_eq!(read("first.safetensors"), first);
}

#[test]
fn with_all_data_the_share_that_chooses_thresholds_can_be_given() {
    let folder = folder();
    let train = |options: &str| {
        let command = format!(
            "train --data {{}}/labelled.fasta --preset human-snorna-tuned --epochs 2 {options} \
             --output {{}}/all.safetensors"
        );
        run(folder.path(), &command)
    };
    for (share, parts) in [
        ("0", "48 for training, with thresholds cross-fitted"),
        ("0.25", "36 for training, 12 to choose epoch and thresholds"),
    ] {
        let trained = train(&format!("--all-data --inner {share}"));
        assert!(messages(&trained).contains(parts), "{}", messages(&trained));
    }
    assert!(!train("--inner 0").status.success(), "needs --all-data");
    let refused = train("--all-data --inner 1.5");
    assert!(!refused.status.success());
    assert!(messages(&refused).contains("1.5"), "{}", messages(&refused));
}

#[test]
fn diverging_training_writes_its_best_epoch_or_fails_without_one() {
    let folder = folder();
    let diverge = |name: &str, rate: &str, batch: usize| {
        let settings = format!(
            "hidden_units = 8\nembedding_dim = 8\nattention_dim = 4\nlearning_rate = {rate}\n\
             learning_rate_decay = 0.0\nweight_decay = 1.0\nbatch_size = {batch}\n"
        );
        fs::write(folder.path().join("diverging.toml"), settings).unwrap();
        run(
            folder.path(),
            &format!(
                "train --data {{}}/labelled.fasta --preset human-snorna-paper --config {{}}/diverging.toml \
                 --epochs 400 --log {{}}/{name}.tsv --output {{}}/{name}.safetensors"
            ),
        )
    };
    // With one step per epoch, the first epoch ends before the training diverges.
    let late = diverge("late", "1e5", 64);
    assert!(late.status.success(), "{}", messages(&late));
    for piece in [
        "warning",
        "learning rate 100000",
        "best epoch before",
        "wrote ",
    ] {
        assert!(
            messages(&late).contains(piece),
            "no `{piece}` in: {}",
            messages(&late)
        );
    }
    assert!(folder.path().join("late.safetensors").exists());
    assert!(folder.path().join("late.tsv").exists());

    let early = diverge("early", "1e30", 4);
    assert_eq!(early.status.code(), Some(1));
    assert!(
        messages(&early).contains("use a smaller one"),
        "{}",
        messages(&early)
    );
    assert!(!folder.path().join("early.safetensors").exists());
}

#[test]
fn training_that_cannot_start_fails_with_the_reason() {
    let folder = folder();
    let folder = folder.path();
    let train = "train --output {}/new.safetensors --preset";
    assert_fails(
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
        assert_fails(folder, &format!("{train} human-snorna {config}"), &pieces);
    }
    assert_fails(
        folder,
        &format!("{train} human-snorna --data {{}}/nowhere.fasta"),
        &["cannot read", "nowhere.fasta"],
    );
    assert_fails(
        folder,
        &format!("{train} human-snorna --data {{}}/mixed.fasta"),
        &["mixed.fasta", "line 1", "'let-7a'", "[location=A;B]"],
    );
    assert_fails(
        folder,
        &format!("{train} human-snorna --data {{}}/labelled.fasta --epochs 0"),
        &["`epochs` is 0"],
    );
    assert!(
        !folder.join("new.safetensors").exists(),
        "no incomplete file is left"
    );
}
