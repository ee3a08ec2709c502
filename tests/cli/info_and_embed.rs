//! `rmlocnet info`, `rmlocnet describe` and `rmlocnet embed`.

use serde_json::Value;

use super::labelled::COMPARTMENTS;
use super::{folder, folder_with_model, model, run, stderr, stdout};

#[test]
fn info_prints_what_the_model_file_holds() {
    let folder = folder_with_model();
    let output = run(folder.path(), "info {}/small.safetensors");
    assert!(output.status.success());
    let json: Value = serde_json::from_str(stdout(&output)).unwrap();
    assert_eq!(json["name"], "small");
    assert_eq!(json["sha256"], rmlocnet::model::hash(model()));
    assert_eq!(json["bytes"], model().len());
    assert_eq!(json["compartments"], serde_json::json!(COMPARTMENTS));
    assert_eq!(json["training"]["seed"], 7);
    assert_eq!(json["training"]["records"], 48);
    assert_eq!(json["training"]["history"].as_array().unwrap().len(), 5);
    assert_eq!(
        json["tensors"]["lstm.weight_hh_l0"],
        serde_json::json!([32, 8])
    );
    // 18·8 embedding, 32·(8 + 8 + 2) LSTM, 4·16 + 4·8 + 4 attention, 2·8 normalisation, 3·8 + 3.
    assert_eq!(json["parameters"], 144 + 576 + 100 + 16 + 27);
}

#[test]
fn describe_prints_the_counts_and_what_is_odd() {
    let folder = folder();
    let output = run(folder.path(), "describe --data {}/labelled.fasta --json");
    assert!(output.status.success(), "{}", stderr(&output));
    let json: Value = serde_json::from_str(stdout(&output)).unwrap();
    assert_eq!(json["records"], 48);
    let sizes = json["compartments"].as_array().unwrap();
    assert_eq!(sizes.len(), COMPARTMENTS.len());
    let inside: u64 = sizes
        .iter()
        .map(|size| size["rnas"].as_u64().unwrap())
        .sum();
    let counted = json["cardinality"].as_array().unwrap().iter().enumerate();
    let labels: u64 = counted
        .map(|(n, rnas)| n as u64 * rnas.as_u64().unwrap())
        .sum();
    assert_eq!(inside, labels);
    let text = run(folder.path(), "describe --data {}/labelled.fasta");
    for finding in json["findings"].as_array().unwrap() {
        assert!(stdout(&text).contains(finding["message"].as_str().unwrap()));
    }
}

/// The help of every subcommand that trains lists every setting.
#[test]
fn help_lists_all_settings() {
    let folder = folder();
    for subcommand in ["train", "evaluate", "search"] {
        let output = run(folder.path(), &format!("{subcommand} --help"));
        for setting in rmlocnet::network::SETTINGS {
            assert!(stdout(&output).contains(&format!("  {}: ", setting.name)));
        }
    }
}

#[test]
fn embed_prints_the_vectors_and_the_singular_values_of_every_hop() {
    let folder = folder();
    for (k, stride, dim) in [(1, 1, 8), (2, 2, 20), (3, 2, 16)] {
        let arguments = format!(
            "embed --data {{}}/labelled.fasta --k {k} --stride {stride} --dim {dim} --hops 3 --json"
        );
        let output = run(folder.path(), &arguments);
        assert!(output.status.success(), "{}", stderr(&output));
        let json: Value = serde_json::from_str(stdout(&output)).unwrap();
        let rows = 4usize.pow(k) + 2;
        let vocabulary = json["vocabulary"].as_array().unwrap();
        assert_eq!(vocabulary.len(), rows);
        assert_eq!(vocabulary[0], "A".repeat(k as usize));
        assert_eq!(json["shape"], serde_json::json!([rows, dim]));
        let spectra = json["singular_values"].as_array().unwrap();
        assert_eq!(spectra.len(), 3, "one per hop");
        for spectrum in spectra {
            let values = spectrum.as_array().unwrap();
            let values: Vec<f64> = values.iter().map(|v| v.as_f64().unwrap()).collect();
            assert_eq!(values.len(), rows - 2);
            assert!(values.is_sorted_by(|a, b| a >= b) && values[0] > 0.0);
        }
        let vectors = json["vectors"].as_array().unwrap();
        assert_eq!(vectors.len(), rows);
        assert!(vectors.iter().all(|v| v.as_array().unwrap().len() == dim));
        assert_eq!(json["degenerate"], false);
    }
    let summary = run(
        folder.path(),
        "embed --data {}/labelled.fasta --k 2 --dim 8",
    );
    assert!(
        stdout(&summary).starts_with("18 x 8 matrix"),
        "{}",
        stdout(&summary)
    );
}

#[test]
fn embed_reports_when_the_adjacency_of_the_papers_text_is_degenerate() {
    let folder = folder();
    let arguments = "embed --data {}/labelled.fasta --k 1 --dim 8 --mode as-written";
    let output = run(folder.path(), &format!("{arguments} --json"));
    let json: Value = serde_json::from_str(stdout(&output)).unwrap();
    assert_eq!(json["degenerate"], true);
    assert_eq!(json["columns_from_graph"], 0);
    let summary = run(folder.path(), arguments);
    assert!(
        stdout(&summary).contains("degenerate"),
        "{}",
        stdout(&summary)
    );
}
