//! The LSTM scan on the CPU in vector instructions.
//!
//! Recurrent weights are packed once per scan and shared by the sequences of the batch, and no
//! memory is taken inside the loop over time.

mod backward;
mod forward;
mod time_block;

pub(crate) use backward::backward;
pub(crate) use forward::{forward, forward_keeping};

#[cfg(test)]
mod tests {
    use super::super::scalar;
    use super::super::steps::{Scanned, Shape, Steps};
    use super::*;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    fn random(chance: &mut ChaCha8Rng, size: usize, bound: f32) -> Vec<f32> {
        (0..size)
            .map(|_| (chance.random::<f32>() * 2.0 - 1.0) * bound)
            .collect()
    }

    fn assert_close(ours: &[f32], twin: &[f32], what: &str) {
        assert_eq!(ours.len(), twin.len());
        for (n, (a, b)) in ours.iter().zip(twin).enumerate() {
            let allowed = 3e-6 * b.abs().max(1.0);
            assert!(
                (a - b).abs() < allowed,
                "{what}, element {n}: {a} is not {b}"
            );
        }
    }

    /// A table of seven rows read by token, or a row for every step.
    fn reading(chance: &mut ChaCha8Rng, lengths: &[u32], by_token: bool) -> (Steps, usize) {
        let longest = lengths.iter().copied().max().unwrap_or(0) as usize;
        let size = lengths.len() * longest;
        if by_token {
            let tokens = (0..size).map(|_| chance.random_range(0..7)).collect();
            return (Steps::of_tokens(tokens, lengths.into()), 7);
        }
        (Steps::one_by_one(lengths.into(), longest), size)
    }

    /// Every odd size: units that fill no vector, rows that fill no tile, odd and even sums,
    /// sequences that end early, one step, nothing at all, several pieces on the way back.
    #[test]
    fn vector_code_agrees_with_plain_code() {
        let mut chance = ChaCha8Rng::seed_from_u64(11);
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
            for by_token in [false, true] {
                let (steps, count) = reading(&mut chance, &lengths, by_token);
                agree(&mut chance, &steps, hidden, count);
            }
        }
    }

    fn agree(chance: &mut ChaCha8Rng, steps: &Steps, hidden: usize, count: usize) {
        let shape = Shape {
            batch: steps.batch(),
            steps: steps.steps(),
            hidden,
        };
        let rows = random(chance, count * 4 * hidden, 3.0);
        let recurrent = random(chance, 4 * hidden * hidden, 1.0 / (hidden as f32).sqrt());
        let gradient = random(chance, shape.batch * shape.steps * 2 * hidden, 1.0);
        let states = forward(shape, &rows, &recurrent, steps);
        let expected = scalar::forward(shape, &rows, &recurrent, steps);
        assert_close(&states, &expected, "states");
        let (again, gates) = forward_keeping(shape, &rows, &recurrent, steps, usize::MAX);
        assert_eq!(again, states);
        let scanned = Scanned {
            rows: &rows,
            recurrent: &recurrent,
            states: &expected,
            gates: &[],
            gradient: &gradient,
        };
        let (rows_twin, recurrent_twin) = scalar::backward(shape, scanned, steps);
        for (gates, how) in [(&[][..], "worked out anew"), (&gates, "kept")] {
            let (d_rows, d_recurrent) = backward(shape, Scanned { gates, ..scanned }, steps);
            assert_close(&d_rows, &rows_twin, &format!("gradient of rows, {how}"));
            assert_close(
                &d_recurrent,
                &recurrent_twin,
                &format!("gradient of weights, {how}"),
            );
        }
    }

    /// The same RNA gives the same bits alone, in a pair, in a tile, and as the odd one out.
    #[test]
    fn a_sequence_does_not_see_its_neighbours() {
        let mut chance = ChaCha8Rng::seed_from_u64(5);
        let hidden = 19;
        let rows = random(&mut chance, 6 * 4 * hidden, 2.0);
        let recurrent = random(&mut chance, 4 * hidden * hidden, 0.4);
        let states = |batch: usize| {
            let shape = Shape {
                batch,
                steps: 6,
                hidden,
            };
            let tokens = (0..batch).flat_map(|_| 0..6).collect();
            let steps = Steps::of_tokens(tokens, vec![6; batch].into());
            forward(shape, &rows, &recurrent, &steps)
        };
        let alone = states(1);
        for batch in 2..=13 {
            for states in states(batch).chunks(alone.len()) {
                assert_eq!(states, alone);
            }
        }
    }
}
