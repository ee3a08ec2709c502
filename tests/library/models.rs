//! The shipped models: list, files and cards agree.

use std::fs;

use crate::support::predict_fasta;
use rmlocnet::device;
use rmlocnet::evaluation::Report;
use rmlocnet::model::{Model, hash};
use rmlocnet::network::preset_of_model;
use rmlocnet::output::{card, summary};
use rmlocnet::predictor::{Predictor, WarningKind};

fn listed() -> Vec<serde_json::Value> {
    let index: serde_json::Value =
        serde_json::from_str(&fs::read_to_string("models/index.json").unwrap()).unwrap();
    index["models"].as_array().unwrap().clone()
}

#[test]
fn every_report_of_an_evaluation_is_read() {
    for entry in fs::read_dir("models/evaluation").unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let report: Result<Report, _> = serde_json::from_str(&text);
        let report = report.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(report.per_compartment.len(), report.data.compartments.len());
    }
}

#[test]
fn every_model_file_is_listed_correctly() {
    let listed = listed();
    let files = fs::read_dir("models")
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|e| e == "safetensors"));
    assert_eq!(files.count(), listed.len());
    for entry in &listed {
        let bytes = fs::read(format!("models/{}", entry["file"].as_str().unwrap())).unwrap();
        let model = Model::from_bytes(&bytes).unwrap();
        let preset = preset_of_model(&model.config().name).unwrap();
        assert_eq!(entry["name"], model.config().name);
        assert_eq!(
            entry["compartments"],
            serde_json::json!(model.compartments())
        );
        assert_eq!(entry["rna_class"], preset.rna_class.to_string());
        assert_eq!(entry["species"], preset.species);
        // Behind it may stand what the model is beside another one.
        let listed = entry["summary"].as_str().unwrap();
        assert!(
            listed.starts_with(&summary(&model)),
            "run scripts/model-cards.sh"
        );
        let figures = model.training().unwrap().figures().unwrap();
        assert_eq!(
            entry["figures"],
            serde_json::from_str::<serde_json::Value>(&serde_json::to_string(&figures).unwrap())
                .unwrap(),
            "run scripts/model-cards.sh"
        );
        assert_eq!(
            summary(&model).contains("teaching only"),
            figures.is_for_teaching
        );
    }
}

#[test]
fn every_card_is_the_output_of_info() {
    let cards = fs::read_to_string("models/README.md").unwrap();
    for entry in listed() {
        let bytes = fs::read(format!("models/{}", entry["file"].as_str().unwrap())).unwrap();
        let card = card(&Model::from_bytes(&bytes).unwrap(), &hash(&bytes));
        assert!(
            cards.contains(&card),
            "models/README.md should contain this card:\n{card}"
        );
    }
}

/// The page's example for a class lies in the applicability domain of each model of the class.
#[test]
fn every_example_of_the_page_suits_its_models() {
    for entry in listed() {
        let class = entry["rna_class"].as_str().unwrap();
        let example = format!("www/src/content/examples/{}.fa", class.to_lowercase());
        let bytes = fs::read(format!("models/{}", entry["file"].as_str().unwrap())).unwrap();
        let predictor = Predictor::new(&bytes, &device::cpu()).unwrap();
        let results = predict_fasta(&predictor, &fs::read_to_string(&example).unwrap());
        assert!(results.problems.is_empty() && results.predictions.len() > 1);
        for prediction in &results.predictions {
            let id = &prediction.id;
            // A call that reflects one study says nothing about the RNA.
            let mut kinds = prediction.warnings.iter().map(|warning| warning.kind);
            assert!(
                kinds.all(|kind| kind == WarningKind::OneStudy),
                "{example}, {id}: {:?}",
                prediction.warnings
            );
        }
    }
}

/// The model of their class predicts well-known RNAs, with T and with U.
#[test]
fn well_known_rnas_are_predicted() {
    let let_7a = "UGAGGUAGUAGGUUGUAUAGUU";
    let bytes = fs::read("models/human-mirna.safetensors").unwrap();
    let predictor = Predictor::new(&bytes, &device::cpu()).unwrap();
    let rna = format!(
        ">let-7a\n{let_7a}\n>let-7a-dna\n{}\n",
        let_7a.replace('U', "T")
    );
    let results = predict_fasta(&predictor, &rna);
    let [rna, dna] = results.predictions.as_slice() else {
        panic!("two RNAs have two predictions")
    };
    assert_eq!(
        rna.probabilities, dna.probabilities,
        "the spelling must not matter"
    );
    assert!(rna.probabilities.iter().all(|p| (0.0..=1.0).contains(p)));
}

/// A mitochondrial call of a mature miRNA carries a warning about the study that it reflects; other
/// calls, and a mitochondrial call of a longer RNA, do not.
#[test]
fn calls_that_reflect_one_study_are_warned_about() {
    let bytes = fs::read("models/human-mirna.safetensors").unwrap();
    let predictor = Predictor::new(&bytes, &device::cpu()).unwrap();
    let mitochondrion = predictor
        .model()
        .compartments()
        .iter()
        .position(|name| name == "Mitochondrion")
        .unwrap();
    let results = predict_fasta(&predictor, &fs::read_to_string("models/panel.fa").unwrap());
    let mut warned = 0;
    for prediction in &results.predictions {
        let is_warned = prediction
            .warnings
            .iter()
            .any(|warning| warning.kind == WarningKind::OneStudy);
        let is_mature_call =
            prediction.called.contains(&mitochondrion) && prediction.sequence.len() <= 30;
        assert_eq!(is_warned, is_mature_call, "{}", prediction.id);
        warned += usize::from(is_warned);
    }
    // let-7a and miR-122.
    assert_eq!(warned, 2);
}
