//! Tests of the forms of labelled sets.

use super::*;
use crate::dataset::Part;
use crate::rna::TextError;
use crate::rna::text::tests::gzip;

const NCBI: &[u8] =
    b">a first [organism=Homo sapiens] [location=Nucleus;Exosome] [split=train]\nACGU\n\
>b [Location = Cytoplasm ; Nucleus; ] [split=val]\nACGT\n\
>c [location=Endoplasmic_reticulum;Nucleus][split=test]\nGG\n\
>d [LOCATION=Exosome] plain\nCC\n";

fn read(text: &[u8]) -> Dataset {
    Dataset::read(text).unwrap()
}

fn error(text: &[u8]) -> DatasetError {
    Dataset::read(text).unwrap_err()
}

/// The compartments of each record, by name.
fn locations(set: &Dataset) -> Vec<String> {
    let rows = set.labels().iter();
    rows.map(|row| chosen(set.compartments(), row).join("+"))
        .collect()
}

#[test]
fn ncbi_modifiers_are_read() {
    let set = read(NCBI);
    let compartments = ["Nucleus", "Exosome", "Cytoplasm", "Endoplasmic_reticulum"];
    assert_eq!(set.compartments(), compartments);
    let expected = [
        "Nucleus+Exosome",
        "Nucleus+Cytoplasm",
        "Nucleus+Endoplasmic_reticulum",
        "Exosome",
    ];
    assert_eq!(locations(&set), expected);
    assert_eq!(set.counts(), [3, 2, 1, 1]);
    assert_eq!(set.cardinality(), [0, 1, 3]);
    let parts = [
        Some(Part::Train),
        Some(Part::Validation),
        Some(Part::Test),
        None,
    ];
    assert_eq!(set.parts(), parts);
    assert_eq!(set.notes()[0], "T read as U in 1 of 4 records");
    assert!(set.notes()[1].starts_with(
        "only one RNA is in each of the compartments 'Cytoplasm', 'Endoplasmic_reticulum'"
    ));
    assert_eq!(set.notes().len(), 2);
    assert_eq!(set.records()[1].sequence, "ACGU");
    assert_eq!(Dataset::read(&gzip(NCBI)[..]).unwrap(), set);
}

#[test]
fn the_same_data_have_the_same_hash_in_any_form() {
    let fasta = read(b">a [location=X;Y]\nACGU\n>b [location=Y]\nGGCC\n");
    let table = read(b"a\tY;X\tacgt\nb\tY\tGG CC\n");
    let csv = Dataset::read_with_labels(&b">a\nACGU\n>b\nGGCC\n"[..], &b"X,Y\n1,1\n0,1\n"[..]);
    assert_eq!(fasta.sha256().len(), 64);
    assert_eq!(table.sha256(), fasta.sha256());
    assert_eq!(csv.unwrap().sha256(), fasta.sha256());
    let others: [&[u8]; 4] = [
        b"a\tY\tACGU\nb\tY;X\tGGCC\n",
        b"a\tY;X\tACGA\nb\tY\tGGCC\n",
        b"c\tY;X\tACGU\nb\tY\tGGCC\n",
        b"a\tY;Z\tACGU\nb\tY\tGGCC\n",
    ];
    for other in others {
        assert_ne!(read(other).sha256(), fasta.sha256());
    }
}

#[test]
fn the_hash_is_stable_across_versions() {
    // SHA-256 of 1,"X" 1,"Y" 1,"a" 4,"ACGU" 2,[1,1], with lengths as 8 little-endian bytes first.
    let set = read(b"a\tX;Y\tACGU\n");
    let expected = "1ca9da35957b033e9aa82e3a6af512baa747c843a6f1f649385d66176cda8134";
    assert_eq!(set.sha256(), expected);
}

#[test]
fn dm3loc_headers() {
    let set = read(b">010,NM_1 x\nAC\n>011,NM_2\nGU\n>011,NM_1\nGG\n>000,NM_3\nCC\n");
    assert_eq!(set.compartments(), ["label 2", "label 3", "label 1"]);
    assert_eq!(set.counts(), [3, 2, 0]);
    assert_eq!(set.cardinality(), [1, 1, 2]);
    let ids: Vec<&str> = set.records().iter().map(|r| r.id.as_str()).collect();
    assert_eq!(ids, ["NM_1", "NM_2", "NM_1_2", "NM_3"]);
    assert_eq!(set.notes().len(), 2);
    assert_eq!(set.notes()[1], "no RNA is in 'label 1'");
    assert_eq!(
        error(b">010,a\nAC\n>0101,b\nGU\n").to_string(),
        "line 3, record 'b': 4 label digits, but the first record has 3; \
         give every record one digit per compartment"
    );
    assert!(matches!(
        error(b">010,a\nAC\n>b\nGU\n"),
        DatasetError::NoLocation { line: 3, .. }
    ));
}

#[test]
fn tables_with_and_without_column_names() {
    let rows = b"\nx\tNucleus; Cytosol\tACGT\r\n\r\ny\tCytosol\tGGN\r\n";
    let set = read(rows);
    assert_eq!(locations(&set), ["Cytosol+Nucleus", "Cytosol"]);
    assert_eq!(set.records()[1].line, 4);
    assert_eq!(set.records()[1].sequence, "GGN");
    let mut named = b"id\tlabels\tSequence\n".to_vec();
    named.extend_from_slice(rows);
    assert_eq!(locations(&read(&named)), locations(&set));
    assert_eq!(
        Dataset::read(&gzip(&named)[..]).unwrap().sha256(),
        set.sha256()
    );
}

#[test]
fn bad_tables_are_rejected_with_message() {
    let good = "a\tX\tAC\n";
    let with = |row: &str| error(format!("{good}{row}\n").as_bytes()).to_string();
    assert_eq!(
        with("b\tY"),
        "line 2: 2 fields instead of 3: id, labels (separated by ;) and sequence, separated by tabs"
    );
    assert!(with("b\tY\tAC\tmore").starts_with("line 2: 4 fields"));
    assert!(with("\tY\tAC").starts_with("line 2: the ID is empty"));
    assert!(with("b\t;\tAC").starts_with("line 2, record 'b': there is no label"));
    assert!(
        with("b\tY\tMKTLLEF").starts_with("line 2, record 'b': this looks like a protein: 'L'")
    );
    assert!(with("b\tY\t--").starts_with("line 2, record 'b': the record has no nucleotides"));
    assert!(matches!(
        error(b"id\tlabels\tsequence\n"),
        DatasetError::NoRecords
    ));
    assert!(
        error(b"ACGU\nACGU")
            .to_string()
            .contains("starts with 'ACGU'")
    );
}

#[test]
fn bad_records_are_errors() {
    assert_eq!(
        error(b">a [location=X]\nAC\n>b\nGU\n").to_string(),
        "line 3, record 'b': there is no label; write [location=A;B] in its definition line, \
         a second column in a table, or give a CSV of labels"
    );
    assert!(matches!(
        error(b">a [location= ; ]\nAC\n"),
        DatasetError::NoLocation { .. }
    ));
    assert!(
        error(b">a [location=X]\nMKL\n")
            .to_string()
            .contains("line 2, record 'a'")
    );
    assert!(
        error(b">a [location=X]\n>b [location=Y]\nA")
            .to_string()
            .starts_with("line 1")
    );
    assert_eq!(
        error(b">a [location=X] [split=hold]\nAC\n").to_string(),
        "line 1, record 'a': split is 'hold'; use train, val or test"
    );
    let name = "X".to_owned();
    let one = b">a [location=X]\nAC\n>b [location=X;X]\nAC\n";
    assert_eq!(error(one), DatasetError::OneCompartment { name });
    assert_eq!(error(b" \n"), DatasetError::NoRecords);
    assert!(matches!(
        error(b"PK\x03\x04 \0"),
        DatasetError::Text(TextError::OtherFormat { .. })
    ));
    let cut = gzip(NCBI);
    let cut = error(&cut[..cut.len() - 9]);
    assert!(cut.to_string().contains("cut short"), "{cut}");
}

const FASTA: &[u8] = b">a one\nACGU\n>b\nGGTT\n>c [split=test]\nCC\n";

fn with_labels(csv: &str) -> Result<Dataset, DatasetError> {
    Dataset::read_with_labels(FASTA, csv.as_bytes())
}

#[test]
fn label_files_with_and_without_names() {
    let named = with_labels("Exosome,Nucleus\n0,1\n1,1\n0,0\n").unwrap();
    assert_eq!(named.compartments(), ["Nucleus", "Exosome"]);
    assert_eq!(locations(&named), ["Nucleus", "Nucleus+Exosome", ""]);
    assert_eq!(named.cardinality(), [1, 1, 1]);
    assert_eq!(named.parts(), [None, None, Some(Part::Test)]);
    for csv in [
        "\u{FEFF}\"Exosome\",\"Nucleus\"\r\n0,1\r\n1,1\r\n0,0",
        "Exosome\tNucleus\n0\t1\n1\t1\n0\t0\n\n",
        "Exosome;Nucleus\n0;1\n1;1\n0;0\n",
    ] {
        assert_eq!(with_labels(csv).unwrap(), named);
    }
    let numbered = with_labels("0,1\n1,1\n0,0\n").unwrap();
    assert_eq!(numbered.compartments(), ["label 2", "label 1"]);
    assert_eq!(numbered.labels(), named.labels());
    let packed = Dataset::read_with_labels(&gzip(FASTA)[..], &gzip(b"0,1\n1,1\n0,0\n")[..]);
    assert_eq!(packed.unwrap(), numbered);
}

#[test]
fn bad_label_files_are_rejected_with_message() {
    let said = |csv: &str| with_labels(csv).unwrap_err().to_string();
    assert_eq!(
        said("X,Y\n0,1\n1,1\n"),
        "2 rows of labels for 3 records: give one row per record, in the same order"
    );
    assert_eq!(
        said("X,Y\n0,1\n1,2\n1,1\n"),
        "file of labels, line 3, column 2 (Y): '2' is neither 0 nor 1"
    );
    assert_eq!(
        said("X,Y\n0,1\n1\n1,1\n"),
        "file of labels, line 3: 1 cells, but the first row has 2"
    );
    assert!(said("X,X\n0,1\n").contains("line 1, column 2"));
    assert!(said("X,\n0,1\n").contains("line 1, column 2"));
    assert!(said("").contains("no records"));
    assert!(said("X\n1\n1\n1\n").contains("only one compartment, 'X'"));
    assert!(said("%PDF-1.4").starts_with("file of labels: this is a PDF"));
}

#[test]
fn similar_names_are_noticed() {
    let set = read(b"a\tNucleus;nucleus\tAC\nb\tNucleus\tAC\n");
    let expected = "'Nucleus' and 'nucleus' are spelled apart and count as two compartments";
    assert_eq!(set.notes()[1..], [expected]);
}

#[test]
fn named_columns_may_have_another_order() {
    let usual = read(b"a\tX;Y\tACGU\nb\tY\tGGCC\n");
    for text in [
        "id\tsequence\tlabels\na\tACGU\tX;Y\nb\tGGCC\tY\n",
        "Sequence,Location,Gene\nACGU,X;Y,a\nGGCC,Y,b\n",
    ] {
        assert_eq!(read(text.as_bytes()).sha256(), usual.sha256());
    }
}

#[test]
fn a_table_with_another_number_of_columns_is_rejected() {
    let text = b"id\tlabels\torganism\tsequence\na\tX\tman\tACGU\n";
    assert_eq!(error(text), DatasetError::Fields { line: 1, found: 4 });
}

#[test]
fn columns_in_another_order_without_names_are_rejected() {
    let rows = "ACGUACGUACGUACGU\tNucleus\ta\nGGCCGGCCGGCCGGCC\tCytosol\tb\n";
    assert_eq!(
        error(rows.as_bytes()),
        DatasetError::ColumnOrder { line: 1, column: 1 }
    );
}

#[test]
fn labels_with_ids_are_found_by_them() {
    let fasta = b">a\nACGU\n>b\nGGCC\n>c\nUUUU\n";
    let read = |csv: &str| Dataset::read_with_labels(&fasta[..], csv.as_bytes());
    let in_order = read("X,Y\n1,0\n0,1\n1,1\n").unwrap();
    let by_id = read("id,X,Y\nc,1,1\na,1,0\nb,0,1\n").unwrap();
    assert_eq!(by_id.labels(), in_order.labels());
    assert_eq!(by_id.compartments(), in_order.compartments());
    let error = |csv: &str| read(csv).unwrap_err();
    assert_eq!(
        error("id,X,Y\nc,1,1\na,1,0\nx,0,1\n"),
        DatasetError::LabelId {
            line: 4,
            id: "x".into()
        }
    );
    assert_eq!(
        error("id,X,Y\na,1,1\na,1,0\nb,0,1\n"),
        DatasetError::LabelIdTwice {
            line: 3,
            id: "a".into()
        }
    );
}

#[test]
fn labels_that_cannot_be_meant_are_rejected() {
    let table = |label: &dyn Fn(usize) -> String| -> String {
        let row = |i: usize| format!("r{i}\t{}\tACGU{}\n", label(i), "A".repeat(i));
        (0..8).map(row).collect()
    };
    let coordinates = table(&|i| format!("chr1:{i}00-{i}50"));
    assert!(matches!(
        error(coordinates.as_bytes()),
        DatasetError::Coordinates { .. }
    ));
    let single = table(&|i| format!("place {i}"));
    assert!(matches!(
        error(single.as_bytes()),
        DatasetError::SingleRnas { count: 8, .. }
    ));
}

#[test]
fn ids_of_codes_and_of_locations_are_unique_together() {
    let set = read(b">010,a\nACGU\n>100,b\nGGCC\n>a [location=Nucleus]\nUUUU\n");
    let ids: Vec<&str> = set.records().iter().map(|r| r.id.as_str()).collect();
    assert_eq!(ids, ["a", "b", "a_2"]);
}

#[test]
fn repeated_records_with_codes_are_one_rna() {
    let set = read(b">010,a\nACGU\n>010,a\nACGU\n>100,a\nACGU\n>001,b\nGGCC\n");
    let ids: Vec<&str> = set.records().iter().map(|r| r.id.as_str()).collect();
    assert_eq!(ids, ["a", "b"]);
    assert_eq!(set.cardinality(), [0, 1, 1]);
}
