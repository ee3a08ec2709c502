//! RNA subcellular localization on your own machine: EL-RMLocNet (Asim et al. 2022,
//! "EL-RMLocNet: An explainable LSTM network for RNA-associated multi-compartment localization
//! prediction") in Rust, natively and as WebAssembly in a page.
//!
//! # The pipeline
//!
//! Data flows one way:
//!
//! ```text
//! FASTA ──────── rna ──────────────► records ─► fixed length ─► k-mer tokens
//! labelled set ─ dataset ──────────► training, validation and test parts
//!                                       │
//! section 2.1 ── genetic_seq2vec ──► k-mer graph ─► proximity powers ─► SVD ─► k-mer vectors
//! section 2.2 ── network ──────────► embedding ─► LSTM ─► attention ─► normalisation ─► dense
//! section 3 ──── training ─────────► updates ─► weights of the kept epoch
//! section 2.4 ── metrics, baselines     │
//!                                       │
//!                training run ───────► thresholds and metrics ─► model (the file)
//!                                       │
//!                predictor ────────► predictions, and their explanation ─► output
//!                evaluation ───────► cross-validation, intervals, comparison with baselines
//!                                       │
//! entrances ──── main.rs and cli/ (command line), web/ (JavaScript)
//! ```
//!
//! Each module imports only modules that stand before it in this list, and no two files import each
//! other in a circle:
//!
//! - [`rna`]: input: FASTA, fixed lengths (Table 3), k-mers.
//! - [`device`]: the CPU and the GPU: reading results, and failures.
//! - [`metrics`]: the measures of section 2.4, and thresholds.
//! - [`dataset`]: labelled sets, splits and folds.
//! - [`genetic_seq2vec`]: paper section 2.1, k-mers to vectors (equations 1-4).
//! - [`baselines`]: simple models to compare with.
//! - [`network`]: section 2.2, vectors to compartments (equations 5-22, Table 2).
//! - [`training`]: the pulled training loop, AdamW, checkpoints.
//! - [`explanation`]: from attention weights to nucleotides; mutagenesis, integrated
//!   gradients, deletion curves, k-mers.
//! - [`device_choice`]: CPU or GPU: self-test, timing and the choice.
//! - [`model`]: the model file.
//! - [`training_run`]: from a labelled set to a model with its measures.
//! - [`predictor`]: records in, predictions out, streamed.
//! - [`evaluation`]: how good a method is: cross-validation, intervals, settings search.
//! - [`output`]: output formats and model cards.
//!
//! Where the paper leaves a gap or contradicts itself, the choice made stands in the docs of the
//! code that makes it; the largest is in [`genetic_seq2vec`].
//!
//! # Predicting
//!
//! ```
//! use rmlocnet::{device, predictor::Predictor};
//!
//! let file = std::fs::read("models/human-mirna.safetensors")?;
//! let predictor = Predictor::new(&file, &device::cpu())?;
//!
//! let fasta = ">hsa-let-7a-5p\nUGAGGUAGUAGGUUGUAUAGUU\n";
//! let chunk = predictor.reader(fasta.as_bytes()).chunk(10, 1_000_000);
//! let results = pollster::block_on(predictor.predict(&chunk.batches[0]))?;
//! let let_7a = &results.predictions[0];
//! assert_eq!(let_7a.probabilities.len(), predictor.model().compartments.len());
//!
//! // Which nucleotides the network attended to: one weight each, 1 in all.
//! let explanation = pollster::block_on(predictor.explain(&let_7a.sequence))?;
//! let sum: f32 = explanation.heads[0].weights.iter().sum();
//! assert!((sum - 1.0).abs() < 1e-4);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod baselines;
#[cfg(feature = "cli")]
pub mod cli;
pub mod dataset;
pub mod device;
pub mod device_choice;
pub mod evaluation;
pub mod explanation;
pub mod genetic_seq2vec;
pub mod metrics;
pub mod model;
pub mod network;
pub mod output;
pub mod predictor;
pub mod rna;
pub mod training;
pub mod training_run;
#[cfg(target_arch = "wasm32")]
pub mod web;
