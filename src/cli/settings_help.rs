//! The list of all settings at the end of `--help`.

use std::fmt::Write;

use strum::VariantArray;

use crate::network::{SETTINGS, Setting, SettingGroup, SettingRange};

/// Names, values and meanings of the settings that `--config` replaces, group by group.
pub(super) fn settings_help() -> String {
    let mut text = "Settings for --config, such as `hidden_units = 64`:".to_owned();
    for group in SettingGroup::VARIANTS {
        // Writing to a string cannot fail, here and below.
        let _ = write!(text, "\n\n{}:", group.title());
        for setting in SETTINGS.iter().filter(|setting| setting.group == *group) {
            write_setting(&mut text, setting);
        }
    }
    text
}

fn write_setting(text: &mut String, setting: &Setting) {
    let source = setting.paper.unwrap_or("not in the paper");
    let (name, meaning) = (setting.name, setting.meaning);
    match setting.range {
        SettingRange::Choice(choices) => {
            let _ = write!(text, "\n  {name}: {meaning} [{source}]");
            for choice in choices() {
                let _ = write!(text, "\n    \"{}\": {}", choice.name, choice.meaning);
            }
        }
        _ => {
            let allowed = setting.allowed();
            let _ = write!(text, "\n  {name}: {meaning} {allowed} [{source}]");
        }
    }
}
