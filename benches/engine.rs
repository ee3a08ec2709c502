//! How fast the LSTM scan is on this processor, how its tiles compare, what a training step holds.
//!
//! `cargo bench --bench engine`; `-- scan`, `-- tiles` or `-- memory` runs one part. Medians of
//! several rounds, everything in turns in every round, so that what else the machine does falls
//! on all alike.
#![allow(clippy::unwrap_used, reason = "a panic is how a benchmark fails")]
#![allow(
    clippy::print_stdout,
    reason = "a benchmark's result is what it prints"
)]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Instant;

use pollster::block_on;
use rmlocnet::network::lstm::probe::{Code, Scan, TILES, Tiles, registers};
use rmlocnet::network::tensors::expected;
use rmlocnet::network::{Array, Config, preset};
use rmlocnet::rna::{COMPOSITION, Encoded, Window};
use rmlocnet::training::{Example, Trainer};

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
    let wanted = |name: &str| part.as_deref().is_none_or(|part| part == name);
    // First, before anything else has taken memory.
    if wanted("memory") {
        memory();
    }
    if wanted("tiles") {
        tiles();
    }
    if wanted("scan") {
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

/// Multiply-adds a second in registers alone.
fn rate() -> f64 {
    const TURNS: usize = 2_000_000;
    let mut done = 0.0;
    let time = seconds(|| done = registers(TURNS));
    done / time
}

fn scan() {
    println!("\nThe scan, one thread: vectors, plain code, share of multiply-adds in registers\n");
    println!("    T    H   B   forward ms  plain  share   backward ms  plain");
    for (steps, hidden, batch) in SHAPES {
        let scan = Scan::new(batch, steps, hidden);
        let mut times: [Vec<f64>; 5] = Default::default();
        for _ in 0..ROUNDS {
            times[0].push(scan.multiply_adds() / rate());
            times[1].push(seconds(|| _ = black_box(scan.forward(Code::Vectors))));
            times[2].push(seconds(|| _ = black_box(scan.backward(Code::Vectors))));
            times[3].push(seconds(|| _ = black_box(scan.forward(Code::Plain))));
            times[4].push(seconds(|| _ = black_box(scan.backward(Code::Plain))));
        }
        let [peak, forward, backward, plain, plain_back] = times.map(|mut t| median(&mut t));
        println!(
            "{steps:5} {hidden:4} {batch:3} {:12.3} {:5.1}x {:5.0}% {:13.3} {:5.1}x",
            forward * 1e3,
            plain / forward,
            peak / forward * 100.0,
            backward * 1e3,
            plain_back / backward,
        );
    }
}

fn tiles() {
    println!("\nTiles of the product [24, H] x [H, 4H]: share of multiply-adds in registers\n");
    print!("rows x vectors  ");
    TILES
        .iter()
        .for_each(|(rows, wide)| print!("{rows} x {wide}  "));
    println!();
    for hidden in [32, 64, 200] {
        let rows = 24;
        let rounds = 40_000_000 / (rows * 4 * hidden * hidden);
        let products = (rounds * rows * 4 * hidden * hidden) as f64;
        let mut shares = vec![Vec::new(); TILES.len()];
        for _ in 0..ROUNDS {
            for (shares, tile) in shares.iter_mut().zip(TILES) {
                let tiles = Tiles {
                    tile,
                    rows,
                    hidden,
                    rounds,
                };
                shares.push(products / tiles.run() / rate());
            }
        }
        print!("H {hidden:3}           ");
        for shares in &mut shares {
            print!("{:4.0}%  ", median(shares) * 100.0);
        }
        println!();
    }
}

/// Table 2's human mRNA, with as many k-mers as its RNAs come to.
fn human_mrna() -> (Config, usize) {
    let config = Config {
        hidden_units: 200,
        lstm_layers: 1,
        batch_size: 32,
        epochs: 1,
        ..preset("human-mrna-paper").unwrap().config
    };
    (config, 1837)
}

/// What one training step takes, beside the formula of the LSTM's documentation.
fn memory() {
    let (config, steps) = human_mrna();
    let (batch, hidden) = (config.batch_size, config.hidden_units);
    let before = peak_of_process();
    let time = train(&config, steps);
    let after = peak_of_process();
    let mebibytes = |floats: usize| (floats * 4) as f64 / f64::from(1 << 20);
    let states = batch * steps * 2 * hidden;
    let piece = 240.max(batch) * (4 * hidden + 3 * hidden.max(config.attention_dim));
    println!("A training step of human mRNA: T {steps}, H {hidden}, B {batch}: {time:.1} s");
    // The gates of so many steps are more than is kept; what attention makes of them is not.
    let bent = batch * steps * config.attention_dim;
    println!(
        "states {:.0} MiB + their gradient {:.0} MiB + attention's {:.0} MiB + a piece {:.1} MiB = {:.0} MiB",
        mebibytes(states),
        mebibytes(states),
        mebibytes(bent),
        mebibytes(piece),
        mebibytes(2 * states + bent + piece)
    );
    match (before, after) {
        (Some(before), Some(after)) => println!(
            "measured (VmHWM of the process, {before:.0} MiB before): {:.0} MiB more",
            after - before
        ),
        _ => println!("measured: this system does not say (no /proc/self/status)"),
    }
}

/// One step of training on made-up RNAs; gives the seconds it took.
fn train(config: &Config, steps: usize) -> f64 {
    let numbers = |size: usize| (0..size).map(|n| (n * 37 % 101) as f32 / 1010.0 - 0.05);
    let weights: BTreeMap<String, Array> = expected(config, 5)
        .into_iter()
        .map(|(name, shape)| {
            let size = shape.iter().product();
            let values = match name.as_str() {
                "normalization.running_var" => vec![1.0; size],
                _ => numbers(size).collect(),
            };
            (name, Array { shape, values })
        })
        .collect();
    let kmers = 4u32.pow(config.k as u32);
    let examples = (0..config.batch_size as u32)
        .map(|rna| Example {
            encoded: Encoded {
                tokens: (0..steps as u32)
                    .map(|t| (t * 31 + rna * 7) % kmers)
                    .collect(),
                padding: 0,
                window: Window {
                    start: 0,
                    end: steps,
                    pad_before: 0,
                    pad_after: 0,
                },
                composition: vec![0.0; COMPOSITION],
            },
            labels: (0..5).map(|c| c == rna % 5).collect(),
        })
        .collect();
    let device = rmlocnet::device::cpu();
    let trainer = Trainer::new(
        config.clone(),
        &weights,
        kmers + 1,
        examples,
        Vec::new(),
        1,
        &device,
    );
    let mut trainer = trainer.unwrap();
    seconds(|| {
        let progress = block_on(trainer.step(1)).unwrap();
        assert!(progress.training_loss.is_finite());
    })
}

/// Most memory this process has held so far, in MiB; Linux only.
fn peak_of_process() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kibibytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kibibytes / 1024.0)
}
