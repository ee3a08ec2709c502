//! The paper's six fixed-length settings (section 4.1, Table 3).
//!
//! "Maximum" is copy padding, "minimum" is truncation, and "average" is a hybrid of both. In the
//! paper's words, "the setting names reveal the region of the sequences targeted for extension or
//! truncation": `start-*` pads before the sequence or cuts its start, and `end-*` pads after the
//! sequence or cuts its end.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumMessage, EnumString, IntoStaticStr, VariantArray, VariantNames};
use thiserror::Error;

/// Which end of a sequence is padded or cut, and to which length (Table 3).
///
/// Its name in files and options is that of the variant: `start-max`, `end-average`, and so on.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumMessage,
    EnumString,
    IntoStaticStr,
    VariantArray,
    VariantNames,
)]
#[serde(rename_all = "kebab-case")]
#[strum(
    serialize_all = "kebab-case",
    parse_err_ty = UnknownLengthSetting,
    parse_err_fn = UnknownLengthSetting::new
)]
pub enum LengthSetting {
    /// Padded before, to the longest length.
    StartMax,
    /// Padded after, to the longest length.
    EndMax,
    /// Padded before or cut at the start, to the mean length.
    StartAverage,
    /// Padded after or cut at the end, to the mean length.
    EndAverage,
    /// Cut at the start, to the shortest length.
    StartMin,
    /// Cut at the end, to the shortest length.
    EndMin,
}

impl LengthSetting {
    /// Whether the start is padded or cut; otherwise it is the end.
    pub fn is_at_start(self) -> bool {
        matches!(self, Self::StartMax | Self::StartAverage | Self::StartMin)
    }
}

/// The name is not that of a [`LengthSetting`].
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error(
    "unknown length setting `{0}`: choose one of {names}",
    names = <LengthSetting as VariantNames>::VARIANTS.join(", ")
)]
pub struct UnknownLengthSetting(String);

impl UnknownLengthSetting {
    fn new(name: &str) -> Self {
        Self(name.to_owned())
    }
}

/// A length setting and the length that results from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FixedLength {
    /// The setting.
    pub setting: LengthSetting,
    /// The number of nucleotides to which every RNA is padded or cut.
    pub length: usize,
}

impl FixedLength {
    /// Fits `setting` to the lengths of RNAs (the mean is rounded); `None` if `lengths` is empty.
    pub fn fit(setting: LengthSetting, lengths: impl IntoIterator<Item = usize>) -> Option<Self> {
        let (mut count, mut sum, mut shortest, mut longest) = (0u64, 0u64, usize::MAX, 0);
        for length in lengths {
            count += 1;
            sum += length as u64;
            shortest = shortest.min(length);
            longest = longest.max(length);
        }
        if count == 0 {
            return None;
        }
        let length = match setting {
            LengthSetting::StartMax | LengthSetting::EndMax => longest,
            LengthSetting::StartMin | LengthSetting::EndMin => shortest,
            // A mean of lengths fits into the type of a length.
            LengthSetting::StartAverage | LengthSetting::EndAverage => {
                ((sum + count / 2) / count) as usize
            }
        };
        Some(Self { setting, length })
    }

    /// Limits the length to this number of nucleotides; 0 means no limit.
    pub fn at_most(self, nucleotides: usize) -> Self {
        let limit = if nucleotides == 0 {
            usize::MAX
        } else {
            nucleotides
        };
        Self {
            length: self.length.min(limit),
            ..self
        }
    }

    /// Returns which part of an RNA of this length is read, and the padding around it.
    pub fn read_range(&self, sequence_length: usize) -> ReadRange {
        let read = sequence_length.min(self.length);
        let padding = self.length - read;
        if self.setting.is_at_start() {
            ReadRange {
                start: sequence_length - read,
                end: sequence_length,
                pad_before: padding,
                pad_after: 0,
            }
        } else {
            ReadRange {
                start: 0,
                end: read,
                pad_before: 0,
                pad_after: padding,
            }
        }
    }
}

/// The part of an RNA that is read, and the padding before and after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadRange {
    /// The first nucleotide that is read, from 0.
    pub start: usize,
    /// The nucleotide after the last one that is read.
    pub end: usize,
    /// The padding before, in nucleotides.
    pub pad_before: usize,
    /// The padding after, in nucleotides.
    pub pad_after: usize,
}

impl ReadRange {
    /// The number of nucleotides that are read.
    pub fn nucleotides(&self) -> usize {
        self.end - self.start
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_survive_a_round_trip() {
        for &setting in <LengthSetting as VariantArray>::VARIANTS {
            assert_eq!(setting.to_string().parse(), Ok(setting));
            let json = format!("\"{setting}\"");
            assert_eq!(serde_json::to_string(&setting).unwrap(), json);
            assert_eq!(
                serde_json::from_str::<LengthSetting>(&json).unwrap(),
                setting
            );
        }
        let error = "start_max".parse::<LengthSetting>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "unknown length setting `start_max`: choose one of start-max, end-max, start-average, \
             end-average, start-min, end-min"
        );
    }

    #[test]
    fn fits_maximum_rounded_mean_and_minimum() {
        let fit = |setting, lengths: &[usize]| {
            FixedLength::fit(setting, lengths.iter().copied()).map(|fixed| fixed.length)
        };
        let lengths = [18, 22, 25]; // mean 21.67
        assert_eq!(fit(LengthSetting::StartMax, &lengths), Some(25));
        assert_eq!(fit(LengthSetting::EndMax, &lengths), Some(25));
        assert_eq!(fit(LengthSetting::StartAverage, &lengths), Some(22));
        assert_eq!(fit(LengthSetting::EndAverage, &[1, 2]), Some(2));
        assert_eq!(fit(LengthSetting::EndAverage, &[1, 1, 2]), Some(1));
        assert_eq!(fit(LengthSetting::StartMin, &lengths), Some(18));
        assert_eq!(fit(LengthSetting::EndMin, &[7]), Some(7));
        assert_eq!(fit(LengthSetting::EndMin, &[]), None);
    }

    /// Start, end, padding before and padding after.
    fn read_range(
        setting: LengthSetting,
        length: usize,
        sequence_length: usize,
    ) -> (usize, usize, usize, usize) {
        let range = FixedLength { setting, length }.read_range(sequence_length);
        (range.start, range.end, range.pad_before, range.pad_after)
    }

    #[test]
    fn start_settings_pad_before_and_cut_the_start() {
        use LengthSetting::{StartAverage, StartMax, StartMin};
        for setting in [StartMax, StartAverage, StartMin] {
            assert_eq!(read_range(setting, 10, 4), (0, 4, 6, 0));
            assert_eq!(read_range(setting, 10, 12), (2, 12, 0, 0));
            assert_eq!(read_range(setting, 10, 10), (0, 10, 0, 0));
        }
    }

    #[test]
    fn end_settings_pad_after_and_cut_the_end() {
        use LengthSetting::{EndAverage, EndMax, EndMin};
        for setting in [EndMax, EndAverage, EndMin] {
            assert_eq!(read_range(setting, 10, 4), (0, 4, 0, 6));
            assert_eq!(read_range(setting, 10, 12), (0, 10, 0, 0));
            assert_eq!(read_range(setting, 10, 0), (0, 0, 0, 10));
        }
    }

    #[test]
    fn a_limit_shortens_only_longer_lengths() {
        let setting = LengthSetting::EndMax;
        let fixed = |length| FixedLength { setting, length };
        assert_eq!(fixed(100).at_most(0), fixed(100));
        assert_eq!(fixed(100).at_most(60), fixed(60));
        assert_eq!(fixed(40).at_most(60), fixed(40));
    }
}
