//! Runs pieces of work in several threads. The results do not depend on the number of threads.

use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Sender};
use std::thread;

use indicatif::ProgressBar;

use super::error::CliError;

/// The number of threads that was given, or the number of processors.
pub(super) fn threads(wanted: Option<NonZeroUsize>) -> usize {
    let available = std::thread::available_parallelism();
    wanted.or(available.ok()).map_or(1, NonZeroUsize::get)
}

/// A message from a worker thread.
enum WorkerEvent<R> {
    /// An epoch has ended.
    Epoch,
    /// A piece is finished.
    Done(R),
    /// A piece failed.
    Failed(CliError),
}

/// Runs all pieces. `work` gets a piece and a function to call after every epoch; `keep` gets the
/// result of each piece when it is finished, in any order. After the first failure, no new pieces
/// are started.
pub(super) fn run<T: Sync, R: Send>(
    pieces: &[T],
    threads: usize,
    bar: &ProgressBar,
    work: impl Fn(&T, &mut dyn FnMut()) -> Result<R, CliError> + Sync,
    mut keep: impl FnMut(R) -> Result<(), CliError>,
) -> Result<(), CliError> {
    let queue = Mutex::new(pieces.iter());
    let stop = AtomicBool::new(false);
    let threads = threads.min(pieces.len());
    let mut failed = None;
    thread::scope(|scope| {
        let (send, events) = mpsc::channel();
        for _ in 0..threads {
            let (send, queue, stop, work) = (send.clone(), &queue, &stop, &work);
            scope.spawn(move || take(queue, stop, work, &send));
        }
        drop(send);
        for event in events {
            let kept = match event {
                WorkerEvent::Epoch => {
                    bar.inc(1);
                    Ok(())
                }
                WorkerEvent::Done(result) => keep(result),
                WorkerEvent::Failed(error) => Err(error),
            };
            if let Err(error) = kept {
                stop.store(true, Ordering::Relaxed);
                failed.get_or_insert(error);
            }
        }
    });
    bar.finish_and_clear();
    failed.map_or(Ok(()), Err)
}

/// Runs one piece after another.
fn take<'a, T: 'a, R>(
    queue: &Mutex<impl Iterator<Item = &'a T>>,
    stop: &AtomicBool,
    work: &impl Fn(&T, &mut dyn FnMut()) -> Result<R, CliError>,
    events: &Sender<WorkerEvent<R>>,
) {
    while !stop.load(Ordering::Relaxed) {
        let next = match queue.lock() {
            Ok(mut queue) => queue.next(),
            Err(_) => return,
        };
        let Some(piece) = next else { return };
        // If nobody receives any more, the work has ended.
        let mut on_epoch = || drop(events.send(WorkerEvent::Epoch));
        let event = match work(piece, &mut on_epoch) {
            Ok(result) => WorkerEvent::Done(result),
            Err(error) => WorkerEvent::Failed(error),
        };
        if events.send(event).is_err() {
            return;
        }
    }
}
