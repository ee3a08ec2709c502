//! Divides jobs, and the work of one job, among threads. The results are the same for any number of
//! threads.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Sender};
use std::thread;

use indicatif::ProgressBar;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::error::CliError;

/// What a worker thread reports.
enum WorkerEvent<R> {
    /// An epoch has ended.
    Epoch,
    /// A job is done.
    Done(R),
    /// A job has failed.
    Failed(CliError),
}

/// The threads that divide one job.
pub(super) struct JobThreads {
    /// `None` for one thread, which is the caller's own.
    pool: Option<ThreadPool>,
}

impl JobThreads {
    /// Starts the threads.
    pub(super) fn start(count: usize) -> Result<Self, CliError> {
        let start = || {
            let pool = ThreadPoolBuilder::new().num_threads(count).build();
            pool.map_err(|error| CliError::Threads { count, error })
        };
        let pool = (count > 1).then(start).transpose()?;
        Ok(Self { pool })
    }

    /// Does a job on these threads.
    pub(super) fn run<R: Send>(&self, job: impl FnOnce() -> R + Send) -> R {
        match &self.pool {
            Some(pool) => pool.install(job),
            None => job(),
        }
    }
}

/// Runs all jobs, each on one thread. If there are fewer jobs than threads, several threads divide
/// a job.
///
/// `work` gets a job and a function to call after every epoch. `keep` gets the result of each job
/// as soon as it is done, in any order. After the first failure no new job is started, and the
/// failure is returned once the running jobs are done.
pub(super) fn run<T: Sync, R: Send>(
    jobs: &[T],
    threads: usize,
    bar: &ProgressBar,
    work: impl Fn(&T, &mut dyn FnMut()) -> Result<R, CliError> + Sync,
    mut keep: impl FnMut(R) -> Result<(), CliError>,
) -> Result<(), CliError> {
    let queue = Mutex::new(jobs.iter());
    let is_stopped = AtomicBool::new(false);
    let workers = threads.min(jobs.len());
    let share = |n: usize| threads * (n + 1) / workers - threads * n / workers;
    let workers = (0..workers).map(|n| JobThreads::start(share(n)));
    let workers = workers.collect::<Result<Vec<JobThreads>, CliError>>()?;
    let mut failure = None;
    thread::scope(|scope| {
        let (sender, events) = mpsc::channel();
        for threads in workers {
            let (sender, queue, is_stopped, work) = (sender.clone(), &queue, &is_stopped, &work);
            scope.spawn(move || work_on_queue(queue, is_stopped, &threads, work, &sender));
        }
        drop(sender);
        for event in events {
            let result = match event {
                WorkerEvent::Epoch => {
                    bar.inc(1);
                    Ok(())
                }
                WorkerEvent::Done(result) => keep(result),
                WorkerEvent::Failed(error) => Err(error),
            };
            if let Err(error) = result {
                is_stopped.store(true, Ordering::Relaxed);
                failure.get_or_insert(error);
            }
        }
    });
    bar.finish_and_clear();
    failure.map_or(Ok(()), Err)
}

/// One worker: does jobs from the queue until it is empty or the run is stopped.
fn work_on_queue<'a, T: Sync + 'a, R: Send>(
    queue: &Mutex<impl Iterator<Item = &'a T>>,
    is_stopped: &AtomicBool,
    threads: &JobThreads,
    work: &(impl Fn(&T, &mut dyn FnMut()) -> Result<R, CliError> + Sync),
    events: &Sender<WorkerEvent<R>>,
) {
    while !is_stopped.load(Ordering::Relaxed) {
        let next = match queue.lock() {
            Ok(mut queue) => queue.next(),
            Err(_) => return,
        };
        let Some(job) = next else { return };
        // Sending fails only if the run has ended, and then nobody needs the event.
        let mut on_epoch = || drop(events.send(WorkerEvent::Epoch));
        let event = match threads.run(|| work(job, &mut on_epoch)) {
            Ok(result) => WorkerEvent::Done(result),
            Err(error) => WorkerEvent::Failed(error),
        };
        if events.send(event).is_err() {
            return;
        }
    }
}
