//! The AUROCs of a report as text, in tables.

use std::fmt::Write;

use super::number::optional;
use crate::evaluation::{CompartmentReport, Report};
use crate::metrics::bootstrap::{Difference, Interval};
use crate::metrics::{AurocKind, AurocSummary, judged_compartments};

/// The AUROCs of the model and of the baselines.
pub(super) fn of_report(report: &Report) -> String {
    let kinds: Vec<AurocKind> = report.aurocs.kinds().collect();
    let mut text = of_model(&report.aurocs, report.settings.seeds.len());
    for (baseline, results) in &report.baselines {
        let _ = writeln!(text, "{}", values(baseline.name(), &results.aurocs, &kinds));
    }
    text.push_str("model minus baseline, 95 % interval over RNAs (* if 0 is outside)\n");
    for (baseline, results) in &report.baselines {
        let difference = |kind| results.aurocs.difference.as_ref().and_then(|all| all[kind]);
        let cell = |kind| difference(kind).map_or("–".to_owned(), in_words);
        let _ = writeln!(text, "{}", row(baseline.name(), &kinds, cell));
    }
    text
}

/// The AUROCs of a model, with a heading.
pub(super) fn of_model(aurocs: &AurocSummary, seeds: usize) -> String {
    let kinds: Vec<AurocKind> = aurocs.kinds().collect();
    let mut text = "\nAUROC, comparing RNAs of one fold only\n".to_owned();
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(text, "{}", row("", &kinds, AurocKind::title));
    let _ = writeln!(text, "{}", values("model", aurocs, &kinds));
    if seeds > 1 {
        let spread = |kind| optional(aurocs.spread[kind].map(|spread| spread.deviation));
        let _ = writeln!(text, "{}", row("  ± over seeds", &kinds, spread));
    }
    text
}

/// The values of a model with their intervals.
fn values(name: &str, aurocs: &AurocSummary, kinds: &[AurocKind]) -> String {
    let interval = |i: Interval| format!(" {:.3}-{:.3}", i.low, i.high);
    row(name, kinds, |kind| {
        let interval = aurocs.intervals[kind].map_or(String::new(), interval);
        format!("{}{interval}", optional(aurocs.values[kind]))
    })
}

fn in_words(d: Difference) -> String {
    let star = if d.low > 0.0 || d.high < 0.0 { "*" } else { "" };
    format!("{:+.3}..{:+.3}{star}", d.low, d.high)
}

fn row(name: &str, kinds: &[AurocKind], cell: impl Fn(AurocKind) -> String) -> String {
    let cells = kinds.iter().map(|kind| format!("  {:>17}", cell(*kind)));
    format!("{name:<16}{}", cells.collect::<String>())
}

/// A table with one row for each compartment, and which of them are judged.
pub(super) fn compartments(rows: &[CompartmentReport]) -> String {
    let within = |kind: &AurocKind| matches!(kind, AurocKind::Within(_));
    let kinds = AurocKind::all().filter(within);
    let value = |row: &CompartmentReport, kind: AurocKind| match kind {
        AurocKind::Within(property) => row.within[property],
        AurocKind::All | AurocKind::Judged => row.auroc,
    };
    let has_value = |kind: &AurocKind| rows.iter().any(|row| value(row, *kind).is_some());
    let kinds: Vec<AurocKind> = kinds.filter(has_value).collect();
    let titles = kinds.iter().map(|kind| format!("  {:>15}", kind.title()));
    let mut text = format!(
        "\n{:<26}  {:>5}  {:>6}  {:>17}  {:>5}{}\n",
        "compartment",
        "RNAs",
        "others",
        "average precision",
        "AUROC",
        titles.collect::<String>()
    );
    for row in rows {
        let within = kinds
            .iter()
            .map(|kind| format!("  {:>15}", optional(value(row, *kind))));
        let _ = writeln!(
            text,
            "{:<26}  {:>5}  {:>6}  {:>17}  {:>5}{}",
            row.compartment,
            row.support,
            row.negatives,
            optional(row.average_precision),
            optional(row.auroc),
            within.collect::<String>()
        );
    }
    let too_small = rows.iter().filter(|row| !row.is_judged());
    let too_small: Vec<&str> = too_small.map(|row| row.compartment.as_str()).collect();
    let _ = writeln!(text, "{}", judged_compartments(&too_small, rows.len()));
    text
}
