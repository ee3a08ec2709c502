//! A report as a table of text.

use std::fmt::Write;

use crate::evaluation::{CompartmentReport, Report};
use crate::metrics::bootstrap::Interval;
use crate::metrics::{MEASURES, Measures, PerMeasure};

const HEADS: [&str; 6] = [
    "avg. precision",
    "accuracy",
    "coverage",
    "ranking loss",
    "one-error",
    "AUROC",
];

/// The measures, line by line.
pub(super) fn table(report: &Report) -> String {
    let mut text = String::new();
    let (data, settings) = (&report.data, &report.settings);
    // Writing to a string cannot fail, here and below.
    if let Some(warning) = &report.warning {
        let _ = writeln!(text, "{warning}\n");
    }
    let _ = writeln!(
        text,
        "{} RNAs, {} compartments; protocol {}, {} seed(s); {} networks trained",
        data.records,
        data.compartments.len(),
        settings.protocol,
        settings.seeds.len(),
        report.best_epochs.len(),
    );
    if let Some((groups, largest)) = data.groups {
        let _ = writeln!(
            text,
            "{groups} groups of near-identical RNAs, the largest of {largest}"
        );
    }
    let _ = writeln!(text, "\n{}", heads());
    let _ = writeln!(text, "{}", measures("model", &report.measures));
    if settings.seeds.len() > 1 {
        let spread = report
            .spread
            .values()
            .map(|s| optional(s.map(|s| s.deviation)));
        let _ = writeln!(text, "{}", line("  ± over seeds", &spread));
    }
    let _ = writeln!(text, "{}", intervals("  95 % interval", &report.intervals));
    for (baseline, figures) in &report.baselines {
        let _ = writeln!(text, "{}", measures(baseline.name(), &figures.measures));
    }
    if let Some(control) = &report.shuffled_labels {
        let _ = writeln!(text, "{}", measures("shuffled labels", &control.measures));
        if let Some(prior) = &control.prior {
            let _ = writeln!(text, "{}", measures("  prior on these", prior));
        }
    }
    text.push_str("\nmodel less baseline, 95 % interval over RNAs (* where 0 lies outside)\n");
    for (baseline, figures) in &report.baselines {
        let of = figures.difference.values().map(|d| {
            d.map_or("–".to_owned(), |d| {
                let star = if d.low > 0.0 || d.high < 0.0 { "*" } else { "" };
                format!("{:+.3}..{:+.3}{star}", d.low, d.high)
            })
        });
        let _ = writeln!(text, "{}", line(baseline.name(), &of));
    }
    compartments(&mut text, &report.per_compartment);
    text.push_str("\ncompartments  answers  wholly right  accuracy\n");
    for row in &report.cardinality {
        let _ = writeln!(
            text,
            "{:>12}  {:>7}  {:>12}  {:>8.3}",
            row.labels, row.samples, row.exact, row.accuracy
        );
    }
    let _ = writeln!(text, "\nBrier score {:.3}", report.calibration.brier);
    let _ = writeln!(text, "splits sha256 {}", report.splits_sha256);
    text
}

/// One row of the six measures.
pub(super) fn measures(name: &str, measures: &Measures) -> String {
    line(name, &measures.values().map(optional))
}

/// The names of the six measures as column heads.
pub(super) fn heads() -> String {
    line("", &HEADS.map(str::to_owned))
}

/// One row with an interval for each measure.
pub(super) fn intervals(name: &str, of: &PerMeasure<Interval>) -> String {
    let cells = of.values();
    let cells =
        cells.map(|i| i.map_or("–".to_owned(), |i| format!("{:.3}-{:.3}", i.low, i.high)));
    line(name, &cells)
}

/// One line for each compartment.
pub(super) fn compartments(text: &mut String, rows: &[CompartmentReport]) {
    text.push_str("\ncompartment                 RNAs  avg. precision  AUROC\n");
    for row in rows {
        let _ = writeln!(
            text,
            "{:<26}  {:>4}  {:>14}  {:>5}",
            row.compartment,
            row.support,
            optional(row.average_precision),
            optional(row.auroc)
        );
    }
}

fn line(name: &str, cells: &[String; MEASURES.len()]) -> String {
    let mut text = format!("{name:<16}");
    for cell in cells {
        let _ = write!(text, "  {cell:>16}");
    }
    text
}

fn optional(value: Option<f64>) -> String {
    value.map_or("–".to_owned(), |value| format!("{value:.3}"))
}
