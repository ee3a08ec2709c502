//! The model card in Markdown, from the training record of the model file.

mod dataset_description;

use std::fmt::Write;

use enum_map::Enum;
use strum::IntoEnumIterator;

use dataset_description::{DatasetDescription, about};

use crate::metrics::{Measure, Measures, PerMeasure};
use crate::model::{Evaluation, Model, TrainingRecord};
use crate::network::{AttentionHeads, Config, Loss, Pooling, Recurrence};

/// The last line of every card.
const INTENDED: &str = "Intended use: teaching, and a first look at RNAs like those that the model \
     was trained on. It is not for diagnosis, and not for RNAs of another class or length.";

/// The card of a model: what it is, the RNAs that it was trained on, how good networks that were
/// trained in the same way are, next to baselines and published values, and its limits.
pub fn card(model: &Model, hash: &str) -> String {
    let config = &model.config;
    let about = about(&config.name);
    let mut text = format!("## {}\n\n", config.name);
    if let Some(about) = about {
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(
            text,
            "- Row of the paper: {}; data: {}",
            about.paper_row, about.status
        );
        let _ = writeln!(text, "- Origin: {}", about.origin);
    }
    let _ = writeln!(
        text,
        "- File: SHA-256 begins {hash}; {} parameters\n\
         - Reads: {}-mers{} at stride {}, length setting {} ({} nt)\n\
         - Network: {}",
        config.parameters(model.compartments.len()),
        config.k,
        if config.summed_k {
            " and shorter ones, summed,"
        } else {
            ""
        },
        config.stride,
        config.length_setting,
        model.fixed_length.length,
        network(config),
    );
    match &model.training {
        Some(record) => trained(&mut text, model, record, about),
        None => text.push_str(
            "- There is no training record: these weights were not trained by this program.\n",
        ),
    }
    text.push('\n');
    for limit in about.iter().flat_map(|about| about.limits) {
        let _ = writeln!(text, "- {limit}");
    }
    let _ = writeln!(text, "- {INTENDED}");
    text
}

/// The network in one line.
fn network(config: &Config) -> String {
    let directions = if config.bidirectional {
        " in both directions"
    } else {
        ""
    };
    let reader = match config.recurrence {
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
    let joined = match config.joined_features {
        true => "1- to 3-mer frequencies and length of the whole RNA joined, ",
        false => "",
    };
    let probabilities = match config.loss {
        Loss::Softmax => "softmax: the probabilities of one RNA sum to 1",
        Loss::Sigmoid => "sigmoid: the probabilities are independent",
    };
    let d = config.embedding_dim;
    format!("d {d}, {reader}, {pooling}, {joined}{probabilities}")
}

fn trained(
    text: &mut String,
    model: &Model,
    record: &TrainingRecord,
    about: Option<&DatasetDescription>,
) {
    let (shortest, mean, longest) = record.lengths;
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
    text.push_str("| compartment | RNAs | threshold |\n|---|---|---|\n");
    for ((name, count), threshold) in model
        .compartments
        .iter()
        .zip(&record.support)
        .zip(&model.thresholds)
    {
        let _ = writeln!(text, "| {name} | {count} | {threshold:.3} |");
    }
    if let Some(figures) = &record.held_out {
        let _ = writeln!(
            text,
            "\n| held out | {} |\n|---|---|---|---|---|---|---|",
            titles(),
        );
        row(text, "this model", &figures.model.measures);
        row(text, "length only", &figures.length.measures);
        row(text, "prior only", &figures.prior.measures);
        let precision = figures.model.measures.average_precision;
        for (name, other) in [
            ("length only", &figures.length),
            ("prior only", &figures.prior),
        ] {
            if precision < other.measures.average_precision {
                let _ = writeln!(
                    text,
                    "\n**On the held-out RNAs this model is worse than {name}.**"
                );
            }
        }
    }
    for evaluation in &record.evaluations {
        evaluated(text, evaluation, about);
    }
    if record.evaluations.is_empty() && record.held_out.is_none() {
        text.push_str(
            "\nThere are no measures: nothing was held out, and the file has no evaluation.\n",
        );
    }
}

/// The table of one evaluation.
fn evaluated(text: &mut String, evaluation: &Evaluation, about: Option<&DatasetDescription>) {
    let _ = writeln!(
        text,
        "\nNetworks trained in the same way, tested on RNAs that they were not trained on: {}, {} seed(s).\n",
        described(evaluation),
        evaluation.seeds,
    );
    let _ = writeln!(
        text,
        "| {} | {} |\n|---|---|---|---|---|---|---|",
        evaluation.protocol,
        titles(),
    );
    row(text, "**this method**", &evaluation.measures);
    if evaluation.seeds > 1 {
        cells(text, "± over seeds", &evaluation.spread, |s| {
            format!("{:.3}", s.deviation)
        });
    }
    let interval = |low: f64, high: f64| format!("{low:.3} to {high:.3}");
    cells(text, "95 % interval", &evaluation.intervals, |i| {
        interval(i.low, i.high)
    });
    for (baseline, figures) in &evaluation.baselines {
        row(text, baseline.name(), &figures.measures);
        cells(text, "difference, 95 %", &figures.difference, |d| {
            format!("{:+.3} to {:+.3}", d.low, d.high)
        });
    }
    if let Some(control) = &evaluation.shuffled_labels {
        row(text, "shuffled labels", control);
    }
    if let Some(about) = about {
        let of = |values: &[f64]| {
            PerMeasure::from_fn(|measure: Measure| values.get(measure.into_usize()).copied())
        };
        let two = |value: f64| format!("({value:.2})");
        cells(
            text,
            "reference [7], as published",
            &of(&about.reference),
            two,
        );
        cells(
            text,
            "EL-RMLocNet, as published",
            &of(&about.published),
            two,
        );
    }
    verdict(text, evaluation);
    let _ = writeln!(
        text,
        "\nSplits SHA-256 begins {}; to reproduce: `{}`",
        short(&evaluation.splits_sha256),
        evaluation.command,
    );
}

/// Which baselines the method is better than in average precision, and which it is not.
fn verdict(text: &mut String, evaluation: &Evaluation) {
    let of = |wanted: fn(f64, f64) -> bool| -> Vec<&str> {
        let baselines = evaluation.baselines.iter();
        baselines
            .filter_map(|(name, figures)| {
                let apart = figures.difference[Measure::AveragePrecision]?;
                wanted(apart.low, apart.high).then(|| name.name())
            })
            .collect()
    };
    for (words, names) in [
        ("Better than", of(|low, _| low > 0.0)),
        ("**Worse than**", of(|_, high| high < 0.0)),
        (
            "Not distinguishable from",
            of(|low, high| low <= 0.0 && high >= 0.0),
        ),
    ] {
        if !names.is_empty() {
            let _ = writeln!(text, "\n{words} (average precision): {}.", names.join(", "));
        }
    }
}

/// The protocol in words.
fn described(evaluation: &Evaluation) -> String {
    let folds = evaluation.folds;
    match evaluation.protocol.as_str() {
        "paper" => format!("{folds} random folds (the paper's protocol)"),
        "strict" => format!("{folds} folds that keep near-identical RNAs together"),
        _ => "one part held out".to_owned(),
    }
}

/// The titles of the six measures, as the heads of columns.
fn titles() -> String {
    let titles: Vec<&str> = Measure::iter().map(Measure::title).collect();
    titles.join(" | ")
}

fn row(text: &mut String, name: &str, measures: &Measures) {
    cells(text, name, &measures.values(), |value| {
        format!("{value:.3}")
    });
}

fn cells<T: Copy>(text: &mut String, name: &str, of: &PerMeasure<T>, cell: impl Fn(T) -> String) {
    let cells = of.values().map(|value| value.map_or("–".to_owned(), &cell));
    let cells: Vec<String> = cells.collect();
    let _ = writeln!(text, "| {name} | {} |", cells.join(" | "));
}

fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}
