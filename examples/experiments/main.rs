//! Tries other ways of training on the folds of an evaluation, and compares them with the usual one.
//!
//! ```sh
//! cargo run --release --example experiments -- NAME PRESET PROTOCOL SEEDS DATA [OTHER...]
//! ```
//!
//! NAME is `distillation`, `union` or `pretraining`; the files that begin with these words say
//! what they try. PRESET and PROTOCOL are those of `rmlocnet evaluate`, and SEEDS is the number of
//! repetitions. DATA is the labelled set whose RNAs are tested. OTHER are sets that only train.
//!
//! The first row of the table is the usual training: its AUROCs are those that `rmlocnet evaluate`
//! reports. `docs/models.md` has the results.
#![allow(clippy::print_stdout, reason = "the results of an example")]

mod comparison;
mod distillation;
mod pretraining;
mod union;

use std::error::Error;
use std::fs;

use rmlocnet::evaluation::{CrossValidation, Protocol, Settings};
use rmlocnet::{Config, Dataset};

use comparison::Comparison;

/// The result of a function of this example.
pub(crate) type Outcome<T> = Result<T, Box<dyn Error>>;

/// What is tried, and on which RNAs.
pub(crate) struct Experiment {
    /// The labelled set, its folds, and the settings.
    pub(crate) plan: CrossValidation,
    /// The bytes of the labelled set.
    pub(crate) data: Vec<u8>,
    /// The bytes of the sets that only train.
    pub(crate) others: Vec<Vec<u8>>,
}

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, preset, protocol, seeds, data, others @ ..] = &arguments[..] else {
        return Err("give NAME PRESET PROTOCOL SEEDS DATA [OTHER...]".into());
    };
    let config = Config::from_preset(preset, serde_json::Map::new(), None)?;
    let others = others.iter().map(fs::read).collect::<Result<_, _>>()?;
    let experiment = Experiment::new(
        config,
        protocol.parse()?,
        seeds.parse()?,
        fs::read(data)?,
        others,
    )?;
    for line in experiment.run(name)? {
        println!("{line}");
    }
    Ok(())
}

impl Experiment {
    /// Divides the labelled set into folds, in `seeds` repetitions.
    pub(crate) fn new(
        config: Config,
        protocol: Protocol,
        seeds: u64,
        data: Vec<u8>,
        others: Vec<Vec<u8>>,
    ) -> Outcome<Self> {
        let dataset = Dataset::read(&data[..])?;
        let mut settings = Settings::new(config, dataset.records().len());
        settings.protocol = protocol;
        settings.seeds = (1..=seeds).collect();
        settings.baselines = Vec::new();
        Ok(Self {
            plan: CrossValidation::new(dataset, settings)?,
            data,
            others,
        })
    }

    /// The table of the experiment of this name, line by line.
    pub(crate) fn run(&self, name: &str) -> Outcome<Vec<String>> {
        let mut comparison = Comparison::new(&self.plan);
        match name {
            "distillation" => distillation::run(self, &mut comparison)?,
            "union" => union::run(self, &mut comparison)?,
            "pretraining" => pretraining::run(self, &mut comparison)?,
            other => return Err(format!("there is no experiment `{other}`").into()),
        }
        comparison.table()
    }
}
