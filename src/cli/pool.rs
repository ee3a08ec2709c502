//! Threads that predict, fed by one that reads; what they find comes back as it is ready.

use std::io::Read;
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::sync::{Arc, Mutex};
use std::thread;

use pollster::block_on;

use crate::device::DeviceError;
use crate::predictor::{BATCH_SIZE, InputRecord, Predictions, Predictor, Reader, RecordProblem};

/// Chunks that may be read and not yet written: bounds memory, and is enough for no thread to
/// wait for the slowest batch of a chunk.
const CHUNKS_AHEAD: usize = 2;
/// Records of the first chunk: few, so that the first rows come early. Chunks are the same for
/// any number of threads, and so are the results to the last bit.
const FIRST_RECORDS: usize = 2 * BATCH_SIZE;
/// Records of the largest chunk: the more, the more alike are the lengths in a batch.
const MOST_RECORDS: usize = 2048;
/// Nucleotides of the largest chunk.
const MOST_NUCLEOTIDES: usize = 1 << 21;

/// What comes back, in any order but for a chunk's head, which precedes its results.
pub(super) enum PoolMessage {
    /// A chunk has been read.
    ChunkStart(ChunkStart),
    /// A batch has been predicted.
    Batch(Predictions),
    /// The device failed.
    Failed(DeviceError),
}

/// What is known of a chunk once it has been read.
pub(super) struct ChunkStart {
    /// Index after its last record.
    pub(super) end: usize,
    /// Records that could not be read.
    pub(super) problems: Vec<RecordProblem>,
    /// Bytes of the input read so far.
    pub(super) bytes_read: u64,
}

/// Threads at work on one input. They end with the input, or once this is dropped; one that waits
/// for input is left to end with the program.
pub(super) struct WorkerPool {
    messages: Receiver<PoolMessage>,
    written: Receiver<()>,
}

impl WorkerPool {
    /// One thread to read and one to predict with each of the predictors.
    pub(super) fn start(predictors: Vec<Predictor>, reader: Reader<Box<dyn Read + Send>>) -> Self {
        let (send, messages) = mpsc::channel();
        let (ahead, written) = mpsc::sync_channel(CHUNKS_AHEAD);
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
    pub(super) fn next(&self) -> Option<PoolMessage> {
        self.messages.recv().ok()
    }

    /// The oldest chunk has been written: another may be read.
    pub(super) fn chunk_written(&self) {
        // Its permit has been there since before its head was sent.
        let _ = self.written.try_recv();
    }
}

/// Reads chunks, each twice as large as the one before.
fn read(
    mut reader: Reader<Box<dyn Read + Send>>,
    ahead: &SyncSender<()>,
    messages: &Sender<PoolMessage>,
    jobs: &Sender<Vec<InputRecord>>,
) {
    let mut records = FIRST_RECORDS;
    // Whoever receives is gone where sending fails: nobody wants more.
    while ahead.send(()).is_ok() {
        let chunk = reader.chunk(records, MOST_NUCLEOTIDES);
        let start = ChunkStart {
            end: reader.records_read(),
            problems: chunk.problems,
            bytes_read: chunk.bytes_read,
        };
        if messages.send(PoolMessage::ChunkStart(start)).is_err() {
            return;
        }
        for batch in chunk.batches {
            if jobs.send(batch).is_err() {
                return;
            }
        }
        if chunk.is_last {
            return;
        }
        records = (2 * records).min(MOST_RECORDS);
    }
}

/// Predicts batch after batch.
fn work(
    predictor: &Predictor,
    queue: &Mutex<Receiver<Vec<InputRecord>>>,
    results: &Sender<PoolMessage>,
) {
    loop {
        // Held while waiting: the others wait for the same thing.
        let job = match queue.lock() {
            Ok(queue) => queue.recv(),
            Err(_) => return,
        };
        let Ok(batch) = job else { return };
        let message = match block_on(predictor.predict(&batch)) {
            Ok(predictions) => PoolMessage::Batch(predictions),
            Err(error) => PoolMessage::Failed(error),
        };
        if results.send(message).is_err() {
            return;
        }
    }
}
