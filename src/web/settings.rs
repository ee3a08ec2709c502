//! The settings of networks, for JavaScript.

use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::to_js;
use crate::network::{self, SETTINGS, Setting, SettingChoice, SettingRange};

/// All presets: `[{name, rna_class, species, config}]`.
#[wasm_bindgen]
pub fn presets() -> Result<JsValue, JsError> {
    to_js(&network::presets())
}

/// A setting as the page shows it.
#[derive(Serialize)]
struct SettingDescription {
    name: &'static str,
    label: &'static str,
    group: &'static str,
    paper: Option<&'static str>,
    meaning: &'static str,
    /// The values that are allowed, in words.
    allowed: String,
    /// The smallest and the largest whole number.
    least: Option<usize>,
    most: Option<usize>,
    /// `whole`, `number`, `switch` or `choice`.
    kind: &'static str,
    choices: Vec<SettingChoice>,
}

/// All settings, group by group: `[{name, label, group, paper, meaning, allowed, least, most, kind,
/// choices: [{name, meaning}]}]`.
#[wasm_bindgen]
pub fn settings() -> Result<JsValue, JsError> {
    let settings: Vec<SettingDescription> = SETTINGS.iter().map(describe).collect();
    to_js(&settings)
}

fn describe(setting: &Setting) -> SettingDescription {
    let (least, most) = match setting.range {
        SettingRange::Whole { least, most, .. } => (Some(least), Some(most)),
        _ => (None, None),
    };
    let (kind, choices) = match setting.range {
        SettingRange::Whole { .. } => ("whole", Vec::new()),
        SettingRange::Share(_) | SettingRange::Positive(_) | SettingRange::NotNegative(_) => {
            ("number", Vec::new())
        }
        SettingRange::Switch => ("switch", Vec::new()),
        SettingRange::Choice(choices) => ("choice", choices()),
    };
    SettingDescription {
        name: setting.name,
        label: setting.label,
        group: setting.group.title(),
        paper: setting.paper,
        meaning: setting.meaning,
        allowed: setting.allowed(),
        least,
        most,
        kind,
        choices,
    }
}
