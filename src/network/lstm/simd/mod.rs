//! The LSTM scan on the CPU in vector instructions.
//!
//! The recurrent weights are packed once per scan and shared by all sequences of the batch. The
//! loop over time allocates no memory.

mod backward;
mod forward;
mod time_block;

pub(crate) use backward::backward;
pub(crate) use forward::{forward, forward_saving_gates};

#[cfg(test)]
mod tests {
    use super::super::scalar;
    use super::super::sequence_layout::{BackwardInputs, ScanShape, SequenceLayout};
    use super::*;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    fn random(rng: &mut ChaCha8Rng, size: usize, bound: f32) -> Vec<f32> {
        (0..size)
            .map(|_| (rng.random::<f32>() * 2.0 - 1.0) * bound)
            .collect()
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
        let states = forward(shape, &gates, &weights, sequences);
        let expected = scalar::forward(shape, &gates, &weights, sequences);
        assert_close(&states, &expected, "states");
        let (states_again, saved_gates) =
            forward_saving_gates(shape, &gates, &weights, sequences, usize::MAX);
        assert_eq!(states_again, states);
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
            let (d_gates, d_weights) = backward(shape, inputs, sequences);
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
            forward(shape, &gates, &weights, &sequences)
        };
        let alone = states(1);
        for batch in 2..=13 {
            for states in states(batch).chunks(alone.len()) {
                assert_eq!(states, alone);
            }
        }
    }
}
