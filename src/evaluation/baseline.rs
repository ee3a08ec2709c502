//! The baselines by name, all fitted and asked the same way.

use serde::{Deserialize, Serialize};

use super::{ExtraTrees, KmerLogistic, LengthOnly, MetricsError, Prior};

/// RNAs and where they are found.
#[derive(Clone, Debug, Default)]
pub struct Labelled<'a> {
    /// Sequences in `A C G U N`.
    pub sequences: Vec<&'a [u8]>,
    /// `[samples, compartments]`.
    pub truth: Vec<Vec<bool>>,
}

/// A model that stands beside the network in every table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Baseline {
    /// [`Prior`]: the compartments' frequencies, the same for every RNA.
    Prior,
    /// [`LengthOnly`]: frequencies among the 31 RNAs nearest in length.
    Length,
    /// [`KmerLogistic`]: logistic regression on 1- to 3-mers and length.
    KmerLogistic,
    /// [`ExtraTrees`]: a forest on 1- to 4-mers and length.
    ExtraTrees,
}

/// A fitted baseline: the scores of a sequence, one per compartment.
pub type Fitted = Box<dyn Fn(&[u8]) -> Vec<f32>>;

impl Baseline {
    /// All of them, the simplest first.
    pub const ALL: [Baseline; 4] = [
        Baseline::Prior,
        Baseline::Length,
        Baseline::KmerLogistic,
        Baseline::ExtraTrees,
    ];

    /// Its name in words, for tables.
    pub fn name(self) -> &'static str {
        match self {
            Baseline::Prior => "prior only",
            Baseline::Length => "length only",
            Baseline::KmerLogistic => "k-mer logistic",
            Baseline::ExtraTrees => "extra trees",
        }
    }

    /// Fits it to the training part. The validation part chooses what there is to choose.
    ///
    /// # Errors
    /// Empty or ragged labels.
    pub fn fit(
        self,
        train: &Labelled<'_>,
        validation: &Labelled<'_>,
        seed: u64,
    ) -> Result<Fitted, MetricsError> {
        let (sequences, truth) = (&train.sequences, &train.truth);
        Ok(match self {
            Baseline::Prior => {
                let scores = Prior::fit(truth)?.scores();
                Box::new(move |_| scores.clone())
            }
            Baseline::Length => {
                let lengths: Vec<usize> = sequences.iter().map(|s| s.len()).collect();
                let model = LengthOnly::fit(&lengths, truth)?;
                Box::new(move |sequence| model.scores(sequence.len()))
            }
            Baseline::KmerLogistic => {
                let (others, labels) = (&validation.sequences, &validation.truth);
                let model = KmerLogistic::fit(sequences, truth, others, labels)?;
                Box::new(move |sequence| model.scores(sequence))
            }
            Baseline::ExtraTrees => {
                let model = ExtraTrees::fit(sequences, truth, seed)?;
                Box::new(move |sequence| model.scores(sequence))
            }
        })
    }
}
