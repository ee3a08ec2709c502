//! A pool of threads that predict, and one thread that reads for them. Results come back as soon as
//! they are ready.

use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::sync::{Arc, Mutex};
use std::thread;

use pollster::block_on;

use super::files::InputReader;
use crate::device::DeviceError;
use crate::predictor::{BATCH_SIZE, Predictions, Predictor, RecordBatch, RecordProblem};
use crate::shard::InputSummary;

/// Number of chunks that may be read and not yet written. It bounds the memory, and it is large
/// enough that no thread waits for the slowest batch of a chunk.
const MAX_CHUNKS: usize = 2;
/// Records of the first chunk. There are few, so that the first rows come early. The chunks do not
/// depend on the number of threads, so the results are the same to the last bit.
const FIRST_CHUNK_RECORDS: usize = 2 * BATCH_SIZE;
/// Records of the largest chunk. In a larger chunk, the RNAs of a batch have more similar lengths.
const LARGEST_CHUNK: usize = 2048;

/// A message from the pool. The start of a chunk precedes its batches; otherwise messages come in
/// any order.
pub(super) enum PoolMessage {
    /// A chunk has been read.
    ChunkStart(ChunkStart),
    /// A batch has been predicted.
    Batch(Predictions),
    /// The device failed.
    Failed(DeviceError),
}

/// What is known about a chunk after it has been read.
pub(super) struct ChunkStart {
    /// Index after its last record.
    pub(super) end: usize,
    /// Records that could not be read.
    pub(super) problems: Vec<RecordProblem>,
    /// Bytes of the input that have been read so far.
    pub(super) bytes_read: u64,
    /// The records of all shards that have been read so far; `None` without a shard.
    pub(super) inputs: Option<InputSummary>,
}

/// The threads that work on one input. They end with the input, or after this has been dropped; a
/// thread that waits for input ends with the program.
pub(super) struct WorkerPool {
    messages: Receiver<PoolMessage>,
    /// Holds one permit for each chunk that is read and not yet written.
    permits: Receiver<()>,
}

impl WorkerPool {
    /// Starts one thread that reads, and one thread for each predictor.
    pub(super) fn start(predictors: Vec<Predictor>, reader: InputReader) -> Self {
        let (message_sender, messages) = mpsc::channel();
        let (permit_sender, permits) = mpsc::sync_channel(MAX_CHUNKS);
        let (batch_sender, batches) = mpsc::channel();
        let batches = Arc::new(Mutex::new(batches));
        for predictor in predictors {
            let (batches, messages) = (Arc::clone(&batches), message_sender.clone());
            thread::spawn(move || predict_batches(&predictor, &batches, &messages));
        }
        thread::spawn(move || read_chunks(reader, &permit_sender, &message_sender, &batch_sender));
        Self { messages, permits }
    }

    /// The next message; `None` after all threads have ended.
    pub(super) fn next(&self) -> Option<PoolMessage> {
        self.messages.recv().ok()
    }

    /// Tells the pool that the oldest chunk has been written, so that another one may be read.
    pub(super) fn chunk_written(&self) {
        // The permit of this chunk was sent before the chunk was read, so it is there.
        let _ = self.permits.try_recv();
    }
}

/// The thread that reads. Each chunk is twice as large as the one before.
fn read_chunks(
    mut reader: InputReader,
    permits: &SyncSender<()>,
    messages: &Sender<PoolMessage>,
    batches: &Sender<RecordBatch>,
) {
    let mut records = FIRST_CHUNK_RECORDS;
    // If sending fails, the receiver has been dropped and nothing more is needed.
    while permits.send(()).is_ok() {
        let chunk = reader.chunk(records);
        let start = ChunkStart {
            end: reader.records_read(),
            problems: chunk.problems,
            bytes_read: chunk.bytes_read,
            inputs: reader.summary(),
        };
        if messages.send(PoolMessage::ChunkStart(start)).is_err() {
            return;
        }
        for batch in chunk.batches {
            if batches.send(batch).is_err() {
                return;
            }
        }
        if chunk.is_last {
            return;
        }
        records = (2 * records).min(LARGEST_CHUNK);
    }
}

/// A thread that predicts one batch after another.
fn predict_batches(
    predictor: &Predictor,
    batches: &Mutex<Receiver<RecordBatch>>,
    messages: &Sender<PoolMessage>,
) {
    loop {
        // The lock is held while waiting; the other threads wait for the next batch, too.
        let batch = match batches.lock() {
            Ok(batches) => batches.recv(),
            Err(_) => return,
        };
        let Ok(batch) = batch else { return };
        let message = match block_on(predictor.predict(&batch)) {
            Ok(predictions) => PoolMessage::Batch(predictions),
            Err(error) => PoolMessage::Failed(error),
        };
        if messages.send(message).is_err() {
            return;
        }
    }
}
