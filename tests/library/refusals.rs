//! What a training run rejects, and with which message.

use crate::support::labelled::labelled;
use crate::support::{small_config, vary};
use burn::tensor::Device;
use pollster::block_on;
use rmlocnet::dataset::Dataset;
use rmlocnet::network::Config;
use rmlocnet::rna::LengthSetting;
use rmlocnet::training_run::{TrainingRun, TrainingRunError};

fn config() -> Config {
    small_config(2, 8, 8, 4)
}

/// The message with which a training run rejects a labelled set.
fn rejection(text: &str, config: Config) -> String {
    let set = Dataset::read(text.as_bytes()).unwrap();
    match TrainingRun::new(set, config, 1, &Device::flex()) {
        Err(error) => error.to_string(),
        Ok(_) => panic!("it should have been rejected"),
    }
}

#[test]
fn records_shorter_than_a_kmer_are_named() {
    let mut text = labelled(48, 3);
    text.push_str(">tiny [location=Nucleus]\nAC\n");
    let line = text.lines().count() - 1;
    // With a minimum setting, the short record must be named, not those that are cut to its length.
    for length_setting in [LengthSetting::EndMax, LengthSetting::EndMin] {
        let config = vary(config(), |config| {
            config.k = 3;
            config.length_setting = length_setting;
        });
        let message = rejection(&text, config);
        for part in [
            "`tiny`",
            &format!("line {line}"),
            "2 nt",
            "3-mer",
            "smaller k",
        ] {
            assert!(message.contains(part), "no {part} in: {message}");
        }
    }
}

#[test]
fn sets_and_settings_that_cannot_work_are_rejected() {
    let message = rejection(&labelled(3, 3), config());
    assert!(
        message.contains("only") && message.contains("at least 4"),
        "{message}"
    );
    let odd = vary(config(), |config| {
        config.lstm_layers = 9;
    });
    let message = rejection(&labelled(48, 3), odd);
    assert!(message.contains("`lstm_layers` is 9"), "{message}");
}

#[test]
fn a_diverging_training_is_reported() {
    let config = vary(config(), |config| {
        config.learning_rate = 1e30;
        config.epochs = 5;
    });
    let set = Dataset::read(labelled(48, 3).as_bytes()).unwrap();
    let mut run = TrainingRun::new(set, config, 7, &Device::flex()).unwrap();
    let error = (0..200).find_map(|_| block_on(run.step(1)).err()).unwrap();
    assert!(matches!(error, TrainingRunError::Diverged(_)), "{error}");
    assert!(error.to_string().contains("use a smaller one"));
    // The error is repeated, and no epoch had ended that could be kept.
    assert!(block_on(run.step(1)).is_err() && !run.has_result());
    let error = block_on(run.finish()).unwrap_err();
    assert!(matches!(error, TrainingRunError::Diverged(_)), "{error}");
}

/// Each epoch is one step. The first one ends before the high rate has an effect.
#[test]
fn a_training_that_diverges_later_keeps_its_best_epoch() {
    let config = vary(config(), |config| {
        config.learning_rate = 1e5;
        config.weight_decay = 1.0;
        config.batch_size = 64;
        config.epochs = 400;
    });
    let set = Dataset::read(labelled(48, 3).as_bytes()).unwrap();
    let mut run = TrainingRun::new(set, config, 7, &Device::flex()).unwrap();
    let error = block_on(run.step(400)).unwrap_err();
    assert!(matches!(error, TrainingRunError::Diverged(_)), "{error}");
    assert!(run.has_result());
    let model = block_on(run.finish()).unwrap();
    let record = model.training().unwrap();
    assert!(record.best_epoch >= 1);
    let mut values = model.weights().values().flat_map(|array| &array.values);
    assert!(values.all(|value| value.is_finite()));
}

/// Such a set could be trained on, but not evaluated. It is rejected before anything is computed.
#[test]
fn a_part_without_any_label_is_rejected_before_training() {
    let rna = |n: usize| format!(">r{n}\nACGUACGUUGCA{}\n", "ACGU".repeat(n + 1));
    let fasta: String = (0..30).map(rna).collect();
    let code = |n: usize| match n {
        0 => "1,0\n",
        1 => "0,1\n",
        _ => "0,0\n",
    };
    let table: String = std::iter::once("A,B\n").chain((0..30).map(code)).collect();
    let set = Dataset::read_with_labels(fasta.as_bytes(), table.as_bytes()).unwrap();
    let error = TrainingRun::new(set, config(), 1, &Device::flex())
        .err()
        .unwrap();
    assert!(
        matches!(error, TrainingRunError::Unlabelled { .. }),
        "{error}"
    );
    assert!(error.to_string().contains("label more RNAs"), "{error}");
}

/// A published split may hold out whole compartments, about which nothing could be learned.
#[test]
fn a_marked_split_without_a_compartment_in_training_is_rejected() {
    let rna = |n: usize| {
        let (place, part) = match n % 4 {
            0 => ("Nucleus", "test"),
            1 => ("Cytosol", "test"),
            _ => ("Exosome", "train"),
        };
        let letters = "ACGU".repeat(n + 1);
        format!(">r{n} [location={place}] [split={part}]\nACGUACGUUGCA{letters}\n")
    };
    let message = rejection(&(0..40).map(rna).collect::<String>(), config());
    assert!(message.contains("in Cytosol, Nucleus"), "{message}");
    assert!(message.contains("leave the marks out"), "{message}");
}
