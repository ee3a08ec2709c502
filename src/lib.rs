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
//! callers ────── main.rs and cli/ (command line), web/ (JavaScript)
//! ```
//!
//! Each module imports only modules before it in this list, and no files import each other in a
//! circle:
//!
//! - [`rna`]: FASTA, fixed lengths (Table 3), k-mers;
//! - [`shard`]: parts of the work of one run, for several machines;
//! - [`device`]: the CPU and the GPU, how results are read from them, and how they fail;
//! - [`dataset`]: labelled sets, splits and folds;
//! - [`metrics`]: the measures of section 2.4, and thresholds;
//! - [`genetic_seq2vec`]: from k-mers to vectors (section 2.1, equations 1 to 4);
//! - [`baselines`]: simple models to compare with;
//! - [`network`]: from vectors to compartments (section 2.2, equations 5 to 22, Table 2);
//! - [`training`]: the training loop, AdamW, checkpoints;
//! - [`explanation`]: attention per nucleotide, mutagenesis, integrated gradients, deletion curves,
//!   k-mers, motifs;
//! - [`device_choice`]: the choice between CPU and GPU, by self-test and timing;
//! - [`model`]: the model file;
//! - [`training_run`]: from a labelled set to a model with its measures;
//! - [`predictor`]: from records to predictions, in chunks;
//! - [`evaluation`]: cross-validation, confidence intervals, grid search;
//! - [`output`]: output formats and model cards;
//! - [`gather`]: from the outputs of all shards to that of the whole run.
//!
//! The paper leaves gaps, and contradicts itself in places. Where a choice was necessary, the
//! documentation of the code gives the reason; the largest choice is in [`genetic_seq2vec`].
//!
//! # Using the library
//!
//! Most programs need only [`device::cpu`] and the types that are re-exported here. All modules are
//! documented, but they are internal: they are public for the command line, the page, the tests and
//! the benchmarks, and they may change in any version. The folder `examples/` has complete programs
//! that predict, train and compute k-mer vectors.
//!
//! Functions that run a network are asynchronous, because a browser must not wait for its GPU. A
//! native program waits with `pollster::block_on`. This example predicts in which compartments a
//! miRNA is found:
//!
//! ```
//! use rmlocnet::{Predictor, device};
//!
//! let file = std::fs::read("models/human-mirna.safetensors")?;
//! let predictor = Predictor::new(&file, &device::cpu())?;
//!
//! let fasta = ">hsa-let-7a-5p\nUGAGGUAGUAGGUUGUAUAGUU\n";
//! let reader = predictor.reader(fasta.as_bytes());
//! let results = pollster::block_on(predictor.predict_all(reader))?;
//!
//! let let_7a = &results.predictions[0];
//! let compartments = predictor.model().compartments();
//! for (compartment, probability) in compartments.iter().zip(&let_7a.probabilities) {
//!     println!("{compartment}: {probability:.2}");
//! }
//!
//! // Which nucleotides the network attended to: one weight for each, with sum 1.
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
pub mod gather;
pub mod genetic_seq2vec;
pub mod metrics;
pub mod model;
pub mod network;
pub mod output;
mod parallel;
pub mod predictor;
pub mod rna;
pub mod run_file;
pub mod set_report;
mod sha256;
pub mod shard;
pub mod training;
pub mod training_run;
#[cfg(target_arch = "wasm32")]
pub mod web;

#[doc(no_inline)]
pub use burn::tensor::Device;
pub use dataset::{Dataset, DatasetError, Labels};
pub use device::DeviceError;
pub use genetic_seq2vec::{EmbeddingConfig, EmbeddingMatrix, GraphWeighting};
pub use metrics::{Scores, Thresholds, ThresholdsError};
pub use model::{Model, ModelError};
pub use network::{Config, ConfigError};
pub use predictor::{ExplainError, Prediction, Predictions, Predictor, RecordProblem, Warning};
pub use rna::{Kmers, Sequence};
pub use training_run::{TrainingRun, TrainingRunError};
