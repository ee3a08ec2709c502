//! The output of a shard in its pieces: what precedes the predictions, the predictions, and its end.

use std::io::{self, BufRead};

use serde_json::Value;

use crate::output::{FASTA_END, JsonEnd, PredictionFormat, ShardSummary, TSV_END};

/// A piece of the output of a shard.
pub(super) enum Piece {
    /// What precedes the first prediction, as it is written in the output of a whole run.
    Head(String),
    /// One prediction: with its line ends, except in JSON.
    Row(String),
    /// The end.
    End(ShardEnd),
}

/// The end of the output of a shard.
pub(super) struct ShardEnd {
    pub(super) summary: ShardSummary,
    /// The records that could not be predicted, if the format lists them.
    pub(super) problems: Vec<Value>,
}

/// Reads the output of a shard, piece by piece.
pub(super) struct Pieces<R> {
    source: R,
    format: PredictionFormat,
    has_head: bool,
    /// A line that has been read and belongs to the next piece.
    ahead: Option<String>,
}

impl<R: BufRead> Pieces<R> {
    /// Recognizes the format by the first character.
    ///
    /// # Errors
    /// The source cannot be read. If it is in no known format, the kind is `InvalidData`.
    pub(super) fn new(mut source: R) -> io::Result<Self> {
        let format = match source.fill_buf()?.first() {
            Some(b'#') => PredictionFormat::Tsv,
            Some(b'{') => PredictionFormat::Json,
            Some(b'>' | b';') => PredictionFormat::Fasta,
            _ => return Err(io::ErrorKind::InvalidData.into()),
        };
        Ok(Self {
            source,
            format,
            has_head: false,
            ahead: None,
        })
    }

    pub(super) fn format(&self) -> PredictionFormat {
        self.format
    }

    /// The next piece; `None` at the end of the text.
    ///
    /// # Errors
    /// The source cannot be read. If it is not text, the kind is `InvalidData`.
    pub(super) fn next(&mut self) -> io::Result<Option<Piece>> {
        let Some(line) = self.line()? else {
            return Ok(None);
        };
        if let Some(end) = self.end(line.trim_end()) {
            return Ok(Some(Piece::End(end)));
        }
        if !self.has_head && self.format != PredictionFormat::Fasta {
            self.has_head = true;
            return self.head(line).map(|head| Some(Piece::Head(head)));
        }
        Ok(Some(Piece::Row(match self.format {
            PredictionFormat::Tsv => line,
            PredictionFormat::Json => line.trim_end().trim_end_matches(',').to_owned(),
            PredictionFormat::Fasta => self.record(line)?,
        })))
    }

    /// The lines before the predictions, of which `first` has been read.
    fn head(&mut self, first: String) -> io::Result<String> {
        if self.format == PredictionFormat::Json {
            return Ok(first.trim_end().to_owned());
        }
        let mut head = first;
        let mut is_comment = head.starts_with('#');
        while is_comment {
            let Some(line) = self.line()? else { break };
            if self.end(line.trim_end()).is_some() {
                self.ahead = Some(line);
                break;
            }
            is_comment = line.starts_with('#');
            head.push_str(&line);
        }
        Ok(head)
    }

    /// A record of FASTA, of which the first line has been read.
    fn record(&mut self, first: String) -> io::Result<String> {
        let mut record = first;
        while let Some(line) = self.line()? {
            if line.starts_with(['>', ';']) {
                self.ahead = Some(line);
                break;
            }
            record.push_str(&line);
        }
        Ok(record)
    }

    /// The end of the shard, if a line is that; `None` for all other lines.
    fn end(&self, line: &str) -> Option<ShardEnd> {
        let start = match self.format {
            PredictionFormat::Tsv => TSV_END,
            PredictionFormat::Fasta => FASTA_END,
            PredictionFormat::Json => {
                let JsonEnd { problems, shard } = JsonEnd::read(line)?;
                let summary = shard?;
                return Some(ShardEnd { summary, problems });
            }
        };
        let summary = serde_json::from_str(line.strip_prefix(start)?).ok()?;
        let problems = Vec::new();
        Some(ShardEnd { summary, problems })
    }

    /// The next line, with its line end; `None` at the end of the text.
    fn line(&mut self) -> io::Result<Option<String>> {
        if let Some(line) = self.ahead.take() {
            return Ok(Some(line));
        }
        let mut line = String::new();
        let bytes = self.source.read_line(&mut line)?;
        Ok((bytes > 0).then_some(line))
    }
}
