//! A report as text, in tables.

use std::fmt::Write;

use strum::IntoEnumIterator;

use super::auroc_table;
use super::number::optional;
use crate::evaluation::Report;
use crate::metrics::bootstrap::{Difference, Interval};
use crate::metrics::{CardinalityRow, Measure, Measures, PerMeasure};

/// The whole report.
pub(super) fn text(report: &Report) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail, here and below.
    if let Some(warning) = &report.warning {
        let _ = writeln!(text, "{warning}\n");
    }
    text.push_str(&data_set(report));
    text.push_str(&measures_of_all(report));
    text.push_str("\nmodel minus baseline, 95 % interval over RNAs (* if 0 is outside)\n");
    for (baseline, results) in &report.baselines {
        let differences = difference_row(baseline.name(), &results.difference);
        let _ = writeln!(text, "{differences}");
    }
    text.push_str(&auroc_table::of_report(report));
    text.push_str(&auroc_table::compartments(&report.per_compartment));
    text.push_str(&cardinality(&report.cardinality));
    let _ = writeln!(text, "\nBrier score {:.3}", report.calibration.brier);
    let _ = writeln!(text, "splits sha256 {}", report.splits_sha256);
    text
}

fn data_set(report: &Report) -> String {
    let (data, settings) = (&report.data, &report.settings);
    let mut text = format!(
        "{} RNAs, {} compartments; protocol {}, {} seed(s); {} networks trained\n",
        data.records,
        data.compartments.len(),
        settings.protocol,
        settings.seeds.len(),
        report.best_epochs.len(),
    );
    if let Some(groups) = data.groups {
        let _ = writeln!(
            text,
            "{} groups of near-identical RNAs, the largest of {}",
            groups.count, groups.largest
        );
    }
    // The notes about the set itself are on standard error.
    for note in report.split_notes() {
        let _ = writeln!(text, "{note}");
    }
    text
}

/// The measures of the model, of the baselines and of the control.
fn measures_of_all(report: &Report) -> String {
    let mut text = format!("\n{}\n", heading());
    let _ = writeln!(text, "{}", measures("model", &report.measures));
    if report.settings.seeds.len() > 1 {
        let cell = |measure| optional(report.spread[measure].map(|spread| spread.deviation));
        let _ = writeln!(text, "{}", row("  ± over seeds", cell));
    }
    let _ = writeln!(text, "{}", intervals("  95 % interval", &report.intervals));
    for (baseline, results) in &report.baselines {
        let _ = writeln!(text, "{}", measures(baseline.name(), &results.measures));
    }
    if let Some(control) = &report.shuffled_labels {
        let _ = writeln!(text, "{}", measures("shuffled labels", &control.measures));
        if let Some(prior) = &control.prior {
            let _ = writeln!(text, "{}", measures("  prior on these", prior));
        }
    }
    text
}

/// The heading of the columns: the six measures.
pub(super) fn heading() -> String {
    row("", |measure| measure.title().to_owned())
}

/// A row with the six measures.
pub(super) fn measures(name: &str, measures: &Measures) -> String {
    row(name, |measure| optional(measures.get(measure)))
}

/// A row with an interval for each measure.
pub(super) fn intervals(name: &str, intervals: &PerMeasure<Interval>) -> String {
    let text = |interval: Interval| format!("{:.3}-{:.3}", interval.low, interval.high);
    row(name, |measure| {
        intervals[measure].map_or("–".to_owned(), text)
    })
}

fn difference_row(name: &str, differences: &PerMeasure<Difference>) -> String {
    let text = |d: Difference| {
        let star = if d.low > 0.0 || d.high < 0.0 { "*" } else { "" };
        format!("{:+.3}..{:+.3}{star}", d.low, d.high)
    };
    row(name, |measure| {
        differences[measure].map_or("–".to_owned(), text)
    })
}

/// A table with one row for each number of compartments that an RNA has.
fn cardinality(rows: &[CardinalityRow]) -> String {
    let mut text = "\ncompartments  predictions  all correct  accuracy\n".to_owned();
    for row in rows {
        let _ = writeln!(
            text,
            "{:>12}  {:>11}  {:>11}  {:>8.3}",
            row.labels, row.samples, row.exact, row.accuracy
        );
    }
    text
}

fn row(name: &str, cell: impl Fn(Measure) -> String) -> String {
    let mut text = format!("{name:<16}");
    for measure in Measure::iter() {
        let _ = write!(text, "  {:>17}", cell(measure));
    }
    text
}
