//! A look at the beginning of an input, for JavaScript.

use std::io::{self, Read};

use wasm_bindgen::prelude::*;
use web_sys::Blob;

use super::blob::BlobReader;
use super::to_js;
use crate::predictor::{MAX_CHUNK_NUCLEOTIDES, PeekSums, Reader};

/// A look at the beginning of each source of an input.
#[wasm_bindgen(js_name = Peek)]
pub struct WebPeek {
    reader: Option<Reader<Box<dyn Read>>>,
    sums: PeekSums,
    max_records: usize,
}

#[wasm_bindgen(js_class = Peek)]
impl WebPeek {
    /// Looks at no more than `max_records` records of each source.
    #[wasm_bindgen(constructor)]
    pub fn new(max_records: usize) -> WebPeek {
        Self {
            reader: None,
            sums: PeekSums::default(),
            max_records,
        }
    }

    /// Looks at pasted FASTA.
    pub fn text(&mut self, name: &str, text: String) {
        let bytes = text.len() as u64;
        let source = Box::new(io::Cursor::new(text.into_bytes()));
        self.look_at(name, bytes, source);
    }

    /// Looks at a FASTA file, plain or gzipped.
    pub fn file(&mut self, name: &str, file: Blob) -> Result<(), JsError> {
        let bytes = file.size() as u64;
        self.look_at(name, bytes, Box::new(BlobReader::new(file)?));
        Ok(())
    }

    /// Adds a source that cannot be opened.
    pub fn problem(&mut self, name: &str, message: &str) {
        self.sums.add_problem(name, message);
    }

    /// What the input is like: `{records, whole, shortest, median, longest, nucleotides, problems,
    /// problem, looked, notes, classes, commonest, frames, mixture}`.
    pub fn finish(self) -> Result<JsValue, JsError> {
        to_js(&self.sums.finish())
    }

    /// Looks at a source. IDs stay unique over all of them, as in a run.
    fn look_at(&mut self, name: &str, bytes: u64, source: Box<dyn Read>) {
        let reader = match self.reader.take() {
            Some(mut reader) => {
                reader.next_source(source);
                reader
            }
            None => Reader::new(source),
        };
        let chunk = self
            .reader
            .insert(reader)
            .chunk(self.max_records, MAX_CHUNK_NUCLEOTIDES);
        self.sums.add(name, bytes, &chunk);
    }
}
