//! `rmlocnet explain`: what a model attends to in an RNA, and whether that matters.

use std::io::{self, Write};
use std::ops::Range;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use indicatif::ProgressBar;
use pollster::block_on;

use super::error::{CliError, input_names};
use super::files::{Inputs, PredictionFiles, rna_files};
use super::option_values::{ExplainOutput, parse_positions};
use super::progress;
use crate::explanation::deletion::{DeletionVerdict, MASKED_SHARES};
use crate::explanation::gradients::PATH_POINTS;
use crate::explanation::kmer_attention::MAX_K;
use crate::explanation::motifs::{find_motifs, known_and_own_motifs};
use crate::explanation::{AttentionSummary, Motif};
use crate::output::{
    AttentionFormat, AttentionWriter, ExplanationTable, deletion_tsv, gradients_tsv, motifs_tsv,
    mutations_tsv, score_parts_tsv, summary_tsv,
};
use crate::predictor::{
    BATCH_SIZE, Chunk, ExplainedPrediction, InputRecord, MAX_CHUNK_RECORDS, Prediction, Predictor,
    RecordProblem, WarningKind,
};

/// Number of nucleotides of a k-mer, unless another one is given.
const DEFAULT_K: usize = 4;
/// Positions that are substituted at a time. With three other letters each, they are about a batch.
const POSITIONS: usize = 10;

/// Show what a model attends to in an RNA, and what substituting or masking nucleotides changes.
///
/// Reads a model file and RNAs in FASTA. Writes one kind of explanation: the attention on the
/// nucleotides, or a table; --what lists them. A record that cannot be read is reported with its
/// line on standard error, and all others are explained; the exit status is then 1. The CPU
/// computes, on one thread.
///
/// Example: rmlocnet explain --model human-snorna.safetensors --what motifs rnas.fa > motifs.tsv
#[derive(Debug, Args)]
pub(super) struct ExplainArguments {
    #[command(flatten)]
    files: PredictionFiles,
    /// RNAs in FASTA, plain or gzipped; several files are read one after another. `-` reads
    /// standard input.
    #[arg(value_name = "INPUT", required = true)]
    inputs: Vec<PathBuf>,
    /// Explain only the record with this ID [default: every record].
    #[arg(long, value_name = "ID")]
    record: Option<String>,
    /// Kind of explanation to write.
    #[arg(long, value_enum, default_value_t = ExplainOutput::Attention(AttentionFormat::Gff3))]
    what: ExplainOutput,
    /// For mutagenesis: the first and the last position to substitute, counted from 1, such as
    /// 101-200 [default: all].
    #[arg(long, value_name = "FIRST-LAST")]
    positions: Option<String>,
    /// For deletion, gradients, regions and motifs: the compartment [default: the most probable one
    /// of each RNA].
    #[arg(long, value_name = "NAME")]
    compartment: Option<String>,
    /// For patterns: number of nucleotides of a k-mer, 1 to 8 [default: 4].
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=MAX_K as i64))]
    k: Option<u8>,
    /// For motifs: a motif in IUPAC letters to search for, in addition to those of the literature;
    /// may be given several times.
    #[arg(long = "motif", value_name = "LETTERS")]
    motifs: Vec<String>,
}

impl ExplainArguments {
    /// Explains all records. The exit status is 1 if a record could not be read; the others are
    /// still explained.
    pub(super) fn run(self) -> Result<ExitCode, CliError> {
        self.check_options()?;
        let mut sink = self.files.output(&rna_files(&self.inputs))?;
        let result = self.explain_all(&mut sink);
        sink.finish(result)
    }

    fn explain_all(&self, sink: &mut dyn Write) -> Result<ExitCode, CliError> {
        let predictor = self.files.predictor()?;
        let positions = self
            .positions
            .as_deref()
            .map_or(Ok(0..usize::MAX), parse_positions)?;
        let compartment = self.compartment_index(&predictor)?;
        let motifs = known_and_own_motifs(&self.motifs)?;
        let inputs = Inputs::open(&self.inputs)?;
        let mut explainer = Explainer {
            arguments: self,
            predictor: &predictor,
            bar: progress::bytes(inputs.size()),
            output: OutputWriter::new(self.what),
            positions,
            compartment,
            motifs,
            summary: AttentionSummary::new(
                predictor.model().compartments.len(),
                self.k.map_or(DEFAULT_K, usize::from),
            ),
            explained: 0,
            has_problems: false,
        };
        explainer.begin(sink)?;
        let mut reader = inputs.reader(&predictor);
        let mut is_last = false;
        while !is_last {
            let chunk = reader.chunk(MAX_CHUNK_RECORDS);
            is_last = chunk.is_last;
            explainer.explain_chunk(chunk, sink)?;
        }
        explainer.end(sink)?;
        let flushed = sink.flush();
        flushed.map_err(|error| self.files.write_error(error))?;
        if explainer.explained == 0 {
            Err(self.nothing_explained())
        } else if explainer.has_problems {
            Ok(ExitCode::FAILURE)
        } else {
            Ok(ExitCode::SUCCESS)
        }
    }

    /// An error if an option has no effect on this kind of explanation.
    fn check_options(&self) -> Result<(), CliError> {
        use ExplanationTable::{
            Deletion, IntegratedGradients, KmerAttention, Motifs, Mutagenesis, ScoreParts,
        };
        let options: [(&'static str, bool, &[ExplanationTable]); 4] = [
            ("--positions", self.positions.is_some(), &[Mutagenesis]),
            (
                "--compartment",
                self.compartment.is_some(),
                &[IntegratedGradients, ScoreParts, Deletion, Motifs],
            ),
            ("--k", self.k.is_some(), &[KmerAttention]),
            ("--motif", !self.motifs.is_empty(), &[Motifs]),
        ];
        let mut given = options.into_iter().filter(|(_, is_given, _)| *is_given);
        given.try_for_each(|(option, _, tables)| self.what.check_effect(option, tables))
    }

    fn nothing_explained(&self) -> CliError {
        let inputs = input_names(&self.inputs);
        match &self.record {
            Some(id) => CliError::Argument {
                option: "--record",
                value: id.clone(),
                expected: format!("the ID of a good record in {inputs}"),
            },
            None => CliError::NothingExplained { inputs },
        }
    }

    /// The index of the compartment of `--compartment`, if one is given.
    fn compartment_index(&self, predictor: &Predictor) -> Result<Option<usize>, CliError> {
        let names = &predictor.model().compartments;
        let index = |name: &String| {
            let index = names.iter().position(|n| n == name);
            index.ok_or_else(|| CliError::Argument {
                option: "--compartment",
                value: name.clone(),
                expected: format!("one of {}", names.join(", ")),
            })
        };
        self.compartment.as_ref().map(index).transpose()
    }
}

/// The writer of attention, or the table to write.
enum OutputWriter {
    Attention(Box<dyn AttentionWriter>),
    Table(ExplanationTable),
}

impl OutputWriter {
    fn new(output: ExplainOutput) -> Self {
        match output {
            ExplainOutput::Attention(format) => Self::Attention(format.writer()),
            ExplainOutput::Table(table) => Self::Table(table),
        }
    }
}

/// Explains records one after another, and keeps what the output needs from all of them.
struct Explainer<'a> {
    arguments: &'a ExplainArguments,
    predictor: &'a Predictor,
    bar: ProgressBar,
    output: OutputWriter,
    /// The positions to substitute, counted from 0; the end is exclusive.
    positions: Range<usize>,
    /// The compartment to explain; the most probable one of each RNA if `None`.
    compartment: Option<usize>,
    motifs: Vec<Motif>,
    summary: AttentionSummary,
    /// Number of records explained so far.
    explained: usize,
    /// Whether a record could not be read or explained.
    has_problems: bool,
}

impl Explainer<'_> {
    /// Writes what precedes the first record.
    fn begin(&mut self, to: &mut dyn Write) -> Result<(), CliError> {
        let written = match &mut self.output {
            OutputWriter::Attention(writer) => writer.begin(self.predictor, to),
            OutputWriter::Table(table) => to.write_all(table.header(self.predictor).as_bytes()),
        };
        written.map_err(|error| self.arguments.files.write_error(error))
    }

    /// Explains the records of a chunk that are selected.
    fn explain_chunk(&mut self, chunk: Chunk, to: &mut dyn Write) -> Result<(), CliError> {
        self.bar.set_position(chunk.bytes_read);
        self.report_problems(&chunk.problems);
        let mut records = chunk.into_records();
        let selected = &self.arguments.record;
        records.retain(|record| selected.as_ref().is_none_or(|id| *id == record.id));
        for batch in records.chunks(BATCH_SIZE) {
            self.explain_batch(batch, to)?;
        }
        Ok(())
    }

    fn explain_batch(&mut self, batch: &[InputRecord], to: &mut dyn Write) -> Result<(), CliError> {
        let batch = block_on(self.predictor.predict_with_attention(batch))?;
        self.explained += batch.rnas.len();
        for rna in &batch.rnas {
            self.report_unreadable(&rna.prediction);
            match &mut self.output {
                OutputWriter::Attention(writer) => writer
                    .rna(self.predictor, rna, to)
                    .map_err(|error| self.arguments.files.write_error(error))?,
                OutputWriter::Table(table) => {
                    let table = *table;
                    self.write_rows(table, rna, to)?;
                }
            }
        }
        self.report_problems(&batch.problems);
        Ok(())
    }

    /// Reports the records that cannot be read or explained.
    fn report_problems(&mut self, problems: &[RecordProblem]) {
        for problem in problems {
            self.print(&problem.message);
            self.has_problems = true;
        }
    }

    /// Reports an RNA whose explanation rests on nothing.
    fn report_unreadable(&self, prediction: &Prediction) {
        let mut warnings = prediction.warnings.iter();
        if let Some(warning) = warnings.find(|w| w.kind == WarningKind::NothingRead) {
            self.print(&format!("{}: {}", prediction.id, warning.message));
        }
    }

    /// Writes the rows of one RNA in a table.
    fn write_rows(
        &mut self,
        table: ExplanationTable,
        rna: &ExplainedPrediction,
        to: &mut dyn Write,
    ) -> Result<(), CliError> {
        let prediction = &rna.prediction;
        let rows = match table {
            ExplanationTable::Mutagenesis => return self.write_mutagenesis(prediction, to),
            ExplanationTable::IntegratedGradients => self.gradients(prediction)?,
            ExplanationTable::ScoreParts => self.score_parts(prediction)?,
            ExplanationTable::Deletion => self.deletion_curve(prediction)?,
            ExplanationTable::Motifs => self.motif_hits(rna),
            // The rows are written at the end, from the summary of all records.
            ExplanationTable::KmerAttention => {
                let sequence = &prediction.sequence;
                self.summary
                    .add(sequence, &rna.explanation, &prediction.called);
                String::new()
            }
            // This table compares two RNAs, so `--what` does not offer it.
            ExplanationTable::Comparison => String::new(),
        };
        self.write(&rows, to)
    }

    /// Writes the rows of some positions as soon as they are computed.
    fn write_mutagenesis(
        &mut self,
        prediction: &Prediction,
        to: &mut dyn Write,
    ) -> Result<(), CliError> {
        let Prediction { id, sequence, .. } = prediction;
        let (first, last) = (self.positions.start + 1, self.positions.end);
        let length = sequence.len();
        if self.positions.start >= length {
            self.print(&format!(
                "{id}: the RNA has {length} nt, so it has no position {first}"
            ));
            self.has_problems = true;
        } else if last != usize::MAX && last > length {
            self.print(&format!(
                "{id}: the RNA ends at position {length}, before {last}"
            ));
        }
        let end = last.min(length);
        for start in (self.positions.start..end).step_by(POSITIONS) {
            let positions = start..(start + POSITIONS).min(end);
            let mutations = block_on(self.predictor.mutagenesis(sequence, positions))
                .map_err(|error| CliError::explain(id, error))?;
            self.write(&mutations_tsv(id, sequence, &mutations), to)?;
        }
        Ok(())
    }

    fn gradients(&self, prediction: &Prediction) -> Result<String, CliError> {
        let Prediction { id, sequence, .. } = prediction;
        let (compartment, name) = self.compartment(prediction);
        let gradients = self
            .predictor
            .gradients(sequence, compartment, 0..PATH_POINTS);
        let gradients = block_on(gradients).map_err(|error| CliError::explain(id, error))?;
        self.print(&format!("{id}: {}", gradients.describe(name)));
        Ok(gradients_tsv(id, name, sequence, &gradients.nucleotides))
    }

    fn score_parts(&self, prediction: &Prediction) -> Result<String, CliError> {
        let Prediction { id, sequence, .. } = prediction;
        let (compartment, name) = self.compartment(prediction);
        let parts = block_on(self.predictor.score_parts(sequence, compartment));
        let parts = parts.map_err(|error| CliError::explain(id, error))?;
        self.print(&format!("{id}: {}", parts.describe(name)));
        Ok(score_parts_tsv(id, name, &parts))
    }

    fn deletion_curve(&self, prediction: &Prediction) -> Result<String, CliError> {
        let Prediction { id, sequence, .. } = prediction;
        let (compartment, name) = self.compartment(prediction);
        let mut points = Vec::new();
        for step in 0..MASKED_SHARES.len() {
            let point = block_on(self.predictor.deletion_point(sequence, compartment, step));
            points.push(point.map_err(|error| CliError::explain(id, error))?);
        }
        self.print(&format!(
            "{id}: {}",
            DeletionVerdict::from_points(name, &points).description
        ));
        Ok(deletion_tsv(id, name, &points))
    }

    fn motif_hits(&self, rna: &ExplainedPrediction) -> String {
        let prediction = &rna.prediction;
        let (compartment, name) = self.compartment(prediction);
        let sequence = &prediction.sequence;
        let hits = find_motifs(&self.motifs, sequence, &rna.explanation, compartment);
        motifs_tsv(&prediction.id, name, &hits)
    }

    /// Index and name of the compartment to explain.
    fn compartment(&self, prediction: &Prediction) -> (usize, &str) {
        let compartment = self.compartment.or_else(|| prediction.most_probable());
        let compartment = compartment.unwrap_or(0);
        let names = &self.predictor.model().compartments;
        let name = names.get(compartment).map_or("", String::as_str);
        (compartment, name)
    }

    /// Writes what follows the last record.
    fn end(&mut self, to: &mut dyn Write) -> Result<(), CliError> {
        self.bar.finish_and_clear();
        let written = match &mut self.output {
            OutputWriter::Attention(writer) => writer.end(self.predictor, to),
            OutputWriter::Table(ExplanationTable::KmerAttention) => self.write_kmers(to),
            OutputWriter::Table(_) => Ok(()),
        };
        written.map_err(|error| self.arguments.files.write_error(error))
    }

    /// Writes the attention on every k-mer over all records, compartment by compartment.
    fn write_kmers(&self, to: &mut dyn Write) -> io::Result<()> {
        let names = &self.predictor.model().compartments;
        to.write_all(summary_tsv(names, &self.summary).as_bytes())
    }

    fn write(&self, rows: &str, to: &mut dyn Write) -> Result<(), CliError> {
        to.write_all(rows.as_bytes())
            .map_err(|error| self.arguments.files.write_error(error))
    }

    /// Prints a message on standard error, above the progress bar.
    fn print(&self, message: &str) {
        self.bar.suspend(|| eprintln!("rmlocnet: {message}"));
    }
}
