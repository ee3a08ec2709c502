//! The model card in Markdown, from the training record of the model file.

mod auroc_table;
mod summary;

use std::fmt::Write;

use enum_map::Enum;
use strum::IntoEnumIterator;

use auroc_table::write_aurocs;

pub use summary::summary;

use crate::dataset::LengthSummary;
use crate::metrics::{Measure, Measures, PerMeasure};
use crate::model::{
    DatasetDescription, Evaluation, HeldOutMetrics, Model, TrainingRecord, describe_dataset,
};
use crate::network::{AttentionHeads, Config, Loss, Pooling, Recurrence};
use crate::rna::{FeatureSet, PolyA, Reading};

/// The last line of every card.
const INTENDED: &str = "Intended use: teaching, and a first look at RNAs like those that the model \
     was trained on. It is not for diagnosis, and not for RNAs of another class or length.";

/// The card of a model: what it is, the RNAs that it was trained on, how good networks that were
/// trained in the same way are, next to baselines and published values, and its limits.
pub fn card(model: &Model, hash: &str) -> String {
    let dataset = describe_dataset(&model.config.name);
    let mut text = format!("## {}\n\n", model.config.name);
    if let Some(dataset) = dataset {
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(
            text,
            "- Row of the paper: {}; data: {}",
            dataset.paper_row, dataset.status
        );
        let _ = writeln!(text, "- Origin: {}", dataset.origin);
        if let Some(other) = dataset.alternative_to {
            let _ = writeln!(text, "- Offered as a choice beside {other}");
        }
    }
    write_model_lines(&mut text, model, hash);
    match &model.training {
        Some(record) => write_training(&mut text, model, record, dataset),
        None => text.push_str(
            "- There is no training record: these weights were not trained by this program.\n",
        ),
    }
    text.push('\n');
    for note in data_notes(model) {
        let _ = writeln!(text, "- Data: {note}.");
    }
    for limit in dataset.iter().flat_map(|dataset| dataset.limits) {
        let _ = writeln!(text, "- {limit}");
    }
    let _ = writeln!(text, "- {INTENDED}");
    text
}

/// What the evaluations say about the data, each note once.
fn data_notes(model: &Model) -> Vec<&String> {
    let record = model.training.iter();
    let evaluations = record.flat_map(|record| &record.evaluations);
    let mut notes: Vec<&String> = Vec::new();
    for note in evaluations.flat_map(|evaluation| &evaluation.notes) {
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    notes
}

/// The file, the k-mers and the network, one line each.
fn write_model_lines(text: &mut String, model: &Model, hash: &str) {
    let config = &model.config;
    let shorter = if config.summed_k {
        " and shorter ones, summed,"
    } else {
        ""
    };
    let _ = writeln!(
        text,
        "- File: SHA-256 begins {hash}; {} parameters\n\
         - Reads: {}-mers{shorter} at stride {}, {}\n\
         - Network: {}",
        config.parameters(model.compartments.len()),
        config.k,
        config.stride,
        reading_in_words(config, model.fixed_length.length),
        network_line(config),
    );
}

/// Which part of an RNA is read, at most so many nucleotides.
fn reading_in_words(config: &Config, length: usize) -> String {
    let part = match config.reading {
        Reading::OneEnd => format!("length setting {} ({length} nt)", config.length_setting),
        Reading::StartAndStopCodon => {
            format!("in frame around the start codon and the stop codon ({length} nt in all)")
        }
    };
    match config.poly_a {
        PolyA::Keep => part,
        PolyA::Cut => format!("{part}; a poly-A tail is cut"),
    }
}

/// The features that are joined, with a comma behind them; empty if there are none.
fn joined_in_words(config: &Config) -> String {
    let what = match config.feature_set() {
        _ if !config.joined_features => return String::new(),
        FeatureSet::Composition => "1- to 3-mer frequencies and length of the whole RNA joined",
        FeatureSet::Regions => {
            "features of the 5' UTR, the coding sequence, the 3' UTR and the whole RNA joined"
        }
    };
    match config.joined_units {
        0 => format!("{what}, "),
        units => format!("{what} through {units} units, "),
    }
}

/// The network in one line.
fn network_line(config: &Config) -> String {
    let directions = if config.bidirectional {
        " in both directions"
    } else {
        ""
    };
    let recurrence = match config.recurrence {
        Recurrence::Lstm => format!(
            "{} LSTM layer(s) of {} units{directions}",
            config.lstm_layers, config.hidden_units
        ),
        Recurrence::None => "no LSTM".to_owned(),
    };
    let heads = match config.attention_heads {
        AttentionHeads::Shared => "shared",
        AttentionHeads::PerCompartment => "one head per compartment",
    };
    let pooling = match config.pooling {
        Pooling::Attention => format!("attention {} ({heads})", config.attention_dim),
        Pooling::Mean => "mean of the steps".to_owned(),
        Pooling::Last => "last step".to_owned(),
    };
    let joined = joined_in_words(config);
    let probabilities = match config.loss {
        Loss::Softmax => "softmax: the probabilities of one RNA sum to 1",
        Loss::Sigmoid => "sigmoid: the probabilities are independent",
    };
    let d = config.embedding_dim;
    format!("d {d}, {recurrence}, {pooling}, {joined}{probabilities}")
}

/// The training, the thresholds and the measures.
fn write_training(
    text: &mut String,
    model: &Model,
    record: &TrainingRecord,
    dataset: Option<&DatasetDescription>,
) {
    let LengthSummary {
        shortest,
        mean,
        longest,
    } = record.lengths;
    let _ = writeln!(
        text,
        "- Data: {} RNAs of {shortest} to {longest} nt (mean {mean:.0}), SHA-256 begins {}\n\
         - Split: {}; seed {}; SHA-256 begins {}\n\
         - Training: best epoch {} of {}, learning rate {}, decay {}, batch {}; {}\n",
        record.records,
        short(&record.data_sha256),
        record.parts,
        record.seed,
        short(&record.split_sha256),
        record.best_epoch,
        record.history.len(),
        model.config.learning_rate,
        model.config.learning_rate_decay,
        model.config.batch_size,
        record.software,
    );
    write_thresholds(text, model, record);
    if let Some(metrics) = &record.held_out {
        write_held_out(text, metrics);
    }
    for evaluation in &record.evaluations {
        write_evaluation(text, evaluation, dataset, &model.compartments);
    }
    if record.evaluations.is_empty() && record.held_out.is_none() {
        text.push_str(
            "\nThere are no measures: nothing was held out, and the file has no evaluation.\n",
        );
    }
}

/// The table of the compartments.
fn write_thresholds(text: &mut String, model: &Model, record: &TrainingRecord) {
    text.push_str("| compartment | RNAs | threshold |\n|---|---|---|\n");
    for ((name, count), threshold) in model
        .compartments
        .iter()
        .zip(&record.support)
        .zip(model.thresholds.iter())
    {
        let _ = writeln!(text, "| {name} | {count} | {threshold:.3} |");
    }
}

/// The table of the held-out RNAs, and a warning if a baseline is better.
fn write_held_out(text: &mut String, metrics: &HeldOutMetrics) {
    let _ = writeln!(
        text,
        "\n| held out | {} |\n|---|---|---|---|---|---|---|",
        measure_titles(),
    );
    write_measures(text, "this model", &metrics.model.measures);
    let baselines = [
        ("length only", &metrics.length.measures),
        ("prior only", &metrics.prior.measures),
    ];
    for (name, measures) in baselines {
        write_measures(text, name, measures);
    }
    for (name, measures) in baselines {
        if metrics.model.measures.average_precision < measures.average_precision {
            let _ = writeln!(
                text,
                "\n**On the held-out RNAs this model is worse than {name}.**"
            );
        }
    }
}

/// The tables of one evaluation. `compartments` has the names of the model's compartments.
fn write_evaluation(
    text: &mut String,
    evaluation: &Evaluation,
    dataset: Option<&DatasetDescription>,
    compartments: &[String],
) {
    let _ = writeln!(
        text,
        "\nNetworks trained in the same way, tested on RNAs that they were not trained on: {}, {} seed(s).\n",
        protocol_in_words(evaluation),
        evaluation.seeds,
    );
    let _ = writeln!(
        text,
        "| {} | {} |\n|---|---|---|---|---|---|---|",
        evaluation.protocol,
        measure_titles(),
    );
    write_evaluation_rows(text, evaluation, dataset);
    write_verdict(text, evaluation);
    write_aurocs(text, evaluation, compartments);
    let _ = writeln!(
        text,
        "\nSplits SHA-256 begins {}; to reproduce: `{}`",
        short(&evaluation.splits_sha256),
        evaluation.command,
    );
}

/// The rows of the method, the baselines, the control and the published figures.
fn write_evaluation_rows(
    text: &mut String,
    evaluation: &Evaluation,
    dataset: Option<&DatasetDescription>,
) {
    write_measures(text, "**this method**", &evaluation.measures);
    if evaluation.seeds > 1 {
        write_row(text, "± over seeds", &evaluation.spread, |spread| {
            format!("{:.3}", spread.deviation)
        });
    }
    write_row(text, "95 % interval", &evaluation.intervals, |interval| {
        format!("{:.3} to {:.3}", interval.low, interval.high)
    });
    for (baseline, row) in &evaluation.baselines {
        write_measures(text, baseline.name(), &row.measures);
        write_row(text, "difference, 95 %", &row.difference, |difference| {
            format!("{:+.3} to {:+.3}", difference.low, difference.high)
        });
    }
    if let Some(control) = &evaluation.shuffled_labels {
        write_measures(text, "shuffled labels", control);
    }
    if let Some(published) = dataset.and_then(|dataset| dataset.published.as_ref()) {
        write_published(text, "reference [7], as published", &published.reference);
        write_published(text, "EL-RMLocNet, as published", &published.el_rmlocnet);
    }
}

/// Which baselines the method is better than in average precision, and which it is not.
fn write_verdict(text: &mut String, evaluation: &Evaluation) {
    let (mut better, mut worse, mut neither) = (Vec::new(), Vec::new(), Vec::new());
    for (baseline, row) in &evaluation.baselines {
        if let Some(difference) = row.difference[Measure::AveragePrecision] {
            let list = if difference.low > 0.0 {
                &mut better
            } else if difference.high < 0.0 {
                &mut worse
            } else {
                &mut neither
            };
            list.push(baseline.name());
        }
    }
    for (words, names) in [
        ("Better than", better),
        ("**Worse than**", worse),
        ("Not distinguishable from", neither),
    ] {
        if !names.is_empty() {
            let _ = writeln!(text, "\n{words} (average precision): {}.", names.join(", "));
        }
    }
}

/// The protocol in words.
fn protocol_in_words(evaluation: &Evaluation) -> String {
    let folds = evaluation.folds;
    match evaluation.protocol.as_str() {
        "paper" => format!("{folds} random folds (the paper's protocol)"),
        "strict" => format!("{folds} folds that keep near-identical RNAs together"),
        _ => "one part held out".to_owned(),
    }
}

/// The titles of the six measures, as the heads of columns.
fn measure_titles() -> String {
    let titles: Vec<&str> = Measure::iter().map(Measure::title).collect();
    titles.join(" | ")
}

/// A row of published values, in the order of [`Measure`]; the last ones may be missing.
fn write_published(text: &mut String, name: &str, values: &[f64]) {
    let values = PerMeasure::from_fn(|measure: Measure| values.get(measure.into_usize()).copied());
    write_row(text, name, &values, |value| format!("({value:.2})"));
}

fn write_measures(text: &mut String, name: &str, measures: &Measures) {
    write_row(text, name, &measures.values(), |value| {
        format!("{value:.3}")
    });
}

/// A row of a table, with a dash for each measure without a value.
fn write_row<T: Copy>(
    text: &mut String,
    name: &str,
    values: &PerMeasure<T>,
    cell: impl Fn(T) -> String,
) {
    let cells = values
        .values()
        .map(|value| value.map_or("–".to_owned(), &cell));
    let cells: Vec<String> = cells.collect();
    let _ = writeln!(text, "| {name} | {} |", cells.join(" | "));
}

/// The first 12 digits of a hash.
fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}
