//! Targets: probabilities of 0 and 1 train as labels do, and what is unknown trains nothing.

use crate::support::labelled::labelled;
use crate::support::vary;
use pollster::block_on;
use rmlocnet::dataset::Split;
use rmlocnet::network::{Config, Loss, preset};
use rmlocnet::training::{Target, Targets};
use rmlocnet::{Dataset, Labels, Model, Scores, TrainingRun, device};

fn config(loss: Loss) -> Config {
    vary(preset("human-mirna-tuned").unwrap().config, |config| {
        config.embedding_dim = 6;
        config.hidden_units = 5;
        config.attention_dim = 4;
        config.batch_size = 8;
        config.epochs = 3;
        config.loss = loss;
    })
}

/// 48 RNAs, of which 32 train, without thresholds of their own.
fn run(set: &str, loss: Loss) -> TrainingRun {
    let split = Split {
        train: (0..32).collect(),
        validation: (32..40).collect(),
        test: (40..48).collect(),
    };
    let dataset = Dataset::read(set.as_bytes()).unwrap();
    TrainingRun::with_split(dataset, split, config(loss), 7, &device::cpu()).unwrap()
}

fn model(mut run: TrainingRun) -> Model {
    block_on(run.train(|_| ())).unwrap();
    block_on(run.finish()).unwrap()
}

fn numbers(labels: &Labels) -> Scores {
    let row = |row: &[bool]| -> Vec<f32> {
        row.iter()
            .map(|label| f32::from(u8::from(*label)))
            .collect()
    };
    Scores::from_rows(labels.iter().map(row)).unwrap()
}

#[test]
fn targets_of_0_and_1_give_the_model_of_the_labels_to_the_bit() {
    let set = labelled(48, 3);
    for loss in [Loss::Sigmoid, Loss::Softmax] {
        let usual = model(run(&set, loss)).to_bytes().unwrap();
        let towards = run(&set, loss);
        let targets = Targets::from_probabilities(&numbers(towards.dataset().labels())).unwrap();
        let towards = model(towards.with_targets(targets).unwrap());
        assert!(towards.to_bytes().unwrap() == usual, "{loss:?}");
        let start = run(&set, loss);
        let weights = start.checkpoint().weights().clone();
        let again = model(start.with_initial_weights(weights).unwrap());
        assert!(again.to_bytes().unwrap() == usual, "{loss:?}");
    }
}

#[test]
fn a_label_where_the_target_is_unknown_has_no_influence() {
    let set = labelled(48, 3);
    // The third RNA is in an exosome; in the other set, it is in the cytoplasm, too.
    let other = set.replacen("location=Exosome", "location=Cytoplasm;Exosome", 1);
    let (rna, cytoplasm) = (2, 0);
    for loss in [Loss::Sigmoid, Loss::Softmax] {
        let weights = |set: &str, unknown: bool| {
            let run = run(set, loss);
            let compartments = run.dataset().compartments();
            assert_eq!(compartments, ["Cytoplasm", "Nucleus", "Exosome"]);
            let labels = run.dataset().labels();
            let target = |i: usize, c: usize| {
                if unknown && (i, c) == (rna, cytoplasm) {
                    Target::UNKNOWN
                } else {
                    Target::from(labels[i][c])
                }
            };
            let rows = (0..labels.len()).map(|i| [0, 1, 2].map(|c| target(i, c)));
            let targets = Targets::from_rows(rows).unwrap();
            model(run.with_targets(targets).unwrap()).weights().clone()
        };
        assert!(weights(&set, true) == weights(&other, true), "{loss:?}");
        assert!(weights(&set, false) != weights(&other, false), "{loss:?}");
    }
}

#[test]
fn targets_of_another_shape_are_rejected() {
    let set = labelled(48, 3);
    let few = Targets::from_rows([[Target::UNKNOWN; 3]]).unwrap();
    let error = run(&set, Loss::Sigmoid).with_targets(few).err().unwrap();
    assert_eq!(
        error.to_string(),
        "there are 1 rows of targets for 48 samples; give one row per sample"
    );
    let narrow = Targets::from_rows(vec![[Target::UNKNOWN]; 48]).unwrap();
    assert!(run(&set, Loss::Sigmoid).with_targets(narrow).is_err());
}
