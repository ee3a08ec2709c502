//! The LSTM scan on the CPU in vector instructions.
//!
//! The recurrent weights are packed once per scan and shared by all sequences of the batch, which are
//! divided among threads.

mod backward;
mod forward;
mod gate_gradients;
mod gradient_sums;
mod rounds;

pub(crate) use forward::{ForwardScan, ScanInputs};
pub(crate) use rounds::BackwardScan;

#[cfg(test)]
mod tests {
    use super::super::scalar;
    use super::super::sequence_layout::{BackwardInputs, Direction, ScanShape, SequenceLayout};
    use super::forward::ScanOutputs;
    use super::*;
    use crate::parallel::in_threads;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    fn random(rng: &mut ChaCha8Rng, size: usize, bound: f32) -> Vec<f32> {
        (0..size)
            .map(|_| (rng.random::<f32>() * 2.0 - 1.0) * bound)
            .collect()
    }

    /// Several directions read the same input gates and weights.
    fn forward(
        shape: ScanShape,
        directions: &[Direction],
        [input_gates, recurrent_weights]: [&[f32]; 2],
        sequences: &SequenceLayout,
        max_bytes: usize,
    ) -> ScanOutputs {
        let inputs = directions.iter().map(|&direction| ScanInputs {
            direction,
            input_gates,
            recurrent_weights,
        });
        let scan = ForwardScan {
            shape,
            directions: &inputs.collect::<Vec<_>>(),
            sequences,
        };
        scan.run(max_bytes)
    }

    fn backward(
        shape: ScanShape,
        direction: Direction,
        inputs: BackwardInputs<'_>,
        sequences: &SequenceLayout,
    ) -> (Vec<f32>, Vec<f32>) {
        let scan = BackwardScan {
            shape,
            direction,
            inputs,
            sequences,
        };
        scan.run()
    }

    fn assert_close(found: &[f32], expected: &[f32], what: &str) {
        assert_eq!(found.len(), expected.len());
        for (n, (a, b)) in found.iter().zip(expected).enumerate() {
            let tolerance = 3e-6 * b.abs().max(1.0);
            assert!(
                (a - b).abs() < tolerance,
                "{what}, element {n}: found {a}, expected {b}"
            );
        }
    }

    /// The sequences and their number of input rows: a table of seven rows that steps read by
    /// token, or one row per step.
    fn sequences(
        rng: &mut ChaCha8Rng,
        lengths: &[u32],
        has_tokens: bool,
    ) -> (SequenceLayout, usize) {
        let longest = lengths.iter().copied().max().unwrap_or(0) as usize;
        let size = lengths.len() * longest;
        if has_tokens {
            let tokens = (0..size).map(|_| rng.random_range(0..7)).collect();
            return (SequenceLayout::from_tokens(tokens, lengths.into()), 7);
        }
        (SequenceLayout::with_own_rows(lengths.into(), longest), size)
    }

    /// Covers awkward sizes: units that do not fill a vector, rows that do not fill a tile, odd and
    /// even sums, sequences that end early, a single step, an empty sequence, and several blocks in
    /// the backward pass.
    #[test]
    fn vector_code_agrees_with_plain_code() {
        let mut rng = ChaCha8Rng::seed_from_u64(11);
        for (lengths, hidden) in [
            (vec![7, 3, 9, 0, 9], 5),
            (vec![1], 1),
            (vec![4, 4], 8),
            (vec![2, 6, 1], 33),
            (vec![5, 5, 5, 5, 4, 5, 5, 5, 5], 60),
            (vec![12], 200),
            (vec![130, 7, 300], 3),
            (vec![600], 4),
        ] {
            for has_tokens in [false, true] {
                let (sequences, rows) = sequences(&mut rng, &lengths, has_tokens);
                assert_agreement(&mut rng, &sequences, hidden, rows);
            }
        }
    }

    fn assert_agreement(
        rng: &mut ChaCha8Rng,
        sequences: &SequenceLayout,
        hidden: usize,
        rows: usize,
    ) {
        let shape = ScanShape {
            batch: sequences.batch(),
            steps: sequences.steps(),
            hidden,
        };
        let gates = random(rng, rows * 4 * hidden, 3.0);
        let weights = random(rng, 4 * hidden * hidden, 1.0 / (hidden as f32).sqrt());
        let gradient = random(rng, shape.batch * shape.steps * 2 * hidden, 1.0);
        let only = [Direction::Only];
        let states = forward(shape, &only, [&gates, &weights], sequences, 0).states;
        let expected = scalar::forward(shape, &gates, &weights, sequences);
        assert_close(&states, &expected, "states");
        let saved = forward(shape, &only, [&gates, &weights], sequences, usize::MAX);
        assert_eq!(saved.states, states);
        let saved_gates = saved.saved_gates;
        let inputs = BackwardInputs {
            input_gates: &gates,
            recurrent_weights: &weights,
            states: &expected,
            saved_gates: &[],
            gradient: &gradient,
        };
        let (expected_gates, expected_weights) = scalar::backward(shape, inputs, sequences);
        for (saved_gates, how) in [(&[][..], "recomputed"), (&saved_gates, "saved")] {
            let inputs = BackwardInputs {
                saved_gates,
                ..inputs
            };
            let (d_gates, d_weights) = backward(shape, Direction::Only, inputs, sequences);
            let what = format!("gradient of input gates, gates {how}");
            assert_close(&d_gates, &expected_gates, &what);
            let what = format!("gradient of weights, gates {how}");
            assert_close(&d_weights, &expected_weights, &what);
        }
    }

    /// The same RNA has the same bits alone, in a pair, in a tile, and as the odd one out.
    #[test]
    fn states_of_a_sequence_do_not_depend_on_the_batch() {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let hidden = 19;
        let gates = random(&mut rng, 6 * 4 * hidden, 2.0);
        let weights = random(&mut rng, 4 * hidden * hidden, 0.4);
        let states = |batch: usize| {
            let shape = ScanShape {
                batch,
                steps: 6,
                hidden,
            };
            let tokens = (0..batch).flat_map(|_| 0..6).collect();
            let sequences = SequenceLayout::from_tokens(tokens, vec![6; batch].into());
            let only = [Direction::Only];
            forward(shape, &only, [&gates, &weights], &sequences, 0).states
        };
        let alone = states(1);
        for batch in 2..=13 {
            for states in states(batch).chunks(alone.len()) {
                assert_eq!(states, alone);
            }
        }
    }

    /// The parts of states or of their gradient, [B, T, 4H], that belong to each direction,
    /// [B, T, 2H]; those of the scan from the end are in the order of that scan.
    fn apart(states: &[f32], sequences: &SequenceLayout, hidden: usize) -> [Vec<f32>; 2] {
        let row = |place: usize, direction: usize| {
            let row = &states[place * 4 * hidden..][..4 * hidden];
            let h = direction * hidden;
            [&row[h..][..hidden], &row[2 * hidden + h..][..hidden]].concat()
        };
        let places = 0..sequences.batch() * sequences.steps();
        let back = sequences.reverse_index();
        [
            places.flat_map(|place| row(place, 0)).collect(),
            back.into_iter().flat_map(|place| row(place, 1)).collect(),
        ]
    }

    /// The scan from the end has the bits of a scan from the start of the reversed sequences.
    #[test]
    fn scan_from_the_end_is_that_of_reversed_sequences() {
        let mut rng = ChaCha8Rng::seed_from_u64(17);
        let hidden = 5;
        for lengths in [vec![7, 3, 9, 0, 9], vec![130, 7, 300]] {
            let (sequences, rows) = sequences(&mut rng, &lengths, true);
            let shape = ScanShape {
                batch: sequences.batch(),
                steps: sequences.steps(),
                hidden,
            };
            let gates = random(&mut rng, rows * 4 * hidden, 3.0);
            let weights = random(&mut rng, 4 * hidden * hidden, 0.4);
            let gradient = random(&mut rng, shape.batch * shape.steps * 4 * hidden, 1.0);
            let both = [Direction::Ahead, Direction::Back];
            let joined = forward(shape, &both, [&gates, &weights], &sequences, 0).states;
            let states = apart(&joined, &sequences, hidden);
            let gradients = apart(&gradient, &sequences, hidden);
            let turned = [sequences.clone(), sequences.reversed()];
            for (n, direction) in both.into_iter().enumerate() {
                let only = [Direction::Only];
                let alone = forward(shape, &only, [&gates, &weights], &turned[n], 0).states;
                assert_eq!(states[n], alone, "{direction:?}");
                let inputs = |states, gradient| BackwardInputs {
                    input_gates: &gates,
                    recurrent_weights: &weights,
                    states,
                    saved_gates: &[],
                    gradient,
                };
                assert_eq!(
                    backward(shape, direction, inputs(&joined, &gradient), &sequences),
                    backward(shape, only[0], inputs(&alone, &gradients[n]), &turned[n]),
                    "{direction:?}"
                );
            }
        }
    }

    /// These scans are long enough to be divided, their 13 sequences of different lengths are so
    /// unevenly, and there are several rounds of several blocks.
    #[test]
    fn any_number_of_threads_gives_the_same_bits() {
        let mut rng = ChaCha8Rng::seed_from_u64(23);
        let lengths: Vec<u32> = (0..13).map(|n| 400 - 17 * n).collect();
        let hidden = 33;
        for has_tokens in [false, true] {
            let (sequences, rows) = sequences(&mut rng, &lengths, has_tokens);
            let shape = ScanShape {
                batch: sequences.batch(),
                steps: sequences.steps(),
                hidden,
            };
            let gates = random(&mut rng, rows * 4 * hidden, 3.0);
            let weights = random(&mut rng, 4 * hidden * hidden, 0.3);
            let gradient = random(&mut rng, shape.batch * shape.steps * 4 * hidden, 1.0);
            let run = |max_bytes: usize| {
                let both = [Direction::Ahead, Direction::Back];
                let scan = forward(shape, &both, [&gates, &weights], &sequences, max_bytes);
                let half = scan.saved_gates.len() / 2;
                let inputs = |saved_gates| BackwardInputs {
                    input_gates: &gates,
                    recurrent_weights: &weights,
                    states: &scan.states,
                    saved_gates,
                    gradient: &gradient,
                };
                let ahead = inputs(&scan.saved_gates[..half]);
                let back = inputs(&scan.saved_gates[half..]);
                let gradients = [
                    backward(shape, Direction::Ahead, ahead, &sequences),
                    backward(shape, Direction::Back, back, &sequences),
                ];
                (scan, gradients)
            };
            for max_bytes in [0, usize::MAX] {
                let alone = run(max_bytes);
                for threads in [2, 3, 5] {
                    let together = in_threads(threads, || run(max_bytes));
                    assert!(together == alone, "{threads} threads");
                }
            }
        }
    }
}
