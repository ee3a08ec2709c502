//! What is valid in a file with one damaged record is given out.

use std::collections::HashMap;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rmlocnet::Dataset;
use rmlocnet::rna::FastaReader;

use crate::mutate::gzip;

/// Files for each kind of damage.
const FILES: u64 = 40;

/// The sequences of the records of a FASTA file, by ID, and the messages.
fn read(bytes: &[u8]) -> (HashMap<String, String>, Vec<String>) {
    let (mut records, mut messages) = (HashMap::new(), Vec::new());
    for record in FastaReader::new(bytes).unwrap() {
        match record {
            Ok(record) => drop(records.insert(record.id, record.sequence.as_str().to_owned())),
            Err(error) => messages.push(error.to_string()),
        }
    }
    (records, messages)
}

/// One valid record, with its sequence on several lines.
fn record(rng: &mut ChaCha8Rng, number: usize) -> (String, String, Vec<u8>) {
    let length = rng.random_range(1..200);
    let letters = (0..length).map(|_| ['A', 'C', 'G', 'U'][rng.random_range(0..4)]);
    let sequence: String = letters.collect();
    let id = format!("r{number}");
    let mut text = format!(">{id} some words\n").into_bytes();
    for line in sequence.as_bytes().chunks(rng.random_range(1..90)) {
        text.extend_from_slice(line);
        text.push(b'\n');
    }
    (id, sequence, text)
}

/// Puts `damage` between valid records, and checks that these are all read. `is_told` says whether
/// a message must name the damage.
fn assert_others_are_read(damage: &[u8], is_told: bool) {
    for seed in 0..FILES {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let records: Vec<_> = (0..20).map(|number| record(&mut rng, number)).collect();
        let place = rng.random_range(0..=records.len());
        let mut text = Vec::new();
        for (number, (_, _, record)) in records.iter().enumerate() {
            if number == place {
                text.extend_from_slice(damage);
            }
            text.extend_from_slice(record);
        }
        if place == records.len() {
            text.extend_from_slice(damage);
        }
        for bytes in [text.clone(), gzip(&text)] {
            let (found, messages) = read(&bytes);
            let shown = damage.escape_ascii();
            assert_eq!(!messages.is_empty(), is_told, "{shown}: {messages:?}");
            for (id, sequence, _) in &records {
                assert_eq!(
                    found.get(id),
                    Some(sequence),
                    "{id} beside {shown}, seed {seed}"
                );
            }
        }
    }
}

#[test]
fn records_beside_a_damaged_one_are_read() {
    for damage in [
        &b">bad\nAC!U\n"[..],
        b">bad\nMKVLAAGIVGLLLAQPSFEW\n",
        b">bad\n",
        b">bad\n\n\n",
        b">bad\nACGU\nno sequence at all\n",
        b">bad\n\0\0\0\n",
        b">bad\nAC\xFF\xFEGU\n",
        b">bad\nACGU>worse\nACGU\n",
    ] {
        assert_others_are_read(damage, true);
    }
}

#[test]
fn records_beside_what_is_left_out_are_read() {
    for oddity in [
        &b">odd \0\x1B[31m\x07\nACGU\n"[..],
        b">odd\xFF\nACGU\n",
        b">odd\nACGU\n((..)) (-1.20)\n",
        b">odd\n; a comment\nACGU\n# another\n",
        b"\xEF\xBB\xBF>odd\nACGU\n",
        b"\t\xC2\xA0>odd\nACGU\n",
        b">odd\r\nACGU\r\n\r\n",
    ] {
        assert_others_are_read(oddity, false);
    }
}

#[test]
fn records_before_the_end_of_a_truncated_file_are_read() {
    for seed in 0..FILES {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let records: Vec<_> = (0..50).map(|number| record(&mut rng, number)).collect();
        let text: Vec<u8> = records
            .iter()
            .flat_map(|(_, _, text)| text.clone())
            .collect();
        let packed = gzip(&text);
        let kept = rng.random_range(100..packed.len());
        let (found, messages) = read(&packed[..kept]);
        assert!(messages.iter().any(|message| message.contains("cut short")));
        // The records that are read are the first ones, as they are in the whole file.
        for (id, sequence, _) in &records[..found.len()] {
            assert_eq!(found.get(id), Some(sequence));
        }
    }
}

#[test]
fn a_damaged_row_of_a_labelled_set_is_named() {
    for seed in 0..FILES {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let place = rng.random_range(1..20);
        for damage in [
            "bad\tNucleus\n",
            "bad\tNucleus\tAC!U\n",
            "bad\t\tACGU\n",
            "\tNucleus\tACGU\n",
        ] {
            let mut table = String::new();
            for number in 1..=20 {
                if number == place {
                    table.push_str(damage);
                } else {
                    let label = ["Nucleus", "Cytosol"][number % 2];
                    table.push_str(&format!("r{number}\t{label}\tACGU{}\n", "A".repeat(number)));
                }
            }
            let message = Dataset::read(table.as_bytes()).unwrap_err().to_string();
            assert!(message.contains(&format!("line {place}")), "{message}");
        }
    }
}
