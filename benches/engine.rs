//! Measures the speed of the LSTM scan on this processor, the speed of its tiles, and the memory of
//! a training step.
//!
//! Run it with `cargo bench --bench engine`; `-- scan`, `-- tiles` or `-- memory` runs one part.
//! The times are medians of several rounds. Every round measures everything once, so that other
//! load on the machine affects all figures alike.
#![allow(clippy::unwrap_used, reason = "a panic is how a benchmark fails")]
#![allow(
    clippy::print_stdout,
    reason = "a benchmark's result is what it prints"
)]

use std::hint::black_box;
use std::time::Instant;

use pollster::block_on;
use rmlocnet::network::lstm::probe::{
    Implementation, ScanBenchmark, TILES, TileBenchmark, multiply_in_registers,
};
use rmlocnet::network::tensors::random;
use rmlocnet::network::{Config, preset};
use rmlocnet::rna::{COMPOSITION_SIZE, EncodedRna, ReadRanges};
use rmlocnet::training::{Example, Target, Trainer};

/// Steps, hidden units, sequences.
const SHAPES: [(usize, usize, usize); 6] = [
    (43, 32, 32),
    (200, 64, 16),
    (1000, 64, 1),
    (1000, 64, 16),
    (1837, 200, 1),
    (1837, 200, 16),
];

const ROUNDS: usize = 7;

fn main() {
    let part = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    let is_selected = |name: &str| part.as_deref().is_none_or(|part| part == name);
    // The memory comes first, before anything else has allocated any.
    if is_selected("memory") {
        memory();
    }
    if is_selected("tiles") {
        tiles();
    }
    if is_selected("scan") {
        scan();
    }
}

fn seconds(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Multiply-adds per second in registers alone.
fn peak_rate() -> f64 {
    const TURNS: usize = 2_000_000;
    let mut multiply_adds = 0.0;
    let time = seconds(|| multiply_adds = multiply_in_registers(TURNS));
    multiply_adds / time
}

fn scan() {
    println!("\nThe scan on one thread: vector code, plain code, share of the peak rate\n");
    println!("    T    H   B   forward ms  plain  share   backward ms  plain");
    for (steps, hidden, batch) in SHAPES {
        let scan = ScanBenchmark::new(batch, steps, hidden);
        let mut times: [Vec<f64>; 5] = Default::default();
        for _ in 0..ROUNDS {
            times[0].push(scan.multiply_adds() / peak_rate());
            times[1].push(seconds(|| {
                _ = black_box(scan.forward(Implementation::Vectors))
            }));
            times[2].push(seconds(|| {
                _ = black_box(scan.backward(Implementation::Vectors))
            }));
            times[3].push(seconds(|| {
                _ = black_box(scan.forward(Implementation::Plain))
            }));
            times[4].push(seconds(|| {
                _ = black_box(scan.backward(Implementation::Plain))
            }));
        }
        let [peak, forward, backward, plain_forward, plain_backward] =
            times.map(|mut times| median(&mut times));
        println!(
            "{steps:5} {hidden:4} {batch:3} {:12.3} {:5.1}x {:5.0}% {:13.3} {:5.1}x",
            forward * 1e3,
            plain_forward / forward,
            peak / forward * 100.0,
            backward * 1e3,
            plain_backward / backward,
        );
    }
}

fn tiles() {
    println!("\nTiles of the product [24, H] x [H, 4H]: share of the peak rate\n");
    print!("rows x vectors  ");
    TILES
        .iter()
        .for_each(|tile| print!("{} x {}  ", tile.rows, tile.columns));
    println!();
    for hidden in [32, 64, 200] {
        let rows = 24;
        let rounds = 40_000_000 / (rows * 4 * hidden * hidden);
        let products = (rounds * rows * 4 * hidden * hidden) as f64;
        let mut shares = vec![Vec::new(); TILES.len()];
        for _ in 0..ROUNDS {
            for (shares, tile) in shares.iter_mut().zip(TILES) {
                let benchmark = TileBenchmark {
                    tile,
                    rows,
                    hidden,
                    rounds,
                };
                shares.push(products / benchmark.run() / peak_rate());
            }
        }
        print!("H {hidden:3}           ");
        for shares in &mut shares {
            print!("{:4.0}%  ", median(shares) * 100.0);
        }
        println!();
    }
}

/// The settings for human mRNA (Table 2), and the number of k-mers of its RNAs.
fn human_mrna() -> (Config, usize) {
    let mut config = preset("human-mrna-paper").unwrap().config;
    config.hidden_units = 200;
    config.lstm_layers = 1;
    config.batch_size = 32;
    config.epochs = 1;
    (config, 1837)
}

/// Prints the memory of one training step, next to the formula in the LSTM's documentation.
fn memory() {
    let (config, steps) = human_mrna();
    let (batch, hidden) = (config.batch_size, config.hidden_units);
    let before = peak_memory();
    let time = train(&config, steps);
    let after = peak_memory();
    let mebibytes = |floats: usize| (floats * 4) as f64 / f64::from(1 << 20);
    let states = batch * steps * 2 * hidden;
    let block = 240.max(batch) * (4 * hidden + 3 * hidden.max(config.attention_dim));
    println!("A training step of human mRNA: T {steps}, H {hidden}, B {batch}: {time:.1} s");
    // The gates of this many steps are too large to be saved; the activations of attention are not.
    let activations = batch * steps * config.attention_dim;
    println!(
        "states {:.0} MiB + their gradient {:.0} MiB + attention {:.0} MiB + a block {:.1} MiB \
         = {:.0} MiB",
        mebibytes(states),
        mebibytes(states),
        mebibytes(activations),
        mebibytes(block),
        mebibytes(2 * states + activations + block)
    );
    match (before, after) {
        (Some(before), Some(after)) => println!(
            "measured (VmHWM of the process, {before:.0} MiB before): {:.0} MiB more",
            after - before
        ),
        _ => println!("not measured: this system has no /proc/self/status"),
    }
}

/// Number of compartments of the invented RNAs.
const COMPARTMENTS: u32 = 5;

/// Trains one step on invented RNAs and returns the seconds that it took.
fn train(config: &Config, steps: usize) -> f64 {
    let kmers = 4u32.pow(config.k as u32);
    let mut trainer = Trainer::new(
        config.clone(),
        &random(config, COMPARTMENTS as usize, 1),
        kmers + 1,
        invented_examples(config.batch_size as u32, steps, kmers),
        Vec::new(),
        1,
        &rmlocnet::device::cpu(),
    )
    .unwrap();
    seconds(|| {
        let progress = block_on(trainer.step(1)).unwrap();
        assert!(progress.training_loss.is_finite());
    })
}

/// RNAs of `steps` k-mers, each in one compartment.
fn invented_examples(count: u32, steps: usize, kmers: u32) -> Vec<Example> {
    let example = |rna: u32| Example {
        encoded: EncodedRna {
            tokens: (0..steps as u32)
                .map(|t| (t * 31 + rna * 7) % kmers)
                .collect(),
            padding: 0,
            read: ReadRanges::one(0..steps),
            features: vec![0.0; COMPOSITION_SIZE],
            tail: 0,
            regions: None,
        },
        targets: (0..COMPARTMENTS)
            .map(|c| Target::from(c == rna % COMPARTMENTS))
            .collect(),
    };
    (0..count).map(example).collect()
}

/// The peak memory of this process so far, in MiB; `None` except on Linux.
fn peak_memory() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kibibytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kibibytes / 1024.0)
}
