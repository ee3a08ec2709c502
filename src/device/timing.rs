//! Measures how long a piece of work takes on a device.

use web_time::Instant;

use super::error::DeviceError;

/// Largest number of timed runs.
const MAX_RUNS: usize = 5;
/// No further run starts after this time, in milliseconds.
const TIME_LIMIT_MS: f64 = 500.0;

/// Measures the milliseconds of one run of `work`: the median of up to five runs after a warm-up
/// run, in which a GPU compiles its kernels. `work` must read its result back, because a GPU
/// computes asynchronously.
///
/// # Errors
/// The work failed.
pub async fn median_ms(
    mut work: impl AsyncFnMut() -> Result<(), DeviceError>,
) -> Result<f64, DeviceError> {
    work().await?;
    let start = Instant::now();
    let mut times = Vec::new();
    while times.len() < MAX_RUNS && (times.is_empty() || milliseconds_since(start) < TIME_LIMIT_MS)
    {
        let run_start = Instant::now();
        work().await?;
        times.push(milliseconds_since(run_start));
    }
    times.sort_by(f64::total_cmp);
    Ok(times[times.len() / 2])
}

fn milliseconds_since(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn median_is_taken_without_the_warm_up_run() {
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
    fn slow_work_is_timed_once() {
        let mut run = 0;
        let ms = pollster::block_on(median_ms(async || {
            run += 1;
            std::thread::sleep(std::time::Duration::from_millis(510));
            Ok(())
        }));
        assert!(run == 2 && ms.is_ok());
    }

    #[test]
    fn error_of_the_work_is_returned() {
        let lost = DeviceError::Lost("gone".into());
        let ms = pollster::block_on(median_ms(async || Err(lost.clone())));
        assert_eq!(ms, Err(lost));
    }
}
