//! Work that is divided among threads: those of the rayon pool that the caller runs in. Outside a
//! pool, and in WebAssembly, everything runs on the calling thread.
//!
//! A task never adds to what another one computes, so no sum depends on the number of threads.

use std::ops::Range;

/// Multiply-adds for which it is worthwhile to wake another thread: about a tenth of a millisecond.
const WORTHWHILE: usize = 4_000_000;
/// Floats for which it is worthwhile to fill them with another thread: 1 MiB.
#[cfg(not(target_arch = "wasm32"))]
const LARGE: usize = 256 * 1024;
/// Floats that are filled at once.
#[cfg(not(target_arch = "wasm32"))]
const ROW: usize = 1024;

/// The number of threads that share the caller's work.
pub(crate) fn threads() -> usize {
    // Outside a pool, rayon would start one of its own for the whole process.
    #[cfg(not(target_arch = "wasm32"))]
    if rayon::current_thread_index().is_some() {
        return rayon::current_num_threads();
    }
    1
}

/// The number of threads that are worthwhile for so many multiply-adds.
pub(crate) fn threads_for(multiply_adds: usize) -> usize {
    threads().min(multiply_adds / WORTHWHILE).max(1)
}

/// Does `work` for every task, on as many threads as there are.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn for_each<T: Send>(tasks: Vec<T>, work: impl Fn(T) + Sync + Send) {
    use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};

    if threads() == 1 || tasks.len() < 2 {
        tasks.into_iter().for_each(work);
    } else {
        tasks.into_par_iter().with_max_len(1).for_each(work);
    }
}

/// Does `work` for every task.
#[cfg(target_arch = "wasm32")]
pub(crate) fn for_each<T>(tasks: Vec<T>, work: impl Fn(T)) {
    tasks.into_iter().for_each(work);
}

/// The results of `work` for every item, in their order.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync + Send) -> Vec<R> {
    use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

    match threads() {
        1 => items.iter().map(work).collect(),
        _ => items.par_iter().map(work).collect(),
    }
}

/// The results of `work` for every item, in their order.
#[cfg(target_arch = "wasm32")]
pub(crate) fn map<T, R>(items: &[T], work: impl Fn(&T) -> R) -> Vec<R> {
    items.iter().map(work).collect()
}

/// An array of zeros, which the threads fill together.
pub(crate) fn zeros(len: usize) -> Vec<f32> {
    #[cfg(not(target_arch = "wasm32"))]
    if threads() > 1 && len > LARGE {
        use rayon::iter::{IndexedParallelIterator, ParallelIterator, repeat_n};

        let rows = repeat_n([0.0f32; ROW], len.div_ceil(ROW)).with_min_len(LARGE / ROW);
        let mut zeros = rows.collect::<Vec<[f32; ROW]>>().into_flattened();
        zeros.truncate(len);
        return zeros;
    }
    vec![0.0; len]
}

/// Divides items of the given sizes into runs of about the same size: at most one for each of so
/// many threads, none of them empty, and one after the other.
pub(crate) fn shares(
    sizes: impl ExactSizeIterator<Item = usize> + Clone,
    threads: usize,
) -> Vec<Range<usize>> {
    let (items, total) = (sizes.len(), sizes.clone().sum::<usize>());
    let mut shares = Vec::with_capacity(threads.min(items));
    let (mut start, mut sum) = (0, 0);
    for (n, size) in sizes.enumerate() {
        sum += size;
        let is_full = sum * threads >= total * (shares.len() + 1);
        if n + 1 == items || is_full && shares.len() + 1 < threads {
            shares.push(start..n + 1);
            start = n + 1;
        }
    }
    shares
}

/// The part of an array that belongs to each of the [`shares`], with `width` elements per item.
pub(crate) fn parts<'a, T>(
    array: &'a mut [T],
    shares: &[Range<usize>],
    width: usize,
) -> Vec<&'a mut [T]> {
    let mut rest = array;
    let mut part = |share: &Range<usize>| {
        let (part, after) = std::mem::take(&mut rest).split_at_mut(share.len() * width);
        rest = after;
        part
    };
    shares.iter().map(&mut part).collect()
}

/// Runs `work` in a pool of so many threads.
#[cfg(test)]
pub(crate) fn in_threads<R: Send>(threads: usize, work: impl FnOnce() -> R + Send) -> R {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    pool.unwrap().install(work)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_of_several_threads_are_as_many_as_of_one() {
        for len in [0, 5, LARGE, 3 * LARGE + 7] {
            let zeros = in_threads(3, || zeros(len));
            assert!(zeros.len() == len && zeros.iter().all(|zero| *zero == 0.0));
        }
    }

    #[test]
    fn shares_have_about_the_same_size_and_contain_every_item_once() {
        let ones = std::iter::repeat_n(1, 32);
        assert!(shares(ones.clone(), 1).iter().eq([&(0..32)]));
        assert_eq!(shares(ones.clone(), 2), [0..16, 16..32]);
        assert_eq!(shares(ones, 5), [0..7, 7..13, 13..20, 20..26, 26..32]);
        let uneven = [9usize, 1, 1, 1, 6].into_iter();
        assert_eq!(shares(uneven, 2), [0..1, 1..5]);
        for (sizes, threads) in [(vec![0, 0, 0], 2), (vec![5], 3), (vec![1, 8], 4)] {
            let shares = shares(sizes.iter().copied(), threads);
            assert!(shares.len() <= threads && shares.iter().all(|share| !share.is_empty()));
            assert!(shares.into_iter().flatten().eq(0..sizes.len()));
        }
        assert!(shares(std::iter::empty(), 2).is_empty());
    }
}
