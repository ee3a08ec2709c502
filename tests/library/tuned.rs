//! The additions of the tuned presets, and the ablations, from labelled RNAs to predictions.

use crate::support::labelled::labelled;
use crate::support::{difference, predict_fasta, predict_one_by_one, rna, vary};

use pollster::block_on;
use rmlocnet::dataset::folds::two_fold;
use rmlocnet::dataset::{Dataset, Labels, Split};
use rmlocnet::device;
use rmlocnet::genetic_seq2vec::GraphWeighting;
use rmlocnet::metrics::{Scores, fit_thresholds};
use rmlocnet::model::Model;
use rmlocnet::network::{Config, KeepEpoch, Pooling, Recurrence, preset};
use rmlocnet::predictor::{Predictor, TokensError};
use rmlocnet::training_run::{ThresholdSource, TrainingRun};

/// A small and short version of the tuned preset.
fn config() -> Config {
    vary(preset("human-mirna-tuned").unwrap().config, |config| {
        config.embedding_dim = 6;
        config.hidden_units = 5;
        config.attention_dim = 4;
        config.learning_rate = 0.02;
        config.batch_size = 8;
        config.epochs = 6;
    })
}

fn run(config: Config) -> TrainingRun {
    let dataset = Dataset::read(labelled(48, 3).as_bytes()).unwrap();
    TrainingRun::new(dataset, config, 7, &device::cpu()).unwrap()
}

fn train(mut run: TrainingRun) -> Model {
    while !block_on(run.step(3)).unwrap().done {}
    block_on(run.finish()).unwrap()
}

fn predictor(model: &Model) -> Predictor {
    Predictor::new(&model.to_bytes().unwrap(), &device::cpu()).unwrap()
}

#[test]
fn a_tuned_model_keeps_its_last_epoch_and_survives_a_file() {
    let model = train(run(config()));
    let record = model.training().unwrap();
    assert_eq!(record.best_epoch, 6, "the last epoch is kept");
    let losses: Vec<f64> = record.history.iter().map(|e| e.training_loss).collect();
    assert!(losses[5] < losses[0], "{losses:?}");
    let again = Model::from_bytes(&model.to_bytes().unwrap()).unwrap();
    assert!(again.weights() == model.weights() && again.config() == model.config());
    assert_eq!(again.domain().map(|r| r.longest), Some(59));
    assert_eq!(model.weights()["embedding.weight_k2"].shape, [18, 6]);
    assert_eq!(model.weights()["lstm.weight_hh_l0_reverse"].shape, [20, 5]);
    assert_eq!(model.weights()["dense.weight"].shape, [3, 10 + 85]);
}

#[test]
fn each_half_chooses_thresholds_with_a_network_trained_on_the_other() {
    let dataset = Dataset::read(labelled(48, 3).as_bytes()).unwrap();
    let everything: Vec<usize> = (0..48).collect();
    let split = Split {
        train: everything.clone(),
        validation: Vec::new(),
        test: Vec::new(),
    };
    let halves = two_fold(&everything, &everything, dataset.labels(), 5);
    let device = device::cpu();
    let run = TrainingRun::with_split(dataset.clone(), split, config(), 7, &device).unwrap();
    let mut run = run.with_threshold_source(ThresholdSource::CrossFitting(halves.clone()));
    assert_eq!(run.threshold_source().networks(), 2);
    block_on(run.train_watched(|| ())).unwrap();
    let mut epochs = 0;
    let model = block_on(run.finish_watched(|| epochs += 1)).unwrap();
    assert_eq!(epochs, 2 * config().epochs);

    let (mut scores, mut truth) = (Scores::default(), Labels::default());
    for half in &halves {
        let (data, half) = (dataset.clone(), half.clone());
        let tested = half.test.clone();
        let mut run = TrainingRun::with_split(data, half, config(), 7, &device).unwrap();
        while !block_on(run.step(3)).unwrap().done {}
        let found = block_on(run.current_scores(&tested)).unwrap();
        scores.append(&found).unwrap();
        truth.append(&dataset.labels().select(&tested)).unwrap();
    }
    let expected = fit_thresholds(&scores, &truth, run.score_kind()).unwrap();
    assert_eq!(*model.thresholds(), expected);
}

#[test]
fn a_prediction_does_not_depend_on_the_batch() {
    let predictor = predictor(&train(run(config())));
    let text = labelled(40, 5);
    let together = predict_fasta(&predictor, &text).predictions;
    let one_by_one = predict_one_by_one(&predictor, &text);
    assert_eq!((together.len(), one_by_one.len()), (40, 40));
    for (prediction, alone) in together.iter().zip(one_by_one) {
        let far = difference(&alone.probabilities, &prediction.probabilities);
        assert!(far < 1e-6, "{far} off");
    }
}

/// What is beyond the limit is not read by the LSTM, but counts in the composition.
#[test]
fn the_composition_is_that_of_the_whole_sequence() {
    let limited = vary(config(), |config| {
        config.length_limit = 12;
    });
    let answers = |config: Config| {
        let predictor = predictor(&train(run(config)));
        assert_eq!(predictor.model().fixed_length().length, 12);
        let explained = ["GGACGUUGCAUC", "GGACGUUGCAUCAAAAAAAA"]
            .map(|letters| block_on(predictor.explain(&rna(letters))).unwrap());
        assert_eq!(explained[1].heads[0].weights[12..], [0.0; 8]);
        explained.map(|explanation| explanation.probabilities)
    };
    let [short, long] = answers(limited.clone());
    assert!(difference(&short, &long) > 1e-3, "{short:?} {long:?}");
    let [short, long] = answers(vary(limited, |config| {
        config.joined_features = false;
    }));
    assert_eq!(short, long, "without it nothing there is read");
}

#[test]
fn tokens_are_rejected_by_a_model_that_reads_the_composition() {
    let predictor = predictor(&train(run(config())));
    let refused = block_on(predictor.infer_tokens(vec![1, 2, 3], vec![3]));
    assert!(matches!(refused, Err(TokensError::Composition)));
}

/// The average is kept, and it differs from the newest weights.
#[test]
fn averaged_weights_are_kept() {
    let of = |weight_averaging| {
        let config = vary(config(), |config| {
            config.weight_averaging = weight_averaging;
        });
        train(run(config)).weights().clone()
    };
    let (newest, averaged) = (of(0.0), of(0.97));
    assert!(newest.keys().eq(averaged.keys()));
    for (name, newest) in &newest {
        let averaged = &averaged[name].values;
        if name.starts_with("features.") {
            assert_eq!(averaged, &newest.values, "{name} is not learnt")
        } else {
            assert!(averaged != &newest.values, "{name}")
        }
    }
}

/// Every ablation trains, reports its attention and survives a file.
#[test]
fn every_ablation_makes_a_model() {
    let ablations = [
        (
            GraphWeighting::AsWritten,
            Recurrence::Lstm,
            Pooling::Attention,
        ),
        (GraphWeighting::Random, Recurrence::Lstm, Pooling::Attention),
        (
            GraphWeighting::Weighted,
            Recurrence::None,
            Pooling::Attention,
        ),
        (GraphWeighting::Weighted, Recurrence::None, Pooling::Mean),
        (GraphWeighting::Weighted, Recurrence::Lstm, Pooling::Mean),
        (GraphWeighting::Weighted, Recurrence::Lstm, Pooling::Last),
    ];
    for (embedding_mode, recurrence, pooling) in ablations {
        let config = vary(config(), |config| {
            config.embedding_mode = embedding_mode;
            config.recurrence = recurrence;
            config.pooling = pooling;
            config.keep_epoch = KeepEpoch::ValidationLoss;
            config.epochs = 2;
        });
        let model = train(run(config));
        let has = |name: &str| model.weights().contains_key(name);
        assert_eq!(has("lstm.weight_hh_l0"), recurrence == Recurrence::Lstm);
        assert_eq!(has("attention.v.weight"), pooling == Pooling::Attention);
        let explanation = block_on(predictor(&model).explain(&rna("GGACGUUGCAUC"))).unwrap();
        assert_eq!(explanation.heads.len(), 3);
        for head in explanation.heads {
            let sum: f32 = head.weights.iter().sum();
            assert!((sum - 1.0).abs() < 1e-4, "{pooling:?} sums to {sum}");
            if pooling == Pooling::Last {
                assert!(head.weights[0] > 0.0 && head.weights[11] > 0.0 && head.weights[5] == 0.0);
            }
        }
    }
}
