//! Pre-trains the k-mer vectors and the LSTM: they predict masked k-mers of RNAs whose labels are
//! ignored. Then the network is trained as usual from these weights.
//!
//! The RNAs are those of the other sets, and those of the labelled set that no fold tests.

use std::collections::HashSet;

use burn::grad_clipping::GradientClippingConfig;
use burn::module::{Module, Param};
use burn::optim::{AdamWConfig, GradientsParams};
use burn::tensor::{Device, Int, Tensor, TensorData, activation};
use pollster::block_on;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rmlocnet::dataset::read_sequences;
use rmlocnet::network::tensors::{InitialStatistics, initial};
use rmlocnet::network::{Batch, Network, Rng, Weights};
use rmlocnet::rna::{EncodedRna, Encoder, FixedLength, Kmers, Standardizer};
use rmlocnet::{Config, EmbeddingConfig, EmbeddingMatrix, Sequence, device};

use super::comparison::{Comparison, train_and_score};
use super::{Experiment, Outcome};

/// The share of the k-mers that are masked.
const MASKED: f64 = 0.15;
/// Passes over the RNAs.
const EPOCHS: usize = 5;

pub(crate) fn run(experiment: &Experiment, comparison: &mut Comparison<'_>) -> Outcome<()> {
    let rnas = unlabelled_rnas(experiment)?;
    eprintln!("{} RNAs for pre-training", rnas.len());
    for seed in &experiment.plan.settings.seeds {
        let pretrained = pretrain(&experiment.plan.settings.config, &rnas, *seed)?;
        for fold in experiment
            .plan
            .folds
            .iter()
            .filter(|fold| fold.seed == *seed)
        {
            comparison.add_usual(fold)?;
            let run = comparison.usual_run(fold, *seed)?;
            let mut weights = run.checkpoint().weights().clone();
            weights.extend(pretrained.clone());
            let run = run.with_initial_weights(weights)?;
            let scores = train_and_score(run, &fold.split.test)?;
            comparison.add("pre-trained on masked k-mers", fold, scores)?;
        }
    }
    Ok(())
}

/// The different sequences of all sets that no fold tests.
fn unlabelled_rnas(experiment: &Experiment) -> Outcome<Vec<Sequence>> {
    let (dataset, folds) = (&experiment.plan.dataset, &experiment.plan.folds);
    let tested = folds.iter().flat_map(|fold| &fold.split.test);
    let tested = tested.map(|rna| dataset.records()[*rna].sequence.clone());
    let mut seen: HashSet<Sequence> = tested.collect();
    let mut rnas: Vec<Sequence> = dataset.sequences().into_iter().cloned().collect();
    for other in &experiment.others {
        rnas.extend(read_sequences(&other[..])?);
    }
    let poly_a = experiment.plan.settings.config.poly_a;
    let body = |rna: Sequence| rna.prefix(rna.len() - poly_a.cut_length(&rna));
    let k = experiment.plan.settings.config.k;
    let rnas = rnas.into_iter().map(body).filter(|rna| rna.len() >= k);
    Ok(rnas.filter(|rna| seen.insert(rna.clone())).collect())
}

/// A network with a layer that predicts k-mers from the states of its LSTM.
#[derive(Module, Debug)]
struct KmerPredictor {
    network: Network,
    /// [4^k, S].
    weight: Param<Tensor<2>>,
    /// `[4^k]`.
    bias: Param<Tensor<1>>,
}

impl KmerPredictor {
    /// The mean cross-entropy of the masked k-mers of a batch.
    fn loss(&self, batch: &MaskedBatch, rng: &mut Rng) -> Tensor<1> {
        let device = self.weight.device();
        let states = self.network.states(&batch.rnas, Some(rng));
        let [rnas, steps, width] = states.dims();
        let states = states.reshape([rnas * steps, width]);
        let states = states.select(0, integers(&batch.places, &device));
        // h without c.
        let states = states.slice([0..batch.places.len(), 0..width / 2]);
        let scores = states.matmul(self.weight.val().transpose());
        let scores = activation::log_softmax(scores + self.bias.val().unsqueeze::<2>(), 1);
        let kmers = integers(&batch.kmers, &device).unsqueeze_dim::<2>(1);
        scores.gather(1, kmers).mean().neg()
    }
}

/// RNAs with masked k-mers.
struct MaskedBatch {
    rnas: Batch,
    /// The steps of the masked k-mers that are predicted, among those of all RNAs.
    places: Vec<i32>,
    /// These k-mers.
    kmers: Vec<i32>,
}

impl MaskedBatch {
    /// Masks some k-mers at random, each with those that share nucleotides with it.
    fn new(rnas: &[&EncodedRna], kmers: &Kmers, rng: &mut Rng, device: &Device) -> Self {
        let steps = rnas.iter().map(|rna| rna.tokens.len()).max().unwrap_or(0);
        let reach = (kmers.k() - 1) / kmers.stride();
        let share = MASKED / (1 + 2 * reach) as f64;
        let (mut places, mut answers, mut masked) = (Vec::new(), Vec::new(), Vec::new());
        for (n, rna) in rnas.iter().enumerate() {
            let mut rest = (*rna).clone();
            for (t, token) in rna.tokens.iter().enumerate().skip(rna.padding) {
                if *token < kmers.unknown() && f64::from(rng.random::<f32>()) < share {
                    let last = (t + reach + 1).min(rna.tokens.len());
                    let first = t.saturating_sub(reach).max(rna.padding);
                    rest.tokens[first..last].fill(kmers.unknown());
                    places.push((n * steps + t) as i32);
                    answers.push(*token as i32);
                }
            }
            masked.push(rest);
        }
        let masked: Vec<&EncodedRna> = masked.iter().collect();
        Self {
            rnas: Batch::new(&masked, kmers.padding(), device),
            places,
            kmers: answers,
        }
    }
}

fn integers(values: &[i32], device: &Device) -> Tensor<1, Int> {
    Tensor::from_data(TensorData::new(values.to_vec(), [values.len()]), device)
}

/// The k-mer vectors and the LSTM, trained on RNAs without labels.
fn pretrain(config: &Config, rnas: &[Sequence], seed: u64) -> Outcome<Weights> {
    let lengths = rnas.iter().map(Sequence::len);
    let length = FixedLength::fit(config.length_setting, lengths).ok_or("there are no RNAs")?;
    let length = length.at_most(longest_read(config));
    let encoder = config.encoder(length)?;
    let encoded: Vec<EncodedRna> = rnas.iter().map(|rna| encoder.encode(rna)).collect();
    let device = device::cpu().autodiff();
    let mut rng = Rng::seed_from_u64(seed);
    let mut predictor = untrained(config, rnas, &encoder, seed, &device)?;
    let clip = Some(GradientClippingConfig::Norm(1.0));
    let adamw = AdamWConfig::new().with_weight_decay(0.01);
    let mut optimizer = adamw.with_grad_clipping(clip).init();
    let mut order: Vec<&EncodedRna> = encoded.iter().collect();
    for epoch in 0..EPOCHS {
        order.shuffle(&mut rng);
        let (mut sum, mut count) = (0.0, 0.0);
        for rnas in order.chunks(config.batch_size) {
            let batch = MaskedBatch::new(rnas, &encoder.kmers, &mut rng, &device);
            if batch.places.is_empty() {
                continue;
            }
            let loss = predictor.loss(&batch, &mut rng);
            sum += f64::from(loss.clone().into_scalar::<f32>());
            count += 1.0;
            let gradients = GradientsParams::from_grads(loss.backward(), &predictor);
            predictor = optimizer.step(config.learning_rate, predictor, gradients);
        }
        eprintln!("pre-training, epoch {}: loss {:.3}", epoch + 1, sum / count);
    }
    let mut weights = block_on(predictor.network.valid().weights())?;
    weights.retain(|name, _| name.starts_with("embedding.") || name.starts_with("lstm."));
    Ok(weights)
}

/// The most nucleotides that are read of an RNA: enough for a small RNA if the settings have no limit.
fn longest_read(config: &Config) -> usize {
    match config.length_limit {
        0 => 150,
        limit => limit,
    }
}

/// The network before pre-training, whose k-mer vectors are those of the RNAs.
fn untrained(
    config: &Config,
    rnas: &[Sequence],
    encoder: &Encoder,
    seed: u64,
    device: &Device,
) -> Outcome<KmerPredictor> {
    let mut embedding = EmbeddingConfig::new(config.embedding_dim);
    embedding.weighting = config.embedding_mode;
    embedding.hops = config.hops;
    embedding.seed = seed;
    let fit = |k: usize| -> Outcome<EmbeddingMatrix> {
        let kmers = Kmers::new(k, config.stride)?;
        Ok(EmbeddingMatrix::fit(&kmers, embedding, rnas)?)
    };
    let statistics = InitialStatistics {
        embedding: fit(config.k)?,
        smaller: config.smaller_k().map(fit).collect::<Outcome<_>>()?,
        standardizer: Standardizer::fit(config.feature_set().size(), []),
        label_frequencies: vec![0.5],
    };
    let weights = initial(config, 1, &statistics, seed);
    let (kmers, width) = (encoder.kmers.vocabulary(), config.state_width());
    Ok(KmerPredictor {
        network: Network::from_weights(config, 1, &weights, device)?,
        weight: Param::from_tensor(Tensor::zeros([kmers, width], device)),
        bias: Param::from_tensor(Tensor::zeros([kmers], device)),
    })
}
