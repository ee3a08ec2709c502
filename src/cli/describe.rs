//! `rmlocnet describe`: a labelled set in numbers, and what is odd about it.

use std::fmt::Write;
use std::process::ExitCode;

use clap::Args;

use super::args::DataOptions;
use super::error::CliError;
use super::files;
use crate::set_report::SetReport;

/// Print what is in a labelled set, and what is odd about it.
///
/// Reads a labelled set. Prints the number of RNAs in each compartment, the number of RNAs with one,
/// two and more compartments, the lengths, and findings: what each means and what to do about it.
///
/// Example: rmlocnet describe --data labelled.fa
#[derive(Debug, Args)]
pub(super) struct DescribeArguments {
    #[command(flatten)]
    data: DataOptions,
    /// Seed of the random split that is looked at.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Print the report as JSON.
    #[arg(long = "json")]
    is_json: bool,
}

impl DescribeArguments {
    /// Reads the set and prints the report.
    pub(super) fn run(self) -> Result<ExitCode, CliError> {
        let report = SetReport::new(&self.data.read_quietly()?, self.seed);
        if self.is_json {
            files::print(&format!("{:#}\n", serde_json::json!(report)))?;
        } else {
            files::print(&to_text(&report))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn to_text(report: &SetReport) -> String {
    let mut text = format!("{} RNAs\n\ncompartment\tRNAs\n", report.records);
    for compartment in &report.compartments {
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(text, "{}\t{}", compartment.name, compartment.rnas);
    }
    text.push_str("\ncompartments of an RNA\tRNAs\n");
    for (compartments, rnas) in report.cardinality.iter().enumerate() {
        if *rnas > 0 {
            let _ = writeln!(text, "{compartments}\t{rnas}");
        }
    }
    text.push_str("\nlength in nt\tRNAs\n");
    for bin in report.lengths.iter().filter(|bin| bin.rnas > 0) {
        let _ = writeln!(text, "{}-{}\t{}", bin.from, bin.to, bin.rnas);
    }
    let groups = report.groups;
    let _ = writeln!(
        text,
        "\n{} groups of near-identical RNAs, the largest has {}",
        groups.count, groups.largest
    );
    for finding in &report.findings {
        let _ = writeln!(
            text,
            "\n{}: {}.",
            <&str>::from(finding.kind),
            finding.message
        );
    }
    if report.findings.is_empty() {
        text.push_str("\nNothing odd was found.\n");
    }
    text
}
