//! A training that is resumed from a checkpoint ends like one that was never interrupted.

use crate::support::labelled::labelled;
use crate::support::vary;
use pollster::block_on;
use rmlocnet::dataset::Dataset;
use rmlocnet::device_choice::DevicePreference;
use rmlocnet::network::{AttentionHeads, Config, KeepEpoch, Schedule, preset};
use rmlocnet::training::{Checkpoint, CheckpointError, Progress};
use rmlocnet::training_run::{TrainingRun, TrainingRunError};

/// Settings that use everything that is random or has a state.
fn config() -> Config {
    vary(preset("human-mirna-paper").unwrap().config, |config| {
        config.k = 2;
        config.stride = 1;
        config.embedding_dim = 6;
        config.hidden_units = 5;
        config.lstm_layers = 2;
        config.attention_dim = 3;
        config.attention_heads = AttentionHeads::PerCompartment;
        config.kmer_dropout = 0.1;
        config.dimension_dropout = 0.1;
        config.weight_dropout = 0.1;
        config.dropout = 0.2;
        config.learning_rate = 0.02;
        config.learning_rate_decay = 0.1;
        config.gradient_clip = 0.5;
        config.batch_size = 8;
        config.epochs = 5;
        config.keep_epoch = KeepEpoch::ValidationLoss;
    })
}

fn set(count: usize) -> Dataset {
    Dataset::read(labelled(count, 3).as_bytes()).unwrap()
}

fn start(
    config: Config,
    seed: u64,
    from: Option<Checkpoint>,
) -> Result<TrainingRun, TrainingRunError> {
    let started = TrainingRun::start(set(48), config, seed, DevicePreference::Cpu, from);
    block_on(started).map(|started| started.run)
}

/// Trains until an epoch ends, or to the end.
fn until(run: &mut TrainingRun, enough: impl Fn(&Progress) -> bool) {
    while !enough(&block_on(run.step(1)).unwrap()) {}
}

fn finish(mut run: TrainingRun) -> Vec<u8> {
    until(&mut run, |progress| progress.done);
    block_on(run.finish()).unwrap().to_bytes().unwrap()
}

#[test]
fn resuming_from_any_epoch_gives_the_same_model_to_the_bit() {
    goes_on_from_any_epoch(&config());
}

/// With the average of the weights, both directions and the composition.
#[test]
fn resuming_with_an_average_of_the_weights_gives_the_same_model() {
    goes_on_from_any_epoch(&vary(config(), |config| {
        config.k = 2;
        config.summed_k = true;
        config.bidirectional = true;
        config.joined_features = true;
        config.joined_dropout = 0.5;
        config.schedule = Schedule::Cosine;
        config.weight_averaging = 0.9;
        config.keep_epoch = KeepEpoch::Last;
    }));
}

fn goes_on_from_any_epoch(config: &Config) {
    let config = || config.clone();
    let whole = finish(start(config(), 1, None).unwrap());
    for epoch in 0..=5 {
        let mut first = start(config(), 1, None).unwrap();
        if epoch > 0 {
            until(&mut first, |p| {
                p.finished_epochs.iter().any(|e| e.epoch == epoch)
            });
        }
        if epoch < 5 {
            // The steps of an unfinished epoch are repeated.
            block_on(first.step(2)).unwrap();
        }
        let bytes = first.checkpoint().to_bytes().unwrap();
        let checkpoint = Checkpoint::from_bytes(&bytes).unwrap();
        assert_eq!(&checkpoint, first.checkpoint());
        assert_eq!(checkpoint.epoch(), epoch);
        let second = start(config(), 1, Some(checkpoint)).unwrap();
        assert!(finish(second) == whole, "from the end of epoch {epoch}");
    }
}

#[test]
fn a_checkpoint_of_another_training_is_rejected() {
    let checkpoint = start(config(), 1, None).unwrap().checkpoint().clone();
    let other = vary(config(), |config| {
        config.dropout = 0.3;
    });
    let refused = |result: Result<TrainingRun, TrainingRunError>| {
        let error = result.err().expect("it must be refused");
        assert!(
            matches!(error, TrainingRunError::Checkpoint(CheckpointError::Other)),
            "{error}"
        );
    };
    refused(start(other, 1, Some(checkpoint.clone())));
    refused(start(config(), 2, Some(checkpoint.clone())));
    let fewer = TrainingRun::start(
        set(40),
        config(),
        1,
        DevicePreference::Cpu,
        Some(checkpoint),
    );
    refused(block_on(fewer).map(|started| started.run));
}

#[test]
fn damaged_bytes_are_rejected() {
    let mut run = start(config(), 1, None).unwrap();
    until(&mut run, |progress| !progress.finished_epochs.is_empty());
    let bytes = run.checkpoint().to_bytes().unwrap();
    let cut = &bytes[..bytes.len() - 1];
    let model = block_on(run.finish()).unwrap().to_bytes().unwrap();
    for (what, bytes) in [
        ("cut", cut),
        ("a model", &model),
        ("nothing", &[]),
        ("text", b"abc"),
    ] {
        let error = Checkpoint::from_bytes(bytes).expect_err(what);
        let message = error.to_string();
        assert!(
            message.starts_with("not a training checkpoint"),
            "{what}: {message}"
        );
    }
}
