//! Files to write. They are checked before anything is computed, and an existing file is replaced
//! only when the new one is complete.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use same_file::Handle;
use tempfile::{Builder, NamedTempFile};

use super::error::{CliError, OutputProblem};

/// Ending of the name of a file that is not complete.
pub(super) const INCOMPLETE: &str = ".incomplete";

/// A file that a command reads: it must not be written.
#[derive(Clone, Copy)]
pub(super) struct InputFile<'a> {
    /// Its option, such as `--data`, or `the input`.
    pub(super) name: &'static str,
    pub(super) path: &'a Path,
}

impl<'a> InputFile<'a> {
    pub(super) fn new(name: &'static str, path: &'a Path) -> Self {
        Self { name, path }
    }
}

/// Where an output goes.
enum Destination {
    /// A file beside its place, which is moved there when it is complete.
    Beside(BufWriter<NamedTempFile>),
    /// A pipe or a device, which cannot be replaced.
    Direct(BufWriter<File>),
}

/// A file that is being written.
pub(super) struct OutputFile {
    /// The file as it was named.
    path: PathBuf,
    /// The file itself, if `path` is a link.
    place: PathBuf,
    destination: Destination,
}

impl OutputFile {
    /// Checks that a file can be written, and begins it.
    ///
    /// # Errors
    /// It is a folder, its folder does not exist or cannot be written, or it is one of the inputs
    /// under any name.
    pub(super) fn create(
        option: &'static str,
        path: &Path,
        inputs: &[InputFile<'_>],
    ) -> Result<Self, CliError> {
        let problem = |problem| CliError::Output {
            option,
            path: path.to_owned(),
            problem,
        };
        check_inputs(path, inputs).map_err(problem)?;
        let place = true_place(path);
        let metadata = fs::metadata(&place).ok();
        if metadata.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(problem(OutputProblem::Folder));
        }
        if metadata
            .as_ref()
            .is_some_and(|metadata| !metadata.is_file())
        {
            let file = File::create(&place).map_err(|error| problem(error.into()))?;
            return Ok(Self {
                path: path.to_owned(),
                place,
                destination: Destination::Direct(BufWriter::new(file)),
            });
        }
        if metadata.is_some_and(|metadata| metadata.permissions().readonly()) {
            return Err(problem(OutputProblem::ReadOnly));
        }
        let file = begin_beside(&place).map_err(problem)?;
        Ok(Self {
            path: path.to_owned(),
            place,
            destination: Destination::Beside(BufWriter::new(file)),
        })
    }

    /// An error if this is the same file as another output.
    pub(super) fn check_differs(
        &self,
        option: &'static str,
        other: Option<&Self>,
        other_option: &'static str,
    ) -> Result<(), CliError> {
        let is_file = matches!(self.destination, Destination::Beside(_));
        match other {
            Some(other) if is_file && other.place == self.place => Err(CliError::Output {
                option,
                path: self.path.clone(),
                problem: OutputProblem::OtherOutput(other_option),
            }),
            _ => Ok(()),
        }
    }

    /// Moves the complete file to its place.
    ///
    /// # Errors
    /// The last bytes cannot be written, or the file cannot be moved. It is then kept beside its
    /// place, and the error names it.
    pub(super) fn finish(mut self) -> Result<(), CliError> {
        self.flush()
            .map_err(|error| CliError::write(&self.path, error))?;
        let Destination::Beside(writer) = self.destination else {
            return Ok(());
        };
        let file = writer
            .into_inner()
            .map_err(|error| CliError::write(&self.path, error.into_error()))?;
        sync(file.as_file()).map_err(|error| CliError::write(&self.path, error))?;
        let Err(failed) = file.persist(&self.place) else {
            return Ok(());
        };
        Err(match failed.file.keep() {
            Ok((_, kept)) => CliError::Kept {
                path: self.path,
                error: failed.error,
                kept,
            },
            Err(_) => CliError::write(&self.path, failed.error),
        })
    }

    /// Keeps what has been written of a file that will not be completed. Returns its name; `None` if
    /// nothing was kept.
    pub(super) fn keep_incomplete(mut self) -> Option<PathBuf> {
        self.flush().ok()?;
        match self.destination {
            Destination::Beside(writer) => {
                let (file, kept) = writer.into_inner().ok()?.keep().ok()?;
                (file.metadata().ok()?.len() > 0).then_some(kept)
            }
            Destination::Direct(_) => None,
        }
    }
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.destination {
            Destination::Beside(writer) => writer.write(bytes),
            Destination::Direct(writer) => writer.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.destination {
            Destination::Beside(writer) => writer.flush(),
            Destination::Direct(writer) => writer.flush(),
        }
    }
}

/// Has the system write a file, because another machine on a network file system may read it as soon
/// as it is at its place. A file system that cannot do this is not an error.
fn sync(file: &File) -> io::Result<()> {
    use io::ErrorKind::{InvalidInput, Unsupported};
    match file.sync_all() {
        Err(error) if matches!(error.kind(), InvalidInput | Unsupported) => Ok(()),
        result => result,
    }
}

/// An error if a file is one of the inputs, also through another path or a link.
fn check_inputs(path: &Path, inputs: &[InputFile<'_>]) -> Result<(), OutputProblem> {
    let is_same =
        |input: &&InputFile<'_>| same_file::is_same_file(path, input.path).unwrap_or(false);
    match inputs.iter().find(is_same) {
        Some(input) => Err(OutputProblem::Input(input.name)),
        None => Ok(()),
    }
}

/// An error if standard output is one of the inputs, as in `rmlocnet predict rnas.fa >> rnas.fa`.
pub(super) fn check_standard_output(inputs: &[InputFile<'_>]) -> Result<(), CliError> {
    let Ok(output) = Handle::stdout() else {
        return Ok(());
    };
    let is_output = |input: &&InputFile<'_>| {
        input.path.is_file() && Handle::from_path(input.path).is_ok_and(|input| input == output)
    };
    match inputs.iter().find(is_output) {
        Some(input) => Err(CliError::Output {
            option: "standard output",
            path: input.path.to_owned(),
            problem: OutputProblem::Input(input.name),
        }),
        None => Ok(()),
    }
}

/// The file that a path names. A link stays, and the file that it names is replaced.
fn true_place(path: &Path) -> PathBuf {
    let in_folder = || {
        let folder = path.parent()?;
        let folder = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        Some(fs::canonicalize(folder).ok()?.join(path.file_name()?))
    };
    let place = fs::canonicalize(path).ok().or_else(in_folder);
    place.unwrap_or_else(|| path.to_owned())
}

/// Begins a file in the folder of its place.
fn begin_beside(place: &Path) -> Result<NamedTempFile, OutputProblem> {
    let Some(name) = place.file_name() else {
        return Err(OutputProblem::Folder);
    };
    let folder = match place.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if !folder.is_dir() {
        return Err(OutputProblem::NoFolder(folder.to_owned()));
    }
    let mut prefix = name.to_owned();
    prefix.push(".");
    let mut builder = Builder::new();
    builder.prefix(&prefix).suffix(INCOMPLETE);
    // As of any new file; the program's user may restrict them further.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let file = builder.tempfile_in(folder)?;
    if let Ok(metadata) = fs::metadata(place) {
        // The new file may be used by those who may use the old one. If the system refuses, it can
        // still be written.
        let _ = file.as_file().set_permissions(metadata.permissions());
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_existing_file_is_replaced_only_when_the_new_one_is_complete() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("table.tsv");
        fs::write(&path, "old").unwrap();
        let mut output = OutputFile::create("--output", &path, &[]).unwrap();
        output.write_all(b"new").unwrap();
        output.flush().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        output.finish().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        let dropped = OutputFile::create("--output", &path, &[]).unwrap();
        drop(dropped);
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn places_that_cannot_be_written_are_rejected_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let error = |name: &str| {
            let input = path("input.fa");
            let inputs = [InputFile::new("the input", &input)];
            let created = OutputFile::create("--output", &path(name), &inputs);
            created.err().map(|error| error.to_string())
        };
        fs::write(path("input.fa"), "kept").unwrap();
        fs::create_dir(path("sub")).unwrap();
        assert!(error("new.tsv").is_none());
        assert!(error("sub").unwrap().contains("is a folder"));
        assert!(error("no/table.tsv").unwrap().contains("does not exist"));
        for name in ["input.fa", "sub/../input.fa"] {
            assert!(error(name).unwrap().contains("is the input"), "{name}");
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(path("input.fa"), path("link")).unwrap();
            fs::hard_link(path("input.fa"), path("hard")).unwrap();
            assert!(error("link").unwrap().contains("is the input"));
            assert!(error("hard").unwrap().contains("is the input"));
        }
        assert_eq!(fs::read_to_string(path("input.fa")).unwrap(), "kept");
    }

    #[test]
    fn what_was_written_of_an_incomplete_file_is_kept_under_a_name_that_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("table.tsv");
        let mut output = OutputFile::create("--output", &path, &[]).unwrap();
        output.write_all(b"half").unwrap();
        let kept = output.keep_incomplete().unwrap();
        assert_eq!(fs::read_to_string(&kept).unwrap(), "half");
        assert!(kept.to_string_lossy().contains("table.tsv."), "{kept:?}");
        assert!(!path.exists());
    }
}
