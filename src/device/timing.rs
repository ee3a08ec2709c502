//! How long one piece of work takes on a device.

use web_time::Instant;

use super::error::DeviceError;

/// Runs timed at most.
const RUNS: usize = 5;
/// Time after which no further run is begun, in milliseconds.
const ENOUGH: f64 = 500.0;

/// Milliseconds of one run of `work`, the median of up to five after one that is not counted
/// (a GPU builds its kernels in it). `work` must read its result back: a GPU that was only given
/// work has done nothing yet.
///
/// # Errors
/// The work failed.
pub async fn median_ms(
    mut work: impl AsyncFnMut() -> Result<(), DeviceError>,
) -> Result<f64, DeviceError> {
    work().await?;
    let start = Instant::now();
    let mut times = Vec::new();
    while times.len() < RUNS && (times.is_empty() || milliseconds(start) < ENOUGH) {
        let begun = Instant::now();
        work().await?;
        times.push(milliseconds(begun));
    }
    times.sort_by(f64::total_cmp);
    Ok(times[times.len() / 2])
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_run_does_not_count_and_the_median_does() {
        let mut run = 0;
        let ms = pollster::block_on(median_ms(async || {
            run += 1;
            let pause = if run == 1 || run == 3 { 60 } else { 5 };
            std::thread::sleep(std::time::Duration::from_millis(pause));
            Ok(())
        }));
        assert_eq!(run, 6);
        assert!(
            ms.as_ref().is_ok_and(|ms| (5.0..50.0).contains(ms)),
            "{ms:?}"
        );
    }

    #[test]
    fn a_slow_run_is_timed_once() {
        let mut run = 0;
        let ms = pollster::block_on(median_ms(async || {
            run += 1;
            std::thread::sleep(std::time::Duration::from_millis(510));
            Ok(())
        }));
        assert!(run == 2 && ms.is_ok());
    }

    #[test]
    fn failing_work_is_not_timed() {
        let lost = DeviceError::Lost("gone".into());
        let ms = pollster::block_on(median_ms(async || Err(lost.clone())));
        assert_eq!(ms, Err(lost));
    }
}
