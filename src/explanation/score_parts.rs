//! The parts of a score: what the network reads of an RNA, and what each region of the RNA adds
//! through the features that join it.

use std::fmt::Write as _;
use std::ops::Range;

use serde::Serialize;

use crate::rna::{EncodedRna, Region};

/// What one region of an RNA contributes to a score.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RegionPart {
    /// The region.
    pub region: Region,
    /// Its nucleotides, from 0; empty if the RNA does not have it.
    pub nucleotides: Range<usize>,
    /// What its features add to the score, compared with an RNA whose features are all average.
    pub contribution: f32,
}

/// The parts of the score of one compartment, before softmax or sigmoid. They add up to the score.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ScoreParts {
    /// The score.
    pub score: f32,
    /// The score of an RNA of which nothing is read and whose features are all average.
    pub start: f32,
    /// What the LSTM and the attention add: the k-mers that are read, in their order.
    pub reading: f32,
    /// What the joined features of each region add; empty if the model joins none.
    pub regions: Vec<RegionPart>,
}

impl ScoreParts {
    /// Divides a score. `start` is the score of an average RNA of which nothing is read, and
    /// `features` has the contribution of every joined feature.
    pub fn new(score: f32, start: f32, encoded: &EncodedRna, features: &[f32]) -> Self {
        let part = |region: &Region| {
            let own = features.get(region.features())?;
            let whole = encoded.regions.as_ref();
            Some(RegionPart {
                region: *region,
                nucleotides: whole.map_or(0..0, |regions| regions.range(*region)),
                contribution: own.iter().sum(),
            })
        };
        let regions: Vec<RegionPart> = Region::ALL.iter().filter_map(part).collect();
        let joined: f32 = regions.iter().map(|part| part.contribution).sum();
        Self {
            score,
            start,
            reading: score - start - joined,
            regions,
        }
    }

    /// Describes the parts in one sentence.
    pub fn describe(&self, compartment: &str) -> String {
        let mut text = format!(
            "The score of {compartment} is {:.3}: {:.3} for an average RNA, {:+.3} from the k-mers \
             that are read",
            self.score, self.start, self.reading
        );
        for part in &self.regions {
            // Writing to a string cannot fail.
            let _ = write!(text, ", {:+.3} from the {}", part.contribution, part.region);
        }
        text + "."
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rna::sequence::tests::rna;
    use crate::rna::{Encoder, FeatureSet, FixedLength, Kmers, LengthSetting};

    fn encoded(features: FeatureSet) -> EncodedRna {
        let length = FixedLength {
            setting: LengthSetting::EndMax,
            length: 20,
        };
        let encoder = Encoder {
            features,
            ..Encoder::new(Kmers::new(3, 3).unwrap(), length)
        };
        encoder.encode(&rna("CCAUGGCUUAAGG"))
    }

    #[test]
    fn the_parts_of_a_message_add_up_to_the_score() {
        let encoded = encoded(FeatureSet::Regions);
        let contributions = vec![0.01; encoded.features.len()];
        let parts = ScoreParts::new(5.0, 0.5, &encoded, &contributions);
        let regions: f32 = parts.regions.iter().map(|part| part.contribution).sum();
        assert!((parts.start + parts.reading + regions - 5.0).abs() < 1e-5);
        assert_eq!(parts.regions[2].region, Region::Coding);
        assert_eq!(parts.regions[2].nucleotides, 2..11);
        assert!((parts.regions[2].contribution - 1.71).abs() < 1e-5);
        let text = parts.describe("Nucleus");
        assert!(
            text.ends_with("+1.710 from the CDS, +0.940 from the 3' UTR."),
            "{text}"
        );
    }

    #[test]
    fn a_composition_is_one_part_and_no_features_are_none() {
        let encoded = encoded(FeatureSet::Composition);
        let parts = ScoreParts::new(1.0, 0.0, &encoded, &[0.01; 85]);
        assert_eq!(parts.regions.len(), 1);
        assert_eq!(parts.regions[0].region, Region::Whole);
        let parts = ScoreParts::new(1.0, 0.25, &encoded, &[]);
        assert_eq!((parts.reading, parts.regions.len()), (0.75, 0));
    }
}
