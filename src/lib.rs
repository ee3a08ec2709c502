//! RNA subcellular localization on your own machine: EL-RMLocNet (Asim et al. 2022,
//! "EL-RMLocNet: An explainable LSTM network for RNA-associated multi-compartment localization
//! prediction") in Rust, natively and as WebAssembly in a page.
//!
//! # The pipeline
//!
//! Data flows one way, and the modules stand in its order:
//!
//! ```text
//! FASTA ─ rna ──► records ─► fixed length ─► k-mer tokens
//!                                              │
//! genetic_seq2vec (2.1)   k-mer graph ─► proximity powers ─► SVD ─► k-mer vectors
//!                                              │
//! network (2.2)           embedding ─► LSTM ─► attention ─► normalisation ─► dense
//!                                              │
//! training ─► metrics ─► explanation ─► model ─► experiment ─► predictor ─► evaluation ─► output
//!                                              │
//! doors                   main.rs (command line), web/ (JavaScript)
//! ```
//!
//! - [`rna`]: what a person brings: FASTA, labels, fixed lengths (Table 3), k-mers.
//! - [`genetic_seq2vec`]: paper section 2.1, k-mers to vectors (equations 1-4).
//! - [`network`]: section 2.2, vectors to compartments (equations 5-22, Table 2).
//! - [`training`]: the pulled training loop, AdamW, splits.
//! - [`metrics`]: the measures of section 2.4, thresholds. [`baselines`]: simple models.
//! - [`explanation`]: from attention weights to nucleotides; mutagenesis, integrated
//!   gradients, deletion curves, k-mers.
//! - [`model`]: the model file. [`experiment`]: from a labelled set to a model with its figures.
//! - [`predictor`]: records in, predictions out, streamed.
//! - [`evaluation`]: how good a method is: cross-validation, baselines, intervals, settings search.
//! - [`output`]: the forms results leave in.
//! - [`device`]: where the numbers are worked out.
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
//! let window = predictor.reader(fasta.as_bytes()).window(10, 1_000_000);
//! let results = pollster::block_on(predictor.predict(&window.batches[0]))?;
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
pub mod experiment;
pub mod explanation;
pub mod genetic_seq2vec;
pub mod metrics;
pub mod model;
pub mod network;
pub mod output;
pub mod predictor;
pub mod rna;
pub mod training;
#[cfg(target_arch = "wasm32")]
pub mod web;
