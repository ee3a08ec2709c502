//! The AUROCs of an evaluation: of all compartments, of those that can be judged, and within groups.

use std::fmt::Write;

use crate::metrics::bootstrap::{Difference, Interval};
use crate::metrics::{AurocKind, AurocSummary, judged_compartments};
use crate::model::Evaluation;

/// Writes the AUROCs of the networks, of the baselines and of every compartment. Older evaluations
/// have none.
pub(super) fn write_aurocs(text: &mut String, evaluation: &Evaluation, compartments: &[String]) {
    let kinds: Vec<AurocKind> = evaluation.aurocs.kinds().collect();
    if kinds.is_empty() {
        return;
    }
    let titles: Vec<String> = kinds.iter().map(|kind| kind.title()).collect();
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(
        text,
        "\n| AUROC, comparing RNAs of one fold only | {} |\n|---|{}",
        titles.join(" | "),
        "---|".repeat(kinds.len()),
    );
    write_values(text, "**this method**", &evaluation.aurocs, &kinds);
    if evaluation.seeds > 1 {
        let spread = |kind| evaluation.aurocs.spread[kind].map(|spread| spread.deviation);
        write_row(text, "± over seeds", &kinds, |kind| number(spread(kind)));
    }
    write_row(text, "95 % interval", &kinds, |kind| {
        let interval = |i: Interval| format!("{:.3} to {:.3}", i.low, i.high);
        evaluation.aurocs.intervals[kind].map_or(number(None), interval)
    });
    for (baseline, row) in &evaluation.baselines {
        write_values(text, baseline.name(), &row.aurocs, &kinds);
        if let Some(differences) = &row.aurocs.difference {
            let in_words = |d: Difference| format!("{:+.3} to {:+.3}", d.low, d.high);
            write_row(text, "difference, 95 %", &kinds, |kind| {
                differences[kind].map_or(number(None), in_words)
            });
        }
    }
    write_compartments(text, evaluation, compartments, &kinds);
}

/// The table of the compartments, and which of them are judged.
fn write_compartments(
    text: &mut String,
    evaluation: &Evaluation,
    names: &[String],
    kinds: &[AurocKind],
) {
    let within = kinds.iter().filter_map(|kind| match kind {
        AurocKind::Within(property) => Some(*property),
        AurocKind::All | AurocKind::Judged => None,
    });
    let titles: String = within
        .clone()
        .map(|property| format!(" {} |", AurocKind::Within(property).title()))
        .collect();
    let _ = writeln!(
        text,
        "\n| compartment | tested RNAs inside | outside | AUROC |{titles}\n|---|---|---|---|{}",
        "---|".repeat(within.clone().count()),
    );
    let rows = || names.iter().zip(&evaluation.compartments);
    for (name, row) in rows() {
        let cells: String = within
            .clone()
            .map(|property| format!(" {} |", number(row.within[property])))
            .collect();
        let _ = writeln!(
            text,
            "| {name} | {} | {} | {} |{cells}",
            row.support,
            row.negatives,
            number(row.auroc)
        );
    }
    let too_small = rows().filter(|(_, row)| !row.is_judged());
    let too_small: Vec<&str> = too_small.map(|(name, _)| name.as_str()).collect();
    let judged = judged_compartments(&too_small, evaluation.compartments.len());
    let _ = writeln!(text, "\nAbout the AUROC: {judged}.");
}

fn write_values(text: &mut String, name: &str, aurocs: &AurocSummary, kinds: &[AurocKind]) {
    write_row(text, name, kinds, |kind| number(aurocs.values[kind]));
}

fn write_row(
    text: &mut String,
    name: &str,
    kinds: &[AurocKind],
    cell: impl Fn(AurocKind) -> String,
) {
    let cells: Vec<String> = kinds.iter().map(|kind| cell(*kind)).collect();
    let _ = writeln!(text, "| {name} | {} |", cells.join(" | "));
}

fn number(value: Option<f64>) -> String {
    value.map_or("–".to_owned(), |value| format!("{value:.3}"))
}
