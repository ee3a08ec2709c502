//! The library from end to end: labelled RNAs -> training run -> model -> predictions.

use crate::support::labelled::labelled;
use crate::support::{difference, predict_fasta, predict_one_by_one, rna, small_config, vary};
use burn::tensor::Device;
use pollster::block_on;
use rmlocnet::dataset::Dataset;
use rmlocnet::explanation::Explanation;
use rmlocnet::metrics::{Calls, ScoreKind, Scores, bounds_hold, evaluate, fit_thresholds};
use rmlocnet::model::Model;
use rmlocnet::network::{AttentionHeads, Config, Loss};
use rmlocnet::predictor::{Predictions, Predictor};
use rmlocnet::rna::LengthSetting;
use rmlocnet::training_run::TrainingRun;
use strum::VariantArray;

fn dataset(records: usize) -> Dataset {
    Dataset::read(labelled(records, 3).as_bytes()).unwrap()
}

fn config() -> Config {
    vary(small_config(2, 8, 8, 4), |config| {
        config.stride = 1;
        config.learning_rate = 0.02;
        config.batch_size = 8;
        config.epochs = 10;
    })
}

fn run(config: Config) -> TrainingRun {
    TrainingRun::new(dataset(48), config, 7, &Device::flex()).unwrap()
}

/// Trains to the end. Returns the model and the mean losses of the first and of the last epoch.
fn train(mut run: TrainingRun) -> (Model, f64, f64) {
    while !block_on(run.step(3)).unwrap().done {}
    let model = block_on(run.finish()).unwrap();
    let history = &model.training().unwrap().history;
    let (first, last) = (
        history[0].training_loss,
        history.last().unwrap().training_loss,
    );
    (model, first, last)
}

/// Checks that every map has one weight per nucleotide, that none is negative, and that they sum to
/// 1.
#[track_caller]
fn is_attention(explanation: &Explanation, nucleotides: usize, heads: usize) {
    assert_eq!(explanation.length, nucleotides);
    assert_eq!(explanation.heads.len(), heads);
    for head in &explanation.heads {
        assert_eq!(head.weights.len(), nucleotides);
        assert!(head.weights.iter().all(|weight| *weight >= 0.0));
        let sum: f32 = head.weights.iter().sum();
        assert!((sum - 1.0).abs() < 1e-4, "sums to {sum}");
    }
}

#[test]
fn labelled_rnas_become_predictions() {
    let mut run = run(config());
    let split = run.split().clone();
    let parts = [&split.train, &split.validation, &split.test];
    assert_eq!(parts.map(|part| part.len()).iter().sum::<usize>(), 48);
    assert!(parts.iter().all(|part| !part.is_empty()));
    assert_eq!(run.notes(), [""; 0], "the k-mer graph is not degenerate");

    // The run is pulled in pieces. Reading its state between two calls changes nothing.
    let start = block_on(run.step(0)).unwrap();
    assert_eq!((start.epoch, start.step, start.losses.len()), (1, 0, 0));
    assert_eq!(start.steps_per_epoch, split.train.len().div_ceil(8));
    let first = block_on(run.step(2)).unwrap();
    assert_eq!((first.epoch, first.step, first.losses.len()), (1, 2, 2));
    assert_eq!(first.losses.last(), Some(&first.training_loss));
    for record in [split.train[0], split.test[0]] {
        let nucleotides = run.dataset().records()[record].sequence.len();
        is_attention(
            &block_on(run.attention(record)).unwrap().unwrap(),
            nucleotides,
            1,
        );
    }
    assert!(block_on(run.attention(48)).unwrap().is_none());
    let rest = block_on(run.step(10_000)).unwrap();
    assert!(rest.done);
    assert_eq!(rest.epoch, 10);
    assert_eq!(rest.finished_epochs.len(), 10);
    assert_eq!(rest.losses.len() + 2, 10 * rest.steps_per_epoch);
    assert!(
        block_on(run.step(5)).unwrap().losses.is_empty(),
        "nothing is left to do"
    );

    // The same in other pieces, without reading the state.
    let (straight, ..) = train(self::run(config()));
    let truth = run.dataset().labels().clone();
    let set = run.dataset().clone();
    let model = block_on(run.finish()).unwrap();
    assert_eq!(straight, model);

    let record = model.training().unwrap();
    assert_eq!(
        (record.records, record.seed, record.history.len()),
        (48, 7, 10)
    );
    assert_eq!(record.data_sha256, set.sha256());
    let lowest = record
        .history
        .iter()
        .map(|epoch| epoch.validation_loss.unwrap());
    let lowest = lowest.fold(f64::INFINITY, f64::min);
    let best = &record.history[record.best_epoch - 1];
    assert_eq!(best.validation_loss, Some(lowest), "the best epoch is kept");
    let chosen_on = truth.select(&split.validation);
    let truth = truth.select(&split.test);
    let figures = record.held_out.as_ref().unwrap();
    for metrics in [&figures.model, &figures.prior, &figures.length] {
        assert_eq!(bounds_hold(metrics, &truth), Ok(()));
    }

    // The model file predicts the held-out RNAs with the measures in its record.
    let bytes = model.to_bytes().unwrap();
    let predictor = Predictor::new(&bytes, &Device::flex()).unwrap();
    // JSON may change a loss, a 64-bit number, in its last bit; all other parts are equal.
    let read = predictor.model();
    assert_eq!(
        (&read.config(), &read.weights()),
        (&model.config(), &model.weights())
    );
    assert_eq!(read.thresholds(), model.thresholds());
    assert_eq!(read.compartments(), model.compartments());
    let text = labelled(48, 3);
    let Predictions {
        predictions,
        problems,
        ..
    } = predict_fasta(&predictor, &text);
    assert_eq!(problems, []);
    assert_eq!(predictions.len(), 48);
    for (i, prediction) in predictions.iter().enumerate() {
        assert_eq!(
            (prediction.index, &prediction.id),
            (i, &set.records()[i].id)
        );
        let sum: f32 = prediction.probabilities.iter().sum();
        assert!((sum - 1.0).abs() < 1e-5, "softmax sums to 1, not {sum}");
    }
    let score = |i: &usize| predictions[*i].probabilities.clone();
    let scores = Scores::from_rows(split.validation.iter().map(score)).unwrap();
    let thresholds = fit_thresholds(&scores, &chosen_on, ScoreKind::SumToOne).unwrap();
    assert!(difference(&thresholds, model.thresholds()) < 1e-5);
    let scores = Scores::from_rows(split.test.iter().map(score)).unwrap();
    let called = split.test.iter();
    let called = called.map(|i| [0, 1, 2].map(|c| predictions[*i].called.contains(&c)));
    let called = Calls::from_rows(called).unwrap();
    let again = evaluate(&scores, &called, &truth).unwrap();
    for (found, expected) in [
        (
            again.measures.average_precision,
            figures.model.measures.average_precision,
        ),
        (again.measures.accuracy, figures.model.measures.accuracy),
        (again.measures.coverage, figures.model.measures.coverage),
        (again.measures.one_error, figures.model.measures.one_error),
    ] {
        assert!((found - expected).abs() < 1e-9, "{found}, not {expected}");
    }
}

/// Computes equation 22 from the predictions of the kept model.
fn validation_loss(model: &Model, set: &Dataset, part: &[usize]) -> f64 {
    let predictor = Predictor::new(&model.to_bytes().unwrap(), &Device::flex()).unwrap();
    let one = |i: &usize| -> f64 {
        let sequence = &set.records()[*i].sequence;
        let likely = block_on(predictor.explain(sequence)).unwrap().probabilities;
        let labels = set.labels()[*i].iter().filter(|l| **l).count() as f64;
        let of_true = likely.iter().zip(&set.labels()[*i]).filter(|(_, l)| **l);
        -of_true.map(|(p, _)| f64::from(*p).ln()).sum::<f64>() / labels
    };
    part.iter().map(one).sum::<f64>() / part.len() as f64
}

#[test]
fn the_weights_of_the_best_epoch_are_kept() {
    // With such high rates, in some run the last epoch is much worse than the best.
    let mut far_from_the_last = 0;
    for learning_rate in [0.1, 0.2, 0.3, 0.5, 0.8] {
        let run = run(vary(config(), |config| {
            config.learning_rate = learning_rate;
        }));
        let (set, split) = (run.dataset().clone(), run.split().clone());
        let (model, ..) = train(run);
        let record = model.training().unwrap();
        let losses: Vec<f64> = record
            .history
            .iter()
            .map(|e| e.validation_loss.unwrap())
            .collect();
        let found = validation_loss(&model, &set, &split.validation);
        assert!(
            (found - losses[record.best_epoch - 1]).abs() < 1e-4,
            "{found}: {losses:?}"
        );
        if (found - losses[losses.len() - 1]).abs() > 1e-2 {
            far_from_the_last += 1;
        }
    }
    assert!(far_from_the_last > 0);
}

#[test]
fn training_finds_the_pattern_in_the_labels() {
    let config = vary(config(), |config| {
        config.epochs = 40;
    });
    let (model, first, last) = train(run(config));
    assert!(last < 0.6 * first, "loss {first} -> {last}");
    let figures = model.training().unwrap().held_out.as_ref().unwrap();
    let (model, prior) = (&figures.model, &figures.prior);
    assert!(
        model.measures.average_precision > prior.measures.average_precision + 0.1,
        "held out: {}, label frequencies alone: {}",
        model.measures.average_precision,
        prior.measures.average_precision
    );
}

#[test]
fn the_learning_rate_decays_from_epoch_to_epoch() {
    let losses = |learning_rate_decay| {
        let mut run = run(vary(config(), |config| {
            config.learning_rate_decay = learning_rate_decay;
        }));
        let steps = block_on(run.step(0)).unwrap().steps_per_epoch;
        (block_on(run.step(steps + 2)).unwrap().losses, steps)
    };
    let ((constant, steps), (decayed, _)) = (losses(0.0), losses(1.0));
    // The first step of the second epoch uses the new rate; its loss was computed before it.
    assert_eq!(constant[..=steps], decayed[..=steps]);
    assert_ne!(constant[steps + 1], decayed[steps + 1]);
}

#[test]
fn random_numbers_depend_on_the_seed_only() {
    let dropping = || {
        vary(config(), |config| {
            config.kmer_dropout = 0.1;
            config.dimension_dropout = 0.1;
            config.weight_dropout = 0.1;
            config.dropout = 0.2;
            config.epochs = 2;
        })
    };
    let with = |seed| {
        let set = dataset(48);
        train(TrainingRun::new(set, dropping(), seed, &Device::flex()).unwrap()).0
    };
    let one = with(1);
    assert_eq!(one, with(1));
    assert_ne!(one.weights(), with(2).weights());
}

#[test]
fn a_run_may_be_dropped_or_ended_early() {
    let mut dropped = run(config());
    block_on(dropped.step(2)).unwrap();
    drop(dropped);
    // Before the end of the first epoch there is no best epoch, so the present weights are kept.
    let mut early = run(config());
    block_on(early.step(2)).unwrap();
    let sequence = early.dataset().records()[0].sequence.clone();
    let live = block_on(early.attention(0)).unwrap().unwrap();
    let model = block_on(early.finish()).unwrap();
    let record = model.training().unwrap();
    assert_eq!((record.best_epoch, record.history.len()), (0, 0));
    // The network in training and the one read from its file give the same probabilities.
    let predictor = Predictor::new(&model.to_bytes().unwrap(), &Device::flex()).unwrap();
    assert_eq!(block_on(predictor.explain(&sequence)).unwrap(), live);
}

#[test]
fn one_head_per_compartment_with_sigmoid_is_trained() {
    let config = vary(config(), |config| {
        config.attention_heads = AttentionHeads::PerCompartment;
        config.loss = Loss::Sigmoid;
        config.epochs = 3;
    });
    let (model, first, last) = train(run(config));
    assert!(last < first);
    let predictor = Predictor::new(&model.to_bytes().unwrap(), &Device::flex()).unwrap();
    let explanation = block_on(predictor.explain(&rna("GGACGUUGCAUCUACG"))).unwrap();
    is_attention(&explanation, 16, 3);
    let owners: Vec<_> = explanation.heads.iter().map(|h| h.compartment).collect();
    assert_eq!(owners, [Some(0), Some(1), Some(2)]);
    let sum: f32 = explanation.probabilities.iter().sum();
    assert!((sum - 1.0).abs() > 1e-3, "each probability stands alone");
    assert!(
        explanation
            .probabilities
            .iter()
            .all(|p| (0.0..=1.0).contains(p))
    );
}

#[test]
fn every_length_setting_keeps_attention_on_nucleotides_that_are_read() {
    for &length_setting in LengthSetting::VARIANTS {
        let config = vary(config(), |config| {
            config.length_setting = length_setting;
            config.epochs = 1;
        });
        let mut run = run(config);
        for record in 0..8 {
            let nucleotides = run.dataset().records()[record].sequence.len();
            is_attention(
                &block_on(run.attention(record)).unwrap().unwrap(),
                nucleotides,
                1,
            );
        }
        let (model, ..) = train(run);
        let predictor = Predictor::new(&model.to_bytes().unwrap(), &Device::flex()).unwrap();
        // An RNA longer than all training RNAs, and a shorter one.
        for nucleotides in [2, 5, 300] {
            let sequence = rna(&"GAUC".repeat(75)[..nucleotides]);
            let explanation = block_on(predictor.explain(&sequence)).unwrap();
            is_attention(&explanation, nucleotides, 1);
            let read = nucleotides.min(model.fixed_length().length);
            assert_eq!(explanation.cut_description.is_some(), read < nucleotides);
            let seen = explanation.heads[0].weights.iter().filter(|w| **w > 0.0);
            assert_eq!(seen.count(), read, "{length_setting}");
        }
        let message = block_on(predictor.explain(&rna("G")))
            .unwrap_err()
            .to_string();
        assert!(message.contains("at least 2 nt"), "{message}");
    }
}

#[test]
fn three_layers_and_three_mers_at_stride_two_are_trained() {
    let config = vary(config(), |config| {
        config.k = 3;
        config.stride = 2;
        config.lstm_layers = 3;
        config.embedding_dim = 40;
        config.epochs = 2;
    });
    let mut run = run(config);
    let nucleotides = run.dataset().records()[0].sequence.len();
    let explanation = block_on(run.attention(0)).unwrap().unwrap();
    is_attention(&explanation, nucleotides, 1);
    let (model, ..) = train(run);
    assert_eq!(model.weights()["embedding.weight"].shape, [66, 40]);
    assert!(model.weights().contains_key("lstm.weight_hh_l2"));
    assert!(!model.weights().contains_key("lstm.weight_hh_l3"));
}

/// Other RNAs in the batch must not change the prediction of an RNA.
#[test]
fn a_prediction_does_not_depend_on_the_batch() {
    let (model, ..) = train(run(vary(config(), |config| {
        config.epochs = 2;
    })));
    let predictor = Predictor::new(&model.to_bytes().unwrap(), &Device::flex()).unwrap();
    let text = labelled(40, 5);
    let together = predict_fasta(&predictor, &text).predictions;
    let one_by_one = predict_one_by_one(&predictor, &text);
    assert_eq!((together.len(), one_by_one.len()), (40, 40));
    for (prediction, alone) in together.iter().zip(one_by_one) {
        assert_eq!(alone.id, prediction.id);
        let far = difference(&alone.probabilities, &prediction.probabilities);
        assert!(far < 1e-6, "{far} off");
    }
}
