//! Runs the functions of the programs in `examples/`.

#[path = "../../examples/embed.rs"]
#[allow(dead_code, reason = "the example's own `main` is not called")]
mod embed;
#[path = "../../examples/predict.rs"]
#[allow(dead_code, reason = "the example's own `main` is not called")]
mod predict;
#[path = "../../examples/train.rs"]
#[allow(dead_code, reason = "the example's own `main` is not called")]
mod train;

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
