//! Recognizes files that are not plain text by their first bytes.

/// What a file is, and what to do to get the text out of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OtherFormat {
    /// The format, with an article.
    pub name: &'static str,
    /// What to do.
    pub remedy: &'static str,
}

const UNPACK: &str = "unpack it first";
const EXPORT: &str = "export it as plain text first";
const LFS: &str = "fetch the file itself with `git lfs pull`, or download it again";
const MODEL: &str = "give it as the model, and the sequences here";
const WEB_PAGE: &str = "a server probably sent it instead of the file; download the file again";

/// Formats and the bytes with which they begin.
const SIGNATURES: [(&[u8], OtherFormat); 13] = [
    (
        b"PK\x03\x04",
        format("a zip archive or an Office document", UNPACK),
    ),
    (b"%PDF", format("a PDF", EXPORT)),
    (b"BZh", format("a bzip2 file", UNPACK)),
    (b"\xFD7zXZ", format("an xz file", UNPACK)),
    (b"\x28\xB5\x2F\xFD", format("a zstd file", UNPACK)),
    (b"7z\xBC\xAF", format("a 7z archive", UNPACK)),
    (b"Rar!\x1A\x07", format("a RAR archive", UNPACK)),
    (b"\xD0\xCF\x11\xE0", format("an Office document", EXPORT)),
    (b"{\\rtf", format("a rich text document", EXPORT)),
    (
        b"BAM\x01",
        format("a BAM file", "convert it with `samtools fasta` first"),
    ),
    (
        b"\x89PNG",
        format("a PNG picture", "give the file with the sequences"),
    ),
    (
        b"\xFF\xD8\xFF",
        format("a JPEG picture", "give the file with the sequences"),
    ),
    (b"version https://git-lfs", format("a Git LFS pointer", LFS)),
];

/// Where a safetensors file has the start of its header, after the length of that header.
const SAFETENSORS: std::ops::Range<usize> = 7..10;

/// Where a tar archive has its signature.
const TAR: std::ops::Range<usize> = 257..262;

impl OtherFormat {
    /// Whether the remedy leads to any kind of file, not only to text.
    pub fn has_general_remedy(&self) -> bool {
        [UNPACK, LFS, WEB_PAGE].contains(&self.remedy)
    }

    /// Whether this is the format of models.
    pub fn is_safetensors(&self) -> bool {
        self.remedy == MODEL
    }
}

const fn format(name: &'static str, remedy: &'static str) -> OtherFormat {
    OtherFormat { name, remedy }
}

/// The format of a file that begins with `start`, if it is one of those that are neither text nor
/// gzip. All formats are recognized in the first 512 bytes.
pub fn other_format(start: &[u8]) -> Option<OtherFormat> {
    let signature = SIGNATURES
        .iter()
        .find(|(bytes, _)| start.starts_with(bytes));
    if let Some((_, format)) = signature {
        return Some(*format);
    }
    if start.get(TAR) == Some(b"ustar") {
        return Some(format("a tar archive", UNPACK));
    }
    if start.get(SAFETENSORS) == Some(b"\0{\"") {
        return Some(format("a safetensors file", MODEL));
    }
    is_web_page(start).then_some(format("a web page", WEB_PAGE))
}

fn is_web_page(start: &[u8]) -> bool {
    let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start);
    let text = text.trim_ascii_start();
    [&b"<!doctype"[..], b"<html", b"<head", b"<?xml"]
        .iter()
        .any(|tag| {
            text.get(..tag.len())
                .is_some_and(|begin| begin.eq_ignore_ascii_case(tag))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_recognized_and_text_is_not() {
        let name = |start: &[u8]| other_format(start).map(|format| format.name);
        assert_eq!(name(b"%PDF-1.7"), Some("a PDF"));
        assert_eq!(name(b"\xEF\xBB\xBF\n <!DOCTYPE html>"), Some("a web page"));
        assert_eq!(name(b"<HTML><body>"), Some("a web page"));
        let pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n";
        assert_eq!(name(pointer), Some("a Git LFS pointer"));
        let model = b"\x40\x01\0\0\0\0\0\0{\"__metadata__\":{}}";
        assert_eq!(name(model), Some("a safetensors file"));
        let mut tar = vec![0; 512];
        tar[..6].copy_from_slice(b"rna.fa");
        tar[TAR].copy_from_slice(b"ustar");
        assert_eq!(name(&tar), Some("a tar archive"));
        for text in [
            &b""[..],
            b">a\nACGU",
            b"version 2 of my table\tx",
            b"id\tlabels\tsequence",
        ] {
            assert_eq!(name(text), None);
        }
    }
}
