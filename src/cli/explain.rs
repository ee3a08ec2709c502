//! `rmlocnet explain`: shows where a model looked in an RNA, and whether that matters.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use indicatif::ProgressBar;
use pollster::block_on;

use super::error::CliError;
use super::output_option::ExplainOutput;
use super::{files, progress};
use crate::device;
use crate::explanation::deletion::{SHARES, verdict};
use crate::explanation::gradients::POINTS;
use crate::explanation::motifs::{find, known};
use crate::explanation::{AttentionSummary, KmerAttention, Motif, MotifError};
use crate::output::{
    AttentionFormat, AttentionWriter, ExplanationTable, deletion_tsv, gradients_tsv,
    kmer_attention_tsv, motifs_tsv, mutations_tsv,
};
use crate::predictor::{ExplainedPrediction, InputRecord, Prediction, Predictor, RecordProblem};

/// Limit on the records read at a time.
const RECORDS: usize = 256;
/// Limit on the nucleotides read at a time.
const NUCLEOTIDES: usize = 1 << 20;
/// Positions changed at a time: with three other letters for each, about one batch.
const POSITIONS: usize = 10;

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// The model file
    #[arg(long, short)]
    model: PathBuf,
    /// FASTA or FASTA.gz; `-` reads standard input
    input: PathBuf,
    /// Explain only the record with this ID [default: all records]
    #[arg(long)]
    record: Option<String>,
    /// What to write
    #[arg(long, value_enum, default_value_t = ExplainOutput::Attention(AttentionFormat::Gff3))]
    what: ExplainOutput,
    /// Positions to change, counted from 1, such as 101-200 (mutagenesis) [default: all]
    #[arg(long)]
    positions: Option<String>,
    /// The compartment (deletion, gradients, motifs) [default: the most probable]
    #[arg(long)]
    compartment: Option<String>,
    /// Length of the k-mers, 1 to 8 (patterns)
    #[arg(long, default_value_t = 4)]
    k: usize,
    /// A motif to search for in addition to those of the literature, in IUPAC letters (motifs); may
    /// be given several times
    #[arg(long = "motif", value_name = "LETTERS")]
    motifs: Vec<String>,
    /// The file to write [default: standard output]
    #[arg(long, short)]
    output: Option<PathBuf>,
}

impl Explain {
    /// Exit status 1 if a record could not be read; all others are still written.
    pub(super) fn run(self) -> Result<ExitCode, CliError> {
        match self.explain() {
            // If the reader has closed the pipe, that is not an error.
            Err(CliError::Write { error, .. }) if error.kind() == io::ErrorKind::BrokenPipe => {
                Ok(ExitCode::SUCCESS)
            }
            result => result,
        }
    }

    fn explain(&self) -> Result<ExitCode, CliError> {
        let bytes = files::read(&self.model)?;
        let predictor =
            Predictor::new(&bytes, &device::cpu()).map_err(|error| CliError::Model {
                path: self.model.clone(),
                error,
            })?;
        let motifs = self.motifs()?;
        let (source, size) = self.source()?;
        let bar = progress::bytes(size);
        let mut sink = self.sink().map_err(|error| self.write_failure(error))?;
        let mut asking = Explainer::new(self, &predictor, bar, motifs);
        asking.begin(&mut sink)?;
        let mut good = true;
        let mut reader = predictor.reader(source);
        loop {
            let chunk = reader.chunk(RECORDS, NUCLEOTIDES);
            asking.bar.set_position(chunk.bytes_read);
            good &= asking.tell(&chunk.problems);
            let is_last = chunk.is_last;
            let mut items = chunk.into_records();
            items.retain(|item| self.record.as_ref().is_none_or(|id| *id == item.id));
            for batch in items.chunks(crate::predictor::BATCH_SIZE) {
                good &= asking.batch(batch, &mut sink)?;
            }
            if is_last {
                break;
            }
        }
        asking.end(&mut sink)?;
        sink.flush().map_err(|error| self.write_failure(error))?;
        if asking.asked == 0 {
            return Err(self.nothing());
        }
        Ok(if good {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }

    fn nothing(&self) -> CliError {
        let message = match &self.record {
            Some(id) => format!("no record '{id}' can be explained"),
            None => "no record can be explained".to_owned(),
        };
        self.settings(message)
    }

    fn settings(&self, message: String) -> CliError {
        CliError::Settings {
            path: self.input.clone(),
            message,
        }
    }

    fn write_failure(&self, error: io::Error) -> CliError {
        CliError::Write {
            path: self.output.clone().unwrap_or_else(|| "-".into()),
            error,
        }
    }

    fn source(&self) -> Result<(Box<dyn Read>, Option<u64>), CliError> {
        if self.input == Path::new("-") {
            return Ok((Box::new(io::stdin()), None));
        }
        let file = files::open(&self.input)?;
        let size = file.metadata().ok().map(|metadata| metadata.len());
        Ok((Box::new(file), size))
    }

    fn sink(&self) -> io::Result<Box<dyn Write>> {
        Ok(match &self.output {
            Some(path) => Box::new(BufWriter::new(File::create(path)?)),
            None => Box::new(BufWriter::new(io::stdout().lock())),
        })
    }

    /// The positions from 0; the end is excluded.
    fn range(&self) -> Result<Range<usize>, CliError> {
        let Some(text) = &self.positions else {
            return Ok(0..usize::MAX);
        };
        let ends = text.split_once('-');
        let ends: Option<(usize, usize)> =
            ends.and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
        match ends {
            Some((first, last)) if 1 <= first && first <= last => Ok(first - 1..last),
            _ => Err(self.settings(format!(
                "--positions is '{text}'; give the first and the last, such as 101-200"
            ))),
        }
    }

    /// The motifs of the literature, then the user's own.
    fn motifs(&self) -> Result<Vec<Motif>, CliError> {
        let own: Result<Vec<Motif>, MotifError> =
            self.motifs.iter().map(|text| Motif::parse(text)).collect();
        let own = own.map_err(|error| self.settings(error.to_string()))?;
        Ok([known(), own].concat())
    }

    /// The compartment that was named, or the most probable one.
    fn compartment(&self, predictor: &Predictor, probabilities: &[f32]) -> Result<usize, CliError> {
        let names = &predictor.model().compartments;
        match &self.compartment {
            None => {
                let likeliest = (0..probabilities.len())
                    .max_by(|a, b| probabilities[*a].total_cmp(&probabilities[*b]));
                Ok(likeliest.unwrap_or(0))
            }
            Some(name) => names.iter().position(|n| n == name).ok_or_else(|| {
                self.settings(format!(
                    "the model has no compartment '{name}'; it has {}",
                    names.join(", ")
                ))
            }),
        }
    }
}

/// The writer of attention, or the table, that writes the output.
enum OpenOutput {
    Attention(Box<dyn AttentionWriter>),
    Table(ExplanationTable),
}

/// The state that is kept from record to record.
struct Explainer<'a> {
    options: &'a Explain,
    predictor: &'a Predictor,
    bar: ProgressBar,
    output: OpenOutput,
    survey: AttentionSummary,
    motifs: Vec<Motif>,
    asked: usize,
}

impl<'a> Explainer<'a> {
    fn new(
        options: &'a Explain,
        predictor: &'a Predictor,
        bar: ProgressBar,
        motifs: Vec<Motif>,
    ) -> Self {
        let output = match options.what {
            ExplainOutput::Attention(format) => OpenOutput::Attention(format.writer()),
            ExplainOutput::Table(table) => OpenOutput::Table(table),
        };
        Self {
            options,
            predictor,
            bar,
            output,
            survey: AttentionSummary::new(predictor.model().compartments.len(), options.k),
            motifs,
            asked: 0,
        }
    }

    fn begin(&mut self, to: &mut dyn Write) -> Result<(), CliError> {
        let written = match &mut self.output {
            OpenOutput::Attention(writer) => writer.begin(self.predictor, to),
            OpenOutput::Table(table) => to.write_all(table.header(self.predictor).as_bytes()),
        };
        written.map_err(|error| self.options.write_failure(error))
    }

    /// Reports the records that could not be read; returns whether there were none.
    fn tell(&self, problems: &[RecordProblem]) -> bool {
        for problem in problems {
            self.bar
                .suspend(|| eprintln!("rmlocnet: {}", problem.message));
        }
        problems.is_empty()
    }

    /// Whether all records could be explained.
    fn batch(&mut self, items: &[InputRecord], to: &mut dyn Write) -> Result<bool, CliError> {
        let batch = block_on(self.predictor.predict_with_attention(items))?;
        self.asked += batch.rnas.len();
        for rna in &batch.rnas {
            match &mut self.output {
                OpenOutput::Attention(writer) => writer
                    .rna(self.predictor, rna, to)
                    .map_err(|error| self.options.write_failure(error))?,
                OpenOutput::Table(table) => {
                    let table = *table;
                    self.rows(table, rna, to)?;
                }
            }
        }
        Ok(self.tell(&batch.problems))
    }

    /// Writes the rows of one RNA to a table.
    fn rows(
        &mut self,
        table: ExplanationTable,
        rna: &ExplainedPrediction,
        to: &mut dyn Write,
    ) -> Result<(), CliError> {
        let prediction = &rna.prediction;
        match table {
            ExplanationTable::Mutagenesis => {
                self.mutagenesis(&prediction.id, &prediction.sequence, to)
            }
            ExplanationTable::IntegratedGradients => self.gradients(prediction, to),
            ExplanationTable::Deletion => self.deletion(prediction, to),
            ExplanationTable::Motifs => self.motifs(rna, to),
            ExplanationTable::KmerAttention => {
                let sequence = prediction.sequence.as_bytes();
                self.survey
                    .add(sequence, &rna.explanation, &prediction.called);
                Ok(())
            }
            // This table compares two RNAs, so `--what` does not offer it.
            ExplanationTable::Comparison => Ok(()),
        }
    }

    fn mutagenesis(&self, id: &str, sequence: &str, to: &mut dyn Write) -> Result<(), CliError> {
        let range = self.options.range()?;
        let end = range.end.min(sequence.len());
        for start in (range.start..end).step_by(POSITIONS) {
            let positions = start..(start + POSITIONS).min(end);
            let asked = block_on(self.predictor.mutagenesis(sequence, positions));
            let found = asked.map_err(|error| self.options.settings(error.to_string()))?;
            to.write_all(mutations_tsv(id, sequence.as_bytes(), &found).as_bytes())
                .map_err(|error| self.options.write_failure(error))?;
        }
        Ok(())
    }

    fn gradients(&self, of: &Prediction, to: &mut dyn Write) -> Result<(), CliError> {
        let Prediction { id, sequence, .. } = of;
        let (compartment, name) = self.compartment(of)?;
        let asked = self.predictor.gradients(sequence, compartment, 0..POINTS);
        let found = block_on(asked).map_err(|error| self.options.settings(error.to_string()))?;
        self.say(id, &found.words(name));
        let table = gradients_tsv(id, name, sequence.as_bytes(), &found.nucleotides);
        to.write_all(table.as_bytes())
            .map_err(|error| self.options.write_failure(error))
    }

    /// The compartment that was named, or the most probable one, with its name.
    fn compartment(&self, of: &Prediction) -> Result<(usize, &str), CliError> {
        let compartment = self.options.compartment(self.predictor, &of.probabilities);
        let compartment = compartment?;
        let names = &self.predictor.model().compartments;
        let name = names.get(compartment).map_or("", String::as_str);
        Ok((compartment, name))
    }

    /// Prints a sentence about an RNA.
    fn say(&self, id: &str, words: &str) {
        self.bar.suspend(|| eprintln!("rmlocnet: {id}: {words}"));
    }

    fn deletion(&self, of: &Prediction, to: &mut dyn Write) -> Result<(), CliError> {
        let Prediction { id, sequence, .. } = of;
        let (compartment, name) = self.compartment(of)?;
        let mut points = Vec::new();
        for step in 0..SHARES.len() {
            let asked = block_on(self.predictor.deletion_point(sequence, compartment, step));
            points.push(asked.map_err(|error| self.options.settings(error.to_string()))?);
        }
        self.say(id, &verdict(name, &points).words);
        to.write_all(deletion_tsv(id, name, &points).as_bytes())
            .map_err(|error| self.options.write_failure(error))
    }

    fn motifs(&self, rna: &ExplainedPrediction, to: &mut dyn Write) -> Result<(), CliError> {
        let of = &rna.prediction;
        let (compartment, name) = self.compartment(of)?;
        let sequence = of.sequence.as_bytes();
        let found = find(&self.motifs, sequence, &rna.explanation, compartment);
        to.write_all(motifs_tsv(&of.id, name, &found).as_bytes())
            .map_err(|error| self.options.write_failure(error))
    }

    fn end(&mut self, to: &mut dyn Write) -> Result<(), CliError> {
        self.bar.finish_and_clear();
        let written = match &mut self.output {
            OpenOutput::Attention(writer) => writer.end(self.predictor, to),
            OpenOutput::Table(ExplanationTable::KmerAttention) => self.patterns(to),
            OpenOutput::Table(_) => Ok(()),
        };
        written.map_err(|error| self.options.write_failure(error))
    }

    fn patterns(&self, to: &mut dyn Write) -> io::Result<()> {
        let names = &self.predictor.model().compartments;
        for (name, of) in names.iter().zip(self.survey.compartments()) {
            let patterns: &KmerAttention = of.patterns();
            to.write_all(kmer_attention_tsv(name, &patterns.ranked(1)).as_bytes())?;
        }
        Ok(())
    }
}
