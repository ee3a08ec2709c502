//! Generates labelled RNAs with a pattern to learn.

use std::fmt::Write;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The compartments, most frequent first; the first two are equally frequent and sorted by name.
pub(crate) const COMPARTMENTS: [&str; 3] = ["Cytoplasm", "Nucleus", "Exosome"];

/// FASTA of `count` RNAs of 20 to 60 nt with `[location=…]`. RNAs of the nucleus are rich in U,
/// those of the cytoplasm in G, and those of exosomes in A. Every sixth is in nucleus and
/// cytoplasm.
pub(crate) fn labelled(count: usize, seed: u64) -> String {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut text = String::new();
    for i in 0..count {
        let (location, letters) = match i % 6 {
            0 | 3 => ("Nucleus", "UUUUUUACGU"),
            1 | 4 => ("Cytoplasm", "GGGGGGACGU"),
            2 => ("Exosome", "AAAAAAACGU"),
            _ => ("Nucleus;Cytoplasm", "UUUGGGACGU"),
        };
        let length = rng.random_range(20..60);
        let sequence: String = (0..length)
            .map(|_| {
                let at = rng.random_range(0..letters.len());
                &letters[at..=at]
            })
            .collect();
        let _ = writeln!(text, ">rna{i} [location={location}]\n{sequence}");
    }
    text
}
