//! Work side by side, each piece on one thread; what comes out is the same for any number of them.

use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Sender};
use std::thread;

use indicatif::ProgressBar;

use super::error::CliError;

/// Threads asked for; as many as there are processors where none are.
pub(super) fn threads(wanted: Option<NonZeroUsize>) -> usize {
    let available = std::thread::available_parallelism();
    wanted.or(available.ok()).map_or(1, NonZeroUsize::get)
}

/// What a thread has to say.
enum WorkerEvent<R> {
    /// An epoch has ended.
    Epoch,
    /// A piece is done.
    Done(R),
    /// A piece cannot be done.
    Failed(CliError),
}

/// Does all pieces. `work` gets a piece and something to call after every epoch; `keep` gets what
/// comes of each as soon as it is done, in any order. The first failure ends it, once the pieces
/// under way are done.
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

/// Takes piece after piece.
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
        // Where nobody receives, all of it has ended.
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
