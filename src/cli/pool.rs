//! Threads that predict, fed by one that reads; what they find comes back as it is ready.

use std::io::Read;
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::sync::{Arc, Mutex};
use std::thread;

use pollster::block_on;

use crate::device::DeviceError;
use crate::predictor::{BATCH, Item, Predictions, Predictor, Problem, Reader};

/// Windows that may be read and not yet written: bounds memory, and is enough for no thread to
/// wait for the slowest batch of a window.
const WINDOWS_AHEAD: usize = 2;
/// Records of the first window: few, so that the first rows come early. Windows are the same for
/// any number of threads, and so are the results to the last bit.
const FIRST_RECORDS: usize = 2 * BATCH;
/// Records of the largest window: the more, the more alike are the lengths in a batch.
const MOST_RECORDS: usize = 2048;
/// Nucleotides of the largest window.
const MOST_NUCLEOTIDES: usize = 1 << 21;

/// What comes back, in any order but for a window's head, which precedes its results.
pub(super) enum Message {
    /// A window has been read.
    Window(Head),
    /// A batch has been predicted.
    Batch(Predictions),
    /// The device failed.
    Failed(DeviceError),
}

/// What is known of a window once it has been read.
pub(super) struct Head {
    /// Index after its last record.
    pub(super) end: usize,
    /// Records that could not be read.
    pub(super) problems: Vec<Problem>,
    /// Bytes of the input read so far.
    pub(super) bytes_read: u64,
}

/// Threads at work on one input. They end with the input, or once this is dropped; one that waits
/// for input is left to end with the program.
pub(super) struct Pool {
    messages: Receiver<Message>,
    written: Receiver<()>,
}

impl Pool {
    /// One thread to read and one to predict with each of the predictors.
    pub(super) fn start(predictors: Vec<Predictor>, reader: Reader<Box<dyn Read + Send>>) -> Self {
        let (send, messages) = mpsc::channel();
        let (ahead, written) = mpsc::sync_channel(WINDOWS_AHEAD);
        let (jobs, queue) = mpsc::channel();
        let queue = Arc::new(Mutex::new(queue));
        for predictor in predictors {
            let (queue, results) = (Arc::clone(&queue), send.clone());
            thread::spawn(move || work(&predictor, &queue, &results));
        }
        thread::spawn(move || read(reader, &ahead, &send, &jobs));
        Self { messages, written }
    }

    /// The next message; none once all threads have ended.
    pub(super) fn next(&self) -> Option<Message> {
        self.messages.recv().ok()
    }

    /// The oldest window has been written: another may be read.
    pub(super) fn window_written(&self) {
        // Its permit has been there since before its head was sent.
        let _ = self.written.try_recv();
    }
}

/// Reads windows, each twice as large as the one before.
fn read(
    mut reader: Reader<Box<dyn Read + Send>>,
    ahead: &SyncSender<()>,
    heads: &Sender<Message>,
    jobs: &Sender<Vec<Item>>,
) {
    let mut records = FIRST_RECORDS;
    // Whoever receives is gone where sending fails: nobody wants more.
    while ahead.send(()).is_ok() {
        let window = reader.window(records, MOST_NUCLEOTIDES);
        let head = Head {
            end: reader.records(),
            problems: window.problems,
            bytes_read: window.bytes_read,
        };
        if heads.send(Message::Window(head)).is_err() {
            return;
        }
        for batch in window.batches {
            if jobs.send(batch).is_err() {
                return;
            }
        }
        if window.done {
            return;
        }
        records = (2 * records).min(MOST_RECORDS);
    }
}

/// Predicts batch after batch.
fn work(predictor: &Predictor, queue: &Mutex<Receiver<Vec<Item>>>, results: &Sender<Message>) {
    loop {
        // Held while waiting: the others wait for the same thing.
        let job = match queue.lock() {
            Ok(queue) => queue.recv(),
            Err(_) => return,
        };
        let Ok(batch) = job else { return };
        let message = match block_on(predictor.predict(&batch)) {
            Ok(predictions) => Message::Batch(predictions),
            Err(error) => Message::Failed(error),
        };
        if results.send(message).is_err() {
            return;
        }
    }
}
