//! A file of the browser as a source of bytes.

use std::io::{self, Read};

use js_sys::Uint8Array;
use wasm_bindgen::{JsError, JsValue};
use web_sys::{Blob, FileReaderSync};

/// Reads a file piece by piece, so that a file of any size fits in memory.
pub(super) struct BlobReader {
    blob: Blob,
    reader: FileReaderSync,
    position: f64,
}

/// Largest number of bytes that are read at a time.
const MAX_PIECE: f64 = 262_144.0;

impl BlobReader {
    pub(super) fn new(blob: Blob) -> Result<Self, JsError> {
        let reader = FileReaderSync::new()
            .map_err(|_| JsError::new("files can only be read piece by piece in a Web Worker"))?;
        Ok(Self {
            blob,
            reader,
            position: 0.0,
        })
    }

    fn read_piece(&self, size: f64) -> Result<Uint8Array, JsValue> {
        let slice = self
            .blob
            .slice_with_f64_and_f64(self.position, self.position + size)?;
        let buffer: JsValue = self.reader.read_as_array_buffer(&slice)?.into();
        Ok(Uint8Array::new(&buffer))
    }
}

impl Read for BlobReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self
            .read_piece(MAX_PIECE.min(buffer.len() as f64))
            .map_err(|error| {
                let message = String::from(js_sys::Error::from(error).message());
                io::Error::other(format!(
                    "the browser cannot read the file, which may have been moved, changed or \
                     deleted; open it again ({message})"
                ))
            })?;
        let length = bytes.length() as usize;
        bytes.copy_to(&mut buffer[..length]);
        self.position += length as f64;
        Ok(length)
    }
}
