//! The table of a grid search: one row per combination of settings.

use std::collections::HashMap;
use std::fmt::Write as _;

use crate::metrics::{Measure, PerMeasure};

/// The result of one combination of settings.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchResult {
    /// The values of the settings that differ, as they are written in the table.
    pub values: Vec<String>,
    /// The measures; empty if a training diverged.
    pub measures: PerMeasure<f64>,
    /// The number of trained weights.
    pub parameters: usize,
}

/// The table of a search. It grows row by row, and an interrupted search continues from it.
#[derive(Clone, Debug)]
pub struct SearchTable {
    header: String,
    results: HashMap<Vec<String>, SearchResult>,
}

impl SearchResult {
    /// The result as a line of the table.
    pub fn line(&self) -> String {
        let mut text = self.values.join("\t");
        for value in self.measures.values() {
            let value = value.map_or("-".to_owned(), |value| format!("{value:.6}"));
            // Writing to a string cannot fail, here and below.
            let _ = write!(text, "\t{value}");
        }
        let _ = writeln!(text, "\t{}", self.parameters);
        text
    }

    /// Reads a line of the table; `None` if it is not complete.
    fn parse(line: &str) -> Option<Self> {
        let fields: Vec<&str> = line.split('\t').collect();
        let mut measures = PerMeasure::<f64>::default();
        let settings = fields.len().checked_sub(measures.len() + 1)?;
        let (values, numbers) = fields.split_at(settings);
        for (measure, text) in measures.values_mut().zip(numbers) {
            *measure = text.parse().ok();
        }
        Some(Self {
            values: values.iter().map(|value| (*value).to_owned()).collect(),
            measures,
            parameters: numbers.last()?.parse().ok()?,
        })
    }

    /// The key for sorting: a better result has a smaller key, and a missing measure the largest.
    fn sort_key(&self, measure: Measure) -> f64 {
        let sign = if measure.is_better_low() { 1.0 } else { -1.0 };
        self.measures[measure].map_or(f64::INFINITY, |value| sign * value)
    }
}

impl SearchTable {
    /// A table without rows. The header identifies the search and names the columns.
    pub fn new(header: String) -> Self {
        Self {
            header,
            results: HashMap::new(),
        }
    }

    /// Reads the table of an earlier run with the same header; `None` if it belongs to another
    /// search. Its last line may be incomplete and is left out.
    pub fn parse(header: String, text: &str) -> Option<Self> {
        let rows = text.strip_prefix(&header)?;
        let complete = rows.rsplit_once('\n').map_or("", |(complete, _)| complete);
        let results = complete.lines().filter_map(SearchResult::parse);
        let by_values = |result: SearchResult| (result.values.clone(), result);
        let results = results.map(by_values).collect();
        Some(Self { header, results })
    }

    /// Whether the table has a row for these values.
    pub fn has(&self, values: &[String]) -> bool {
        self.results.contains_key(values)
    }

    /// Adds a row.
    pub fn add(&mut self, result: SearchResult) {
        self.results.insert(result.values.clone(), result);
    }

    /// The header and all rows.
    pub fn text(&self) -> String {
        let rows: String = self.results.values().map(SearchResult::line).collect();
        format!("{}{rows}", self.header)
    }

    /// The header and the rows with these values, the best by a measure first.
    pub fn sorted_text<'a>(
        &self,
        values: impl Iterator<Item = &'a Vec<String>>,
        measure: Measure,
    ) -> String {
        let mut sorted: Vec<&SearchResult> = values
            .filter_map(|values| self.results.get(values))
            .collect();
        sorted.sort_by(|a, b| a.sort_key(measure).total_cmp(&b.sort_key(measure)));
        let rows: String = sorted.into_iter().map(SearchResult::line).collect();
        format!("{}{rows}", self.header)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(value: &str, accuracy: Option<f64>) -> SearchResult {
        let mut measures = PerMeasure::default();
        measures[Measure::Accuracy] = accuracy;
        SearchResult {
            values: vec![value.to_owned()],
            measures,
            parameters: 7,
        }
    }

    #[test]
    fn a_table_is_read_without_its_incomplete_line_and_sorted() {
        let mut table = SearchTable::new("# search\n".to_owned());
        let results = [
            result("1", Some(0.25)),
            result("2", None),
            result("3", Some(0.5)),
        ];
        for result in results.clone() {
            table.add(result);
        }
        let interrupted = table.text() + "4\t0.1";
        let read = SearchTable::parse("# search\n".to_owned(), &interrupted).unwrap();
        assert!(read.has(&results[1].values) && !read.has(&["4".to_owned()]));
        let values = results.iter().map(|result| &result.values);
        let [first, second, third] = &results;
        let expected = format!(
            "# search\n{}{}{}",
            third.line(),
            first.line(),
            second.line()
        );
        assert_eq!(read.sorted_text(values, Measure::Accuracy), expected);
        assert!(SearchTable::parse("# other\n".to_owned(), &interrupted).is_none());
    }
}
