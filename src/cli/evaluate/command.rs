//! The command that repeats an evaluation.

use std::path::Path;

use super::EvaluateArguments;
use crate::evaluation::FOLDS;

impl EvaluateArguments {
    /// The command that prints the same report, with files named by `file`.
    pub(super) fn command(&self, file: impl Fn(&Path) -> String) -> String {
        let mut command = format!("rmlocnet evaluate --data {}", file(&self.data.data));
        let mut add = |option: &str, value: Option<String>| {
            if let Some(value) = value {
                command.push_str(&format!(" {option} {value}"));
            }
        };
        let (settings, seeds) = (&self.settings, &self.seeds);
        add("--labels", self.data.labels.as_deref().map(&file));
        add("--preset", settings.preset.clone());
        add("--config", settings.config.as_deref().map(&file));
        add("--epochs", self.epochs.epochs.map(|n| n.to_string()));
        add("--protocol", Some(self.protocol.to_string()));
        let folds = self.folds.filter(|folds| *folds != FOLDS);
        add("--folds", folds.map(|folds| folds.to_string()));
        add("--inner", self.inner.map(|inner| inner.to_string()));
        add("--seed", Some(seeds.seed.to_string()));
        let has_several = seeds.seeds.get() > 1;
        add("--seeds", has_several.then(|| seeds.seeds.to_string()));
        add("--apart-from", self.apart_from.as_deref().map(&file));
        let flags = [
            ("--shuffled", self.shuffled),
            ("--no-baselines", self.no_baselines),
            ("--as-published", self.as_published),
            ("--json", self.is_json),
        ];
        for (flag, is_given) in flags {
            if is_given {
                command.push_str(&format!(" {flag}"));
            }
        }
        command
    }
}

/// The name of a file without its folder.
pub(super) fn file_name(path: &Path) -> String {
    match path.file_name() {
        Some(name) => name.to_string_lossy().into_owned(),
        None => path.display().to_string(),
    }
}

/// A path as an argument of a command, in quotation marks if a shell would divide or change it.
pub(super) fn argument(path: &Path) -> String {
    let path = path.display().to_string();
    let is_plain = |letter: char| letter.is_alphanumeric() || "_./-+=:@%,".contains(letter);
    if !path.is_empty() && path.chars().all(is_plain) {
        path
    } else {
        format!("'{}'", path.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_argument_is_one_word_for_a_shell() {
        for (path, expected) in [
            ("work/run-1", "work/run-1"),
            ("my work", "'my work'"),
            ("it's;here", r"'it'\''s;here'"),
            ("", "''"),
        ] {
            assert_eq!(argument(Path::new(path)), expected);
        }
    }
}
