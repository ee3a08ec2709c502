//! Where the records of a set come from, as the form of their IDs shows it.
//!
//! Sets are often put together from several databases. The databases then differ in more than their
//! IDs: in how their sequences end, in which RNAs they hold, and so in the labels.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::Hash;

use crate::rna::Record;

/// A form of IDs is rare if it has fewer RNAs than this share of the set, or than [`RARE_RNAS`].
/// Rare forms are counted together: of a group with a few RNAs nothing can be said.
const RARE_SHARE: f64 = 0.01;
/// A form of IDs with fewer RNAs is rare in any set.
const RARE_RNAS: usize = 5;
/// Numbers with at least this many digits are numbers of a database.
const ACCESSION_DIGITS: usize = 5;
/// Names of genes that look like accessions, with the letters before their number.
const GENES_WITH_NUMBERS: [&str; 5] = ["LOC", "LINC", "FLJ", "MGC", "KIAA"];
/// The name of the group of all rare forms.
const OTHER: &str = "other";

/// The form of an ID, or of one of its fields between `|`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum IdForm<'a> {
    /// An accession of NCBI's RefSeq, such as `NM_000016`.
    RefSeq,
    /// A gene or transcript of Ensembl, such as `ENST00000370834.9`.
    Ensembl,
    /// A miRNA or its accession in miRBase, such as `hsa-miR-21-5p` or `MIMAT0000076`.
    MiRBase,
    /// An accession of another database, such as `AK048391.1`.
    Accession,
    /// A gene's name or its number, such as `ACADM`.
    Gene,
    /// Anything else, by what stands before its first digit.
    Word(&'a str),
    /// A form that is rare in its set.
    Rare,
    /// The field is missing.
    Absent,
}

impl<'a> IdForm<'a> {
    fn new(field: &'a str) -> Self {
        let (letters, rest) = split_letters(field);
        if field.is_empty() {
            Self::Absent
        } else if is_ref_seq(field) {
            Self::RefSeq
        } else if is_ensembl(letters, rest) {
            Self::Ensembl
        } else if is_mirbase(field, letters, rest) {
            Self::MiRBase
        } else if is_accession(letters, rest) {
            Self::Accession
        } else if is_gene(field) {
            Self::Gene
        } else {
            let end = field.find(|c: char| c.is_ascii_digit());
            let word = &field[..end.unwrap_or(field.len())];
            Self::Word(word.trim_end_matches(|c: char| !c.is_alphanumeric()))
        }
    }

    /// Whether it names a database.
    fn is_database(self) -> bool {
        matches!(
            self,
            Self::RefSeq | Self::Ensembl | Self::MiRBase | Self::Accession
        )
    }

    fn name(self) -> Cow<'a, str> {
        match self {
            Self::RefSeq => "RefSeq".into(),
            Self::Ensembl => "Ensembl".into(),
            Self::MiRBase => "miRBase".into(),
            Self::Accession => "other accession".into(),
            Self::Gene => "gene name".into(),
            Self::Word("") | Self::Rare | Self::Absent => OTHER.into(),
            Self::Word(word) => format!("{word}…").into(),
        }
    }
}

/// The letters at the start, and what follows them.
fn split_letters(field: &str) -> (&str, &str) {
    let end = field.find(|c: char| !c.is_ascii_alphabetic());
    field.split_at(end.unwrap_or(field.len()))
}

/// The number of digits at the start.
fn leading_digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

fn is_ref_seq(field: &str) -> bool {
    let prefix = ["NM_", "NR_", "XM_", "XR_"];
    let number = prefix.iter().find_map(|prefix| field.strip_prefix(prefix));
    number.is_some_and(|number| leading_digits(number) >= ACCESSION_DIGITS)
}

fn is_ensembl(letters: &str, rest: &str) -> bool {
    letters.starts_with("ENS")
        && letters.ends_with(['G', 'T'])
        && leading_digits(rest) >= ACCESSION_DIGITS
}

fn is_mirbase(field: &str, letters: &str, rest: &str) -> bool {
    let is_species =
        |word: &str| (3..=4).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_lowercase());
    let is_mirna = |name: &str| {
        let name = name.to_ascii_lowercase();
        ["mir", "let", "lin", "bantam"]
            .iter()
            .any(|start| name.starts_with(start))
    };
    let named = field
        .split_once('-')
        .is_some_and(|(species, name)| is_species(species) && is_mirna(name));
    named || (matches!(letters, "MI" | "MIMAT") && leading_digits(rest) == 7)
}

/// Letters and a number of many digits, perhaps with a version.
fn is_accession(letters: &str, rest: &str) -> bool {
    let digits = leading_digits(rest);
    let after = &rest[digits..];
    let version = after.strip_prefix('.').unwrap_or(after);
    !letters.is_empty()
        && digits >= ACCESSION_DIGITS
        && leading_digits(version) == version.len()
        && !GENES_WITH_NUMBERS.contains(&letters)
}

/// A word that begins with a capital letter, or a number: NCBI numbers genes.
fn is_gene(field: &str) -> bool {
    let is_number = field.bytes().all(|b| b.is_ascii_digit());
    let is_letter = |b: u8| b.is_ascii_alphanumeric() || b"-.@".contains(&b);
    is_number
        || (field.starts_with(|c: char| c.is_ascii_uppercase()) && field.bytes().all(is_letter))
}

/// The name of every record's source.
///
/// The fields of an ID are compared by their place. A place where all IDs have the same form says
/// nothing and is left out. If one of the others names a database, that is the source; otherwise,
/// the forms of all of them are.
pub(super) fn sources(records: &[Record]) -> Vec<String> {
    let ids = records.iter().map(Record::written_id);
    let places = ids.clone().map(|id| id.split('|').count()).max();
    let forms_at = |place: usize| -> Vec<IdForm<'_>> {
        let fields = ids.clone().map(|id| id.split('|').nth(place));
        let forms = fields.map(|field| IdForm::new(field.unwrap_or_default()));
        let mut forms: Vec<IdForm> = forms.collect();
        replace_rare(&mut forms, IdForm::Rare);
        forms
    };
    let differ = |forms: &Vec<IdForm>| forms.windows(2).any(|pair| pair[0] != pair[1]);
    let columns = (0..places.unwrap_or(0)).map(forms_at).filter(differ);
    let columns: Vec<Vec<IdForm>> = columns.collect();
    let name = |rna: usize| source_name(columns.iter().map(|column| column[rna]));
    let mut names: Vec<String> = (0..records.len()).map(name).collect();
    replace_rare(&mut names, OTHER.to_owned());
    names
}

/// The name of the source with these forms.
fn source_name<'a>(forms: impl Iterator<Item = IdForm<'a>> + Clone) -> String {
    let has_database = forms.clone().any(IdForm::is_database);
    let mut names: Vec<Cow<'a, str>> = forms
        .filter(|form| !has_database || form.is_database())
        .filter(|form| *form != IdForm::Absent)
        .map(IdForm::name)
        .collect();
    names.dedup();
    if names.is_empty() {
        return OTHER.to_owned();
    }
    names.join(", ")
}

/// Replaces the values that are rare.
fn replace_rare<T: Clone + Eq + Hash>(values: &mut [T], replacement: T) {
    let mut counts: HashMap<T, usize> = HashMap::new();
    for value in values.iter() {
        *counts.entry(value.clone()).or_default() += 1;
    }
    let rare = (values.len() as f64 * RARE_SHARE).max(RARE_RNAS as f64);
    for value in values {
        if (counts[value] as f64) < rare {
            *value = replacement.clone();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::Dataset;

    #[test]
    fn forms_are_recognised() {
        for (field, name) in [
            ("NM_000016", "RefSeq"),
            ("XR_001779051.1", "RefSeq"),
            ("NR_015427.2_@3@_Homo_sapiens", "RefSeq"),
            ("ENST00000370834.9", "Ensembl"),
            ("ENSMUSG00000064336", "Ensembl"),
            ("ENST00000430998_AC005076.5", "Ensembl"),
            ("MIMAT0000076", "miRBase"),
            ("hsa-let-7a-5p", "miRBase"),
            ("ssc-mir-101-1", "miRBase"),
            ("AK048391.1", "other accession"),
            ("RLGI00009", "other accession"),
            ("NONHSAT000123.2", "other accession"),
            ("ACADM", "gene name"),
            ("C9orf72", "gene name"),
            ("HLA-DRB1", "gene name"),
            ("LOC100130872", "gene name"),
            ("6442", "gene name"),
            ("seq_729.csv_702", "seq…"),
            ("mRNALoc_6350#23587", "mRNALoc…"),
            ("293m8-m0002", "other"),
            ("", "other"),
        ] {
            assert_eq!(IdForm::new(field).name(), name, "{field}");
        }
    }

    /// The sources of records with these IDs, each of which occurs ten times.
    fn sources_of(ids: &[&str]) -> Vec<String> {
        let record = |n: usize| {
            format!(
                ">{} [location=P{}]\nACGU{}\n",
                ids[n % ids.len()],
                n % 2,
                "A".repeat(n)
            )
        };
        let fasta: String = (0..10 * ids.len()).map(record).collect();
        let set = Dataset::read(fasta.as_bytes()).unwrap();
        sources(set.records())[..ids.len()].to_vec()
    }

    #[test]
    fn fields_that_differ_show_the_source() {
        let mrna = [
            "NM_000016|ACADM|ENST00000370834",
            "NM_000324|RHAG|NM_000324",
            "NM_000023|SGCA|6442",
        ];
        assert_eq!(sources_of(&mrna), ["Ensembl", "RefSeq", "gene name"]);
        let mirna = [
            "transcript_id|RLGI00009|293m8-m0002",
            "transcript_id|MIMAT0005903|hsa-miR-1251-5p",
        ];
        assert_eq!(sources_of(&mirna), ["other accession", "miRBase"]);
        let words = [
            "row2|test_4|nuclear",
            "row3|seq_1.csv_2",
            "row4|gene_id|ENSG00000064336",
        ];
        assert_eq!(sources_of(&words), ["test…, nuclear…", "seq…", "Ensembl"]);
        assert_eq!(sources_of(&["rna1", "rna2"]), ["other", "other"]);
    }

    #[test]
    fn rare_forms_are_one_group() {
        let ids =
            (0..12).map(|i| format!("gene{}{i}", "abcdefghijkl".chars().nth(i).unwrap_or('z')));
        let record = |id: String| {
            format!(
                ">{id} [location={}]\nACGU\n",
                if id.ends_with('1') { "A" } else { "B" }
            )
        };
        let fasta: String = ids.map(record).collect();
        let set = Dataset::read(fasta.as_bytes()).unwrap();
        assert_eq!(sources(set.records()), vec!["other"; 12]);
    }
}
