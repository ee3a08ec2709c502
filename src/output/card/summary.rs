//! A model in one sentence, for lists.

use crate::model::Model;
use crate::network::preset_of_model;

/// What a model is for, what it learnt from, and whether it is for teaching only.
pub fn summary(model: &Model) -> String {
    let name = &model.config.name;
    let whose = preset_of_model(name).map_or_else(
        || name.clone(),
        |preset| format!("{} {}s", of_species(preset.species), preset.rna_class),
    );
    let compartments = model.compartments.len();
    let mut text = format!("{whose}: {compartments} compartments");
    let Some(record) = &model.training else {
        return text;
    };
    text.push_str(&format!(", learnt from {} RNAs", record.records));
    let figures = record.figures().filter(|figures| figures.is_for_teaching);
    if let Some(best) = figures.and_then(|figures| figures.best_baseline) {
        text.push_str(&format!(
            ". For teaching only: a baseline ({}) does better",
            best.name
        ));
    }
    text
}

/// The species at the beginning of a sentence, in front of a class of RNAs.
fn of_species(species: &str) -> String {
    if species == "all species" {
        return "All species’".to_owned();
    }
    let mut letters = species.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
