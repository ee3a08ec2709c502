//! Vector instructions of the CPU: natively AVX2 and FMA if the processor has them; in WebAssembly
//! simd128 (with a fused multiply-add in the `relaxed` build); otherwise plain code. pulp chooses
//! at run time, once per operation.

pub(crate) mod activation;
pub(crate) mod lanes;
pub(crate) mod product;
