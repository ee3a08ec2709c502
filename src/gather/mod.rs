//! Gathering: joins the outputs of all shards of a run to the output of the whole run.
//!
//! Every shard says at its end to which run it belongs and which of its records could not be
//! predicted ([`ShardSummary`]). With that, the place of each of its predictions is known, and the
//! predictions are joined one by one, so that outputs of any length need little memory.

mod error;
mod pieces;

pub use error::GatherError;

use std::io::{self, BufReader, Read, Write};

use serde_json::Value;

use crate::output::{JsonEnd, JsonRows, PredictionFormat, ShardSummary};
use crate::shard::Shard;
use pieces::{Piece, Pieces};

/// Bytes of a file that are read at once. All files are read at the same time.
const READ_AT_ONCE: usize = 1 << 16;

/// The shards of one run: each is there, exactly once, and complete.
pub struct GatheredRun {
    format: PredictionFormat,
    /// In the order of their numbers.
    shards: Vec<ShardFile>,
}

/// What is known of the output of one shard.
struct ShardFile {
    /// Its place among the given files.
    place: usize,
    format: PredictionFormat,
    /// What precedes its first prediction.
    head: String,
    summary: ShardSummary,
    /// The records that could not be predicted, if the format lists them.
    problems: Vec<Value>,
}

impl GatheredRun {
    /// Checks the outputs of shards, given in any order under these names. `open` opens the file of a
    /// place among them.
    ///
    /// # Errors
    /// A file cannot be read or is not the complete output of a shard, the shards are not of one run,
    /// or a shard is there twice or is missing.
    pub fn check<R: Read>(
        names: &[String],
        open: impl Fn(usize) -> io::Result<R>,
    ) -> Result<Self, GatherError> {
        let files = names.iter().enumerate();
        let files = files.map(|(place, name)| ShardFile::read(place, name, open(place)));
        let mut shards = files.collect::<Result<Vec<ShardFile>, _>>()?;
        let Some(first) = shards.first() else {
            return Err(GatherError::Nothing);
        };
        let format = first.format;
        for other in &shards[1..] {
            if let Some(what) = first.difference(other) {
                return Err(GatherError::OtherRun {
                    name: names[other.place].clone(),
                    first: names[first.place].clone(),
                    what,
                });
            }
        }
        shards.sort_by_key(|file| file.summary.shard.index());
        check_shards(&shards, names)?;
        Ok(Self { format, shards })
    }

    /// The number of records that could not be predicted.
    pub fn problems(&self) -> usize {
        let problems = self.shards.iter().map(|file| file.summary.problems.len());
        problems.sum()
    }

    /// Writes what the whole run would have written. `open` is as in [`GatheredRun::check`].
    ///
    /// # Errors
    /// A file can no longer be read, or `to` cannot be written.
    pub fn write<R: Read>(
        &self,
        names: &[String],
        open: impl Fn(usize) -> io::Result<R>,
        to: &mut dyn Write,
    ) -> Result<(), GatherError> {
        let pieces = self.shards.iter().map(|file| {
            let opened = open(file.place)
                .and_then(|source| Pieces::new(BufReader::with_capacity(READ_AT_ONCE, source)));
            opened.map_err(|error| GatherError::read(&names[file.place], error))
        });
        let mut pieces = pieces.collect::<Result<Vec<_>, _>>()?;
        let head = self.shards.first().map_or("", |file| &file.head);
        to.write_all(head.as_bytes()).map_err(GatherError::Write)?;
        let mut rows = JsonRows::default();
        let mut problems = Vec::new();
        for Place { shard, problem } in self.places() {
            let file = &self.shards[shard];
            if let Some(problem) = problem {
                problems.extend(file.problems.get(problem).cloned());
                continue;
            }
            let row = next_row(&mut pieces[shard]);
            let row = row.map_err(|error| GatherError::read(&names[file.place], error))?;
            let written = match self.format {
                PredictionFormat::Json => rows.row(&row, to),
                PredictionFormat::Tsv | PredictionFormat::Fasta => to.write_all(row.as_bytes()),
            };
            written.map_err(GatherError::Write)?;
        }
        let shard = None;
        match self.format {
            PredictionFormat::Json => JsonEnd { problems, shard }.write(to),
            PredictionFormat::Tsv | PredictionFormat::Fasta => Ok(()),
        }
        .map_err(GatherError::Write)
    }

    /// Where each record of the run is, in the order of the input.
    fn places(&self) -> impl Iterator<Item = Place> {
        let count = self.shards.len();
        let records = self.shards.first();
        let records = records.map_or(0, |file| file.summary.inputs.records);
        let mut next_problem = vec![0; count];
        (0..records).map(move |record| {
            let shard = record % count;
            let next = &mut next_problem[shard];
            let is_problem = self.shards[shard].summary.problems.get(*next) == Some(&record);
            let problem = is_problem.then_some(*next);
            *next += usize::from(is_problem);
            Place { shard, problem }
        })
    }
}

/// Where a record of the run is.
struct Place {
    /// The index of its shard.
    shard: usize,
    /// Its index among the problems of the shard, if it could not be predicted.
    problem: Option<usize>,
}

impl ShardFile {
    /// Reads the output of a shard to its end.
    fn read(place: usize, name: &str, source: io::Result<impl Read>) -> Result<Self, GatherError> {
        let pieces =
            source.and_then(|source| Pieces::new(BufReader::with_capacity(READ_AT_ONCE, source)));
        let mut pieces = pieces.map_err(|error| GatherError::read(name, error))?;
        let format = pieces.format();
        let (mut head, mut rows) = (String::new(), 0);
        let end = loop {
            match pieces.next() {
                Ok(Some(Piece::Head(text))) => head = text,
                Ok(Some(Piece::Row(_))) => rows += 1,
                Ok(Some(Piece::End(end))) => break end,
                Ok(None) => return Err(GatherError::Incomplete(name.to_owned())),
                Err(error) => return Err(GatherError::read(name, error)),
            }
        };
        if !matches!(pieces.next(), Ok(None)) {
            return Err(GatherError::AfterEnd(name.to_owned()));
        }
        let listed = match format {
            PredictionFormat::Json => end.problems.len(),
            PredictionFormat::Tsv | PredictionFormat::Fasta => end.summary.problems.len(),
        };
        if end.summary.predictions() != Some(rows) || listed != end.summary.problems.len() {
            return Err(GatherError::Damaged(name.to_owned()));
        }
        Ok(Self {
            place,
            format,
            head,
            summary: end.summary,
            problems: end.problems,
        })
    }

    /// In what the run of another shard differs from the run of this one.
    fn difference(&self, other: &Self) -> Option<&'static str> {
        let (a, b) = (&self.summary, &other.summary);
        let differences = [
            ("the format", self.format != other.format),
            ("the version of the program", a.version != b.version),
            ("the model", a.model != b.model),
            ("the thresholds", a.thresholds != b.thresholds),
            ("the records of the inputs", a.inputs != b.inputs),
            ("the number of shards", a.shard.count() != b.shard.count()),
            ("the lines before the predictions", self.head != other.head),
        ];
        let mut differences = differences.into_iter();
        differences.find_map(|(what, is_different)| is_different.then_some(what))
    }
}

/// Checks that each shard is there exactly once. They are sorted, and of one run.
fn check_shards(shards: &[ShardFile], names: &[String]) -> Result<(), GatherError> {
    for pair in shards.windows(2) {
        if pair[0].summary.shard == pair[1].summary.shard {
            return Err(GatherError::Twice {
                shard: pair[0].summary.shard,
                first: names[pair[0].place].clone(),
                second: names[pair[1].place].clone(),
            });
        }
    }
    let count = shards.first().map_or(0, |file| file.summary.shard.count());
    let mut found = shards
        .iter()
        .map(|file| file.summary.shard.index())
        .peekable();
    // There may be far more of them than files, so only those that are named are listed.
    let is_missing = |index: &usize| found.next_if_eq(index).is_none();
    let missing: Vec<Shard> = (0..count)
        .filter(is_missing)
        .filter_map(|index| Shard::new(index, count))
        .take(GatherError::MOST_NAMED)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(GatherError::Missing {
        more: count - shards.len() - missing.len(),
        shards: missing,
    })
}

/// The next prediction of a shard that has been checked.
fn next_row<R: io::BufRead>(pieces: &mut Pieces<R>) -> io::Result<String> {
    loop {
        match pieces.next()? {
            Some(Piece::Head(_)) => {}
            Some(Piece::Row(row)) => return Ok(row),
            Some(Piece::End(_)) | None => {
                let text = "the file has changed while it was read";
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, text));
            }
        }
    }
}
