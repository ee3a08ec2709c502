//! Vector instructions of the CPU: AVX2 and FMA natively where the processor has them, simd128 in
//! WebAssembly (with one-instruction multiply-add in the `relaxed` build), plain code elsewhere.
//! pulp chooses when the program runs, once per call of an op.

pub(crate) mod activation;
pub(crate) mod lanes;
pub(crate) mod product;
