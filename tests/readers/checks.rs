//! What must hold for every reader and any bytes, apart from that it returns.

use std::collections::HashSet;
use std::io::{self, Read};
use std::sync::OnceLock;

use pollster::block_on;
use rmlocnet::device::cpu;
use rmlocnet::device_choice::DevicePreference;
use rmlocnet::evaluation::{Grid, score_predictions};
use rmlocnet::gather::GatheredRun;
use rmlocnet::network::preset;
use rmlocnet::rna::{FastaReader, Record};
use rmlocnet::run_file::RunFile;
use rmlocnet::training::Checkpoint;
use rmlocnet::training_run::TrainingRun;
use rmlocnet::{Config, Dataset, Model, Predictor};
use serde_json::{Map, Value};

/// Records or messages of a FASTA text.
type ReadText = (Vec<Record>, Vec<String>);

/// A source that gives few bytes at a time.
struct Dripping<'a>(&'a [u8]);

impl Read for Dripping<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = buffer.len().min(7);
        self.0.read(&mut buffer[..length])
    }
}

fn read_fasta(source: impl Read, accepts_bare: bool) -> ReadText {
    let reader = match FastaReader::new(source) {
        Ok(reader) if accepts_bare => reader.accept_bare_sequence(),
        Ok(reader) => reader,
        Err(error) => return (Vec::new(), vec![error.to_string()]),
    };
    let (mut records, mut messages) = (Vec::new(), Vec::new());
    for record in reader {
        match record {
            Ok(record) => records.push(record),
            Err(error) => messages.push(error.to_string()),
        }
    }
    (records, messages)
}

/// IDs are unique, no record is empty, and the same bytes in small pieces give the same, whether or not
/// a bare sequence is accepted.
pub(crate) fn fasta(bytes: &[u8]) {
    for accepts_bare in [false, true] {
        fasta_with(bytes, accepts_bare);
    }
}

fn fasta_with(bytes: &[u8], accepts_bare: bool) {
    let (records, messages) = read_fasta(bytes, accepts_bare);
    assert_ids(&records);
    assert!(!records.is_empty() || !messages.is_empty());
    for record in &records {
        assert!(!record.sequence.is_empty());
        assert!(!record.id.contains(char::is_whitespace), "{:?}", record.id);
    }
    // Slower, and of use for texts whose pieces meet within a line end or a character.
    if bytes.len() < 2000 {
        assert_eq!(
            read_fasta(Dripping(bytes), accepts_bare),
            (records, messages)
        );
    }
}

fn assert_ids(records: &[Record]) {
    let ids: HashSet<&str> = records.iter().map(|record| record.id.as_str()).collect();
    assert_eq!(ids.len(), records.len());
    assert!(!ids.contains(""));
}

fn assert_set(set: &Dataset) {
    assert_ids(set.records());
    assert_eq!(set.labels().len(), set.records().len());
    assert!(set.compartments().len() > 1);
    let names: HashSet<&String> = set.compartments().iter().collect();
    assert_eq!(names.len(), set.compartments().len());
    assert_eq!(set.parts().len(), set.records().len());
}

/// A set that is read has one row of labels for each record, and compartments with unique names.
pub(crate) fn labelled_set(bytes: &[u8]) {
    match Dataset::read(bytes) {
        Ok(set) => assert_set(&set),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// The RNAs of the tables of labels and predictions.
const RNAS: &str = ">a [location=Nucleus]\nACGUAC\n>b [location=Cytosol]\nGGCCAA\n>c \
                    [location=Nucleus;Cytosol]\nUUUUGG\n";

/// A table of 0 and 1 that is read belongs to the three RNAs.
pub(crate) fn labels(bytes: &[u8]) {
    match Dataset::read_with_labels(RNAS.as_bytes(), bytes) {
        Ok(set) => {
            assert_set(&set);
            assert_eq!(set.records().len(), 3);
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// Measures of a table that is read are in their ranges.
pub(crate) fn predictions(bytes: &[u8]) {
    static TRUTH: OnceLock<Dataset> = OnceLock::new();
    let truth = TRUTH.get_or_init(|| Dataset::read(RNAS.as_bytes()).unwrap());
    if let Ok(report) = score_predictions(bytes, truth, None) {
        let precision = report.measures.average_precision;
        assert!((0.0..=1.0).contains(&precision), "{precision}");
    }
}

/// A model that is read is written and read unchanged, and predicts numbers from 0 to 1.
pub(crate) fn model(bytes: &[u8]) {
    let Ok(model) = Model::from_bytes(bytes) else {
        return;
    };
    let written = model.to_bytes().unwrap();
    assert_eq!(
        Model::from_bytes(&written).unwrap().to_bytes().unwrap(),
        written
    );
    let predictor = Predictor::new(bytes, &cpu()).unwrap();
    let reader = predictor.reader(&b">a\nACGUACGUUGCA\n"[..]);
    let results = block_on(predictor.predict_all(reader)).unwrap();
    for probability in results.predictions.iter().flat_map(|p| &p.probabilities) {
        // Weights of any size may give what is not a number, but no other number.
        assert!(
            probability.is_nan() || (0.0..=1.0).contains(probability),
            "{probability}"
        );
    }
}

fn small_config() -> Config {
    let mut config = preset("human-mirna-paper").unwrap().config;
    config.k = 1;
    config.stride = 1;
    config.embedding_dim = 2;
    config.hidden_units = 2;
    config.lstm_layers = 1;
    config.attention_dim = 2;
    config.batch_size = 8;
    config.epochs = 2;
    config
}

/// A checkpoint of a small training.
pub(crate) fn new_checkpoint() -> Vec<u8> {
    let rna = |number: usize| {
        let (label, letter) = [("Nucleus", "G"), ("Cytosol", "U")][number % 2];
        format!(
            ">r{number} [location={label}]\nAC{}\n",
            letter.repeat(number + 3)
        )
    };
    let fasta: String = (0..24).map(rna).collect();
    let set = Dataset::read(fasta.as_bytes()).unwrap();
    let started = TrainingRun::start(set, small_config(), 1, DevicePreference::Cpu, None);
    let mut run = block_on(started).unwrap().run;
    while run.checkpoint().epoch() == 0 {
        block_on(run.step(1)).unwrap();
    }
    run.checkpoint().to_bytes().unwrap()
}

/// A checkpoint that is read is written and read unchanged.
pub(crate) fn checkpoint(bytes: &[u8]) {
    if let Ok(checkpoint) = Checkpoint::from_bytes(bytes) {
        let written = checkpoint.to_bytes().unwrap();
        let again = Checkpoint::from_bytes(&written).unwrap();
        assert_eq!(again.to_bytes().unwrap(), written);
    }
}

/// A run file that is read is written and read unchanged.
pub(crate) fn run_file(bytes: &[u8]) {
    if let Ok(run) = RunFile::from_json(bytes) {
        let written = run.to_json().unwrap();
        assert_eq!(RunFile::from_json(written.as_bytes()).unwrap(), run);
    }
}

/// The output of the only shard of a run is gathered to an output of a whole run, which is not a shard.
pub(crate) fn shard(bytes: &[u8]) {
    let names = ["shard".to_owned()];
    let Ok(run) = GatheredRun::check(&names, |_| Ok(bytes)) else {
        return;
    };
    let mut text = Vec::new();
    run.write(&names, |_| Ok(bytes), &mut text).unwrap();
    assert!(GatheredRun::check(&names, |_| Ok(&text[..])).is_err());
}

/// Settings that are accepted are within their ranges, and a grid of them has points.
pub(crate) fn settings(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let Ok(settings) = toml::from_str::<Map<String, Value>>(text) else {
        return;
    };
    if let Ok(config) = Config::from_preset("human-mirna-paper", settings.clone(), None) {
        assert!((1..=5).contains(&config.k) && config.epochs > 0);
    }
    if let Ok(grid) = Grid::new(settings) {
        assert!(grid.points(Some(3), 1).len() <= 3);
    }
}
