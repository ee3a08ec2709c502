//! Damages inputs at random, in the ways in which files are damaged and in those that break parsers.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// Pieces that mean something to one of the readers.
const PIECES: [&[u8]; 40] = [
    b"\n",
    b"\r",
    b"\r\n",
    b"\0",
    b">",
    b"\n>",
    b">>",
    b";",
    b"#",
    b"\t",
    b",",
    b"\"",
    b"'",
    b" ",
    b"(((...)))",
    b"[location=",
    b"]",
    b"[split=train]",
    b"0",
    b"1",
    b"-1",
    b"1e999",
    b"nan",
    b"null",
    b"18446744073709551615",
    b"4294967296",
    b"9007199254740993",
    b"{",
    b"}",
    b"[[[[[[[[",
    b"\xEF\xBB\xBF",
    b"\xFF\xFE",
    b"\xFE\xFF",
    b"\xFF",
    b"\xC2\xA0",
    b"\x1F\x8B\x08",
    b"ACGU",
    b"NNNN",
    b"*",
    b"id\t",
];
/// The largest input, in bytes.
const MAX_LENGTH: usize = 1 << 16;

/// Makes changed inputs from some seeds.
pub(crate) struct Mutator {
    seeds: Vec<Vec<u8>>,
    rng: ChaCha8Rng,
}

impl Mutator {
    pub(crate) fn new(seeds: Vec<Vec<u8>>, rng: ChaCha8Rng) -> Self {
        Self { seeds, rng }
    }

    /// A seed after one to eight changes.
    pub(crate) fn next_input(&mut self) -> Vec<u8> {
        let seed = self.rng.random_range(0..self.seeds.len());
        let mut input = self.seeds[seed].clone();
        for _ in 0..self.rng.random_range(1..=8) {
            self.change(&mut input);
        }
        input.truncate(MAX_LENGTH);
        input
    }

    fn change(&mut self, input: &mut Vec<u8>) {
        let (from, to) = self.span(input.len());
        match self.rng.random_range(0..9) {
            0 if from < input.len() => input[from] ^= 1 << self.rng.random_range(0..8),
            1 if from < input.len() => input[from] = self.rng.random(),
            2 => input.truncate(from),
            3 => drop(input.drain(from..to)),
            4 => {
                let copy = input[from..to].to_vec();
                let place = self.rng.random_range(0..=input.len());
                input.splice(place..place, copy);
            }
            5 | 6 => {
                let piece = PIECES[self.rng.random_range(0..PIECES.len())];
                input.splice(from..from, piece.iter().copied());
            }
            7 => {
                let piece = PIECES[self.rng.random_range(0..PIECES.len())];
                input.splice(from..to.min(from + piece.len()), piece.iter().copied());
            }
            _ => {
                let other = self.rng.random_range(0..self.seeds.len());
                let (start, end) = self.span(self.seeds[other].len());
                let part = self.seeds[other][start..end].to_vec();
                input.splice(from..from, part);
            }
        }
    }

    /// A span of up to 64 bytes in a text of this length.
    fn span(&mut self, length: usize) -> (usize, usize) {
        let from = self.rng.random_range(0..=length);
        let to = (from + self.rng.random_range(0..=64)).min(length);
        (from, to)
    }
}

/// Bytes as one member of a gzip file.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
