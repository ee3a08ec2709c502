//! A messenger RNA as the cell reads it: its tail, its coding sequence, and the regions around it.
//!
//! [`tail_length`] finds a poly-A tail, which says how an RNA was recorded rather than where it
//! goes. [`MessageRegions`] divides a message at its longest open reading frame, and
//! [`region_features`] describes the regions by numbers: their lengths, k-mers, codons, amino acids
//! and the hydropathy of the protein. The paper knows none of these; it reads k-mers only.

mod genetic_code;
mod hydropathy;
mod poly_a;
mod protein;
mod region_features;
mod regions;

pub use poly_a::{MIN_TAIL, PolyA, tail_length};
pub use region_features::{REGION_FEATURES, region_features};
pub use regions::{MessageRegions, Region};
