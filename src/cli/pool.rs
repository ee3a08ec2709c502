//! Threads that predict. One more thread reads the input; results are returned when they are ready.

use std::io::Read;
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::sync::{Arc, Mutex};
use std::thread;

use pollster::block_on;

use crate::device::DeviceError;
use crate::predictor::{BATCH_SIZE, InputRecord, Predictions, Predictor, Reader, RecordProblem};

/// Limit on the chunks that are read but not written. It limits memory, and is large enough for no
/// thread to wait for the slowest batch of a chunk.
const CHUNKS_AHEAD: usize = 2;
/// Records of the first chunk: few, so that the first rows are written soon. Chunks, and therefore
/// results, are the same to the last bit for any number of threads.
const FIRST_RECORDS: usize = 2 * BATCH_SIZE;
/// Records of the largest chunk. In large chunks, the lengths within a batch are more similar.
const MOST_RECORDS: usize = 2048;
/// Nucleotides of the largest chunk.
const MOST_NUCLEOTIDES: usize = 1 << 21;

/// A message to the writer, in any order, except that a chunk's start comes before its results.
pub(super) enum PoolMessage {
    /// A chunk has been read.
    ChunkStart(ChunkStart),
    /// A batch has been predicted.
    Batch(Predictions),
    /// The device failed.
    Failed(DeviceError),
}

/// What is known about a chunk when it has been read.
pub(super) struct ChunkStart {
    /// The index after its last record.
    pub(super) end: usize,
    /// The records that could not be read.
    pub(super) problems: Vec<RecordProblem>,
    /// The number of bytes of the input read so far.
    pub(super) bytes_read: u64,
}

/// Threads that work on one input. They end with the input, or when this value is dropped. A thread
/// that waits for input ends with the program.
pub(super) struct WorkerPool {
    messages: Receiver<PoolMessage>,
    written: Receiver<()>,
}

impl WorkerPool {
    /// Starts one thread to read, and one for each of the predictors.
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

    /// The next message; `None` when all threads have ended.
    pub(super) fn next(&self) -> Option<PoolMessage> {
        self.messages.recv().ok()
    }

    /// Reports that the oldest chunk has been written, so another one may be read.
    pub(super) fn chunk_written(&self) {
        // Its permit was sent before its start.
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
    // If sending fails, the receiver is gone and needs no more.
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

/// Predicts one batch after another.
fn work(
    predictor: &Predictor,
    queue: &Mutex<Receiver<Vec<InputRecord>>>,
    results: &Sender<PoolMessage>,
) {
    loop {
        // Held while waiting, because the other threads wait for the same queue.
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
