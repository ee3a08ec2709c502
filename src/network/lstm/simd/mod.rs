//! The LSTM scan on the CPU in vector instructions: AVX2 and FMA natively where the processor has
//! them, simd128 in WebAssembly, plain code elsewhere. pulp chooses, once per scan.
//!
//! Recurrent weights are packed so that the four gates of a vector of hidden units lie side by
//! side: one pass over the previous state keeps their sums in registers, and several sequences of
//! the batch share each weight load. No memory is taken inside the loop over time.

mod activation;
mod backward;
mod forward;
mod kernel;

pub(crate) use backward::backward;
pub(crate) use forward::forward;

#[cfg(test)]
mod tests {
    use super::super::scalar;
    use super::super::scan::Shape;
    use super::*;
    use rand::{RngExt, SeedableRng};

    fn random(chance: &mut rand_chacha::ChaCha8Rng, size: usize, bound: f32) -> Vec<f32> {
        (0..size)
            .map(|_| (chance.random::<f32>() * 2.0 - 1.0) * bound)
            .collect()
    }

    fn assert_close(ours: &[f32], twin: &[f32], what: &str) {
        assert_eq!(ours.len(), twin.len());
        for (n, (a, b)) in ours.iter().zip(twin).enumerate() {
            assert!((a - b).abs() < 2e-6, "{what}, element {n}: {a} is not {b}");
        }
    }

    /// Every odd size: units that fill no vector, rows that fill no tile, odd and even sums,
    /// sequences that end early, one step, nothing at all.
    #[test]
    fn vector_code_agrees_with_plain_code() {
        let mut chance = rand_chacha::ChaCha8Rng::seed_from_u64(11);
        for (lengths, hidden) in [
            (vec![7, 3, 9, 0, 9], 5),
            (vec![1], 1),
            (vec![4, 4], 8),
            (vec![2, 6, 1], 33),
            (vec![5, 5, 5, 5], 60),
            (vec![12], 200),
        ] {
            let steps = lengths.iter().copied().max().unwrap_or(0) as usize;
            let shape = Shape {
                batch: lengths.len(),
                steps,
                hidden,
            };
            let size = shape.batch * steps * hidden;
            let mut ours = random(&mut chance, 4 * size, 3.0);
            let mut twins = ours.clone();
            let recurrent = random(
                &mut chance,
                4 * hidden * hidden,
                1.0 / (hidden as f32).sqrt(),
            );
            let gradient = random(&mut chance, 2 * size, 1.0);
            let states = forward(shape, &mut ours, &recurrent, &lengths);
            let expected = scalar::forward(shape, &mut twins, &recurrent, &lengths);
            assert_close(&states, &expected, "states");
            assert_close(&ours, &twins, "activations");
            let d = backward(shape, &ours, &states, &recurrent, &gradient, &lengths);
            let expected =
                scalar::backward(shape, &twins, &expected, &recurrent, &gradient, &lengths);
            assert_close(&d, &expected, "gate gradients");
        }
    }

    /// The same RNA gives the same bits alone, in a pair, and as the odd one out.
    #[test]
    fn a_sequence_does_not_see_its_neighbours() {
        let mut chance = rand_chacha::ChaCha8Rng::seed_from_u64(5);
        let hidden = 19;
        let (row, one) = (random(&mut chance, 6 * 4 * hidden, 2.0), vec![6]);
        let recurrent = random(&mut chance, 4 * hidden * hidden, 0.4);
        let mut gates = [row.as_slice(), &row, &row].concat();
        let three = Shape {
            batch: 3,
            steps: 6,
            hidden,
        };
        let states = forward(three, &mut gates, &recurrent, &[6, 6, 6]);
        let mut alone_gates = row.clone();
        let alone = forward(
            Shape { batch: 1, ..three },
            &mut alone_gates,
            &recurrent,
            &one,
        );
        for (states, gates) in states.chunks(alone.len()).zip(gates.chunks(row.len())) {
            assert_eq!(states, alone);
            assert_eq!(gates, alone_gates);
        }
    }
}
