//! Runs the functions of the programs in `examples/`.

#[path = "../../examples/embed.rs"]
#[allow(dead_code, reason = "the example's own `main` is not called")]
mod embed;
#[path = "../../examples/experiments/main.rs"]
#[allow(dead_code, reason = "the example's own `main` is not called")]
mod experiments;
#[path = "../../examples/predict.rs"]
#[allow(dead_code, reason = "the example's own `main` is not called")]
mod predict;
#[path = "../../examples/train.rs"]
#[allow(dead_code, reason = "the example's own `main` is not called")]
mod train;

use pollster::block_on;
use rmlocnet::evaluation::Protocol;
use rmlocnet::metrics::AurocKind;
use rmlocnet::network::preset;

use crate::support::labelled::labelled;
use crate::support::vary;

#[test]
fn the_example_predicts_every_rna_of_the_panel() {
    let lines = predict::predict("models/human-mirna.safetensors", "models/panel.fa").unwrap();
    assert_eq!(lines.len(), 4);
    assert!(
        lines[0].starts_with("let-7a-5p: Mitochondrion 0.75"),
        "{lines:?}"
    );
}

#[test]
fn the_example_trains_a_model_that_is_better_than_label_frequencies() {
    let (model, line) = train::train(train::made_up_set(120).as_bytes(), 10).unwrap();
    rmlocnet::Model::from_bytes(&model).unwrap();
    let numbers: Vec<f64> = line
        .split([' ', ';'])
        .filter_map(|word| word.parse().ok())
        .collect();
    assert!(numbers[0] > numbers[1], "{line}");
}

#[test]
fn the_example_embeds_every_kmer() {
    let lines = embed::embed("models/panel.fa", 2).unwrap();
    assert_eq!(lines.len(), 16 + 2);
    assert_eq!(lines[6].split('\t').next(), Some("CG"));
    assert_eq!(lines[6].split('\t').count(), 1 + 8);
}

/// An experiment with a small network on 48 made-up RNAs; the other set has a compartment of its own.
fn small_experiment() -> experiments::Experiment {
    let config = vary(preset("human-mirna").unwrap().config, |config| {
        config.embedding_dim = 4;
        config.hidden_units = 4;
        config.attention_dim = 4;
        config.epochs = 1;
    });
    let other = labelled(24, 9).replace("Exosome", "Microvesicle");
    let (data, others) = (labelled(48, 3).into_bytes(), vec![other.into_bytes()]);
    experiments::Experiment::new(config, Protocol::Holdout, 1, data, others).unwrap()
}

#[test]
fn the_first_row_of_every_experiment_is_an_evaluation() {
    let small = small_experiment();
    let plan = &small.plan;
    let fold = block_on(plan.run(&plan.folds[0], || ())).unwrap();
    let report = plan.report(&[fold]).unwrap();
    let auroc = report.aurocs.values[AurocKind::All].unwrap();
    for (name, rows) in [("distillation", 4), ("union", 3), ("pretraining", 2)] {
        let table = small.run(name).unwrap();
        assert_eq!(table.len(), 2 + rows, "{table:?}");
        let cells: Vec<&str> = table[2].split(" | ").collect();
        assert_eq!(cells[0], "| as usual");
        let expected = [report.measures.average_precision, auroc].map(|n| format!("{n:.3}"));
        assert_eq!(cells[1..3], expected, "{name}");
        let columns = |line: &String| line.matches(" | ").count();
        assert!(
            table[2..]
                .iter()
                .all(|line| columns(line) == columns(&table[0]))
        );
        assert!(
            table.last().unwrap().contains(" to "),
            "an interval: {table:?}"
        );
        assert_eq!(small.run(name).unwrap(), table, "the same again");
    }
}
