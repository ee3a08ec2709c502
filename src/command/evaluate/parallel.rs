//! Folds side by side, each on a thread of its own; the result is the same for any number of them.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Sender};
use std::thread;

use pollster::block_on;

use super::store::Store;
use crate::command::failure::Failure;
use crate::command::progress;
use crate::experiment::ExperimentError;
use crate::protocol::{FoldResult, Plan, Task};

/// What a thread has to say.
enum Event {
    /// An epoch of some fold has ended.
    Epoch,
    /// A fold is done.
    Fold(Box<FoldResult>),
    /// A fold cannot be done.
    Failed(ExperimentError),
}

/// Runs the tasks not yet `done`; every finished one is kept at once.
pub(super) fn run(
    plan: &Plan,
    done: Vec<FoldResult>,
    threads: usize,
    store: &mut Store,
) -> Result<Vec<FoldResult>, Failure> {
    let open = |task: &&Task| !done.iter().any(|result| task.is_of(result));
    let open: Vec<&Task> = plan.tasks.iter().filter(open).collect();
    let bar = progress::epochs((open.len() * plan.settings.config.epochs) as u64);
    if !done.is_empty() {
        let (kept, all) = (done.len(), plan.tasks.len());
        eprintln!("rmlocnet: {kept} of {all} folds were done before");
    }
    let (threads, all) = (threads.min(open.len()), plan.tasks.len());
    let queue = Mutex::new(open.into_iter());
    let stop = AtomicBool::new(false);
    let mut results = done;
    thread::scope(|scope| {
        let (send, events) = mpsc::channel();
        for _ in 0..threads {
            let (send, queue, stop) = (send.clone(), &queue, &stop);
            scope.spawn(move || work(plan, queue, stop, &send));
        }
        drop(send);
        let mut failed = None;
        for event in events {
            let kept = match event {
                Event::Epoch => {
                    bar.inc(1);
                    Ok(())
                }
                Event::Fold(result) => {
                    let kept = store.keep(&result);
                    results.push(*result);
                    bar.set_message(format!("{} of {all} folds", results.len()));
                    kept
                }
                Event::Failed(error) => Err(error.into()),
            };
            if let Err(error) = kept {
                stop.store(true, Ordering::Relaxed);
                failed.get_or_insert(error);
            }
        }
        bar.finish_and_clear();
        match failed {
            Some(error) => Err(error),
            None => Ok(results),
        }
    })
}

/// Takes task after task.
fn work<'a>(
    plan: &Plan,
    queue: &Mutex<impl Iterator<Item = &'a Task>>,
    stop: &AtomicBool,
    events: &Sender<Event>,
) {
    while !stop.load(Ordering::Relaxed) {
        let next = match queue.lock() {
            Ok(mut queue) => queue.next(),
            Err(_) => return,
        };
        let Some(task) = next else { return };
        // Where nobody receives, the whole evaluation has ended.
        let on_epoch = || drop(events.send(Event::Epoch));
        let event = match block_on(plan.run(task, on_epoch)) {
            Ok(result) => Event::Fold(Box::new(result)),
            Err(error) => Event::Failed(error),
        };
        if events.send(event).is_err() {
            return;
        }
    }
}
