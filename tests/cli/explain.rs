//! `rmlocnet explain`.

use super::{assert_fails, folder_with_model, messages, run, stderr, stdout};

const RNA: &str = "{}/mixed.fasta --record let-7a";

fn explain(arguments: &str) -> String {
    let folder = folder_with_model();
    let line = format!("explain --model {{}}/small.safetensors {RNA} {arguments}");
    stdout(&run(folder.path(), &line)).to_owned()
}

#[test]
fn gff3_has_the_attended_regions_and_bedgraph_every_nucleotide() {
    let gff3 = explain("--what gff3");
    assert!(gff3.starts_with("##gff-version 3\n"));
    assert!(gff3.contains("##sequence-region let-7a 1 22\n"));
    for line in gff3.lines().filter(|line| !line.starts_with('#')) {
        let cells: Vec<&str> = line.split('\t').collect();
        assert_eq!((cells.len(), cells[0]), (9, "let-7a"));
        let (start, end): (usize, usize) = (cells[3].parse().unwrap(), cells[4].parse().unwrap());
        assert!(1 <= start && start <= end && end <= 22);
        assert!(cells[5].parse::<f32>().unwrap() >= 2.0);
    }
    let bedgraph = explain("--what bedgraph");
    assert!(bedgraph.starts_with("track type=bedGraph name="));
    let tracks = bedgraph.lines().filter(|l| l.starts_with("track")).count();
    let mut nucleotides = 0;
    for line in bedgraph.lines().filter(|line| !line.starts_with("track")) {
        let cells: Vec<&str> = line.split('\t').collect();
        let (start, end): (usize, usize) = (cells[1].parse().unwrap(), cells[2].parse().unwrap());
        nucleotides += end - start;
    }
    assert_eq!(nucleotides, 22 * tracks);
}

#[test]
fn mutagenesis_has_three_substitutions_for_each_requested_position() {
    let table = explain("--what mutagenesis --positions 3-5");
    let rows: Vec<Vec<&str>> = table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split('\t').collect())
        .collect();
    assert_eq!(rows[0][..4], ["id", "position", "from", "to"]);
    let changes: Vec<_> = rows[1..]
        .iter()
        .map(|row| (row[1], row[2], row[3]))
        .collect();
    assert_eq!(changes.len(), 9);
    assert_eq!(changes[0], ("3", "A", "C"));
    assert_eq!(changes[8], ("5", "G", "U"));
}

#[test]
fn motifs_are_counted_and_an_invalid_motif_is_rejected_with_its_letter() {
    let rows: Vec<Vec<String>> = explain("--what motifs --motif gtag --compartment Nucleus")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split('\t').map(str::to_owned).collect())
        .collect();
    assert_eq!(
        rows[0][4..],
        ["count", "expected", "attention", "positions"]
    );
    let row = |name: &str| rows.iter().find(|cells| cells[2] == name).unwrap();
    // UGAGGUAGUAGGUUGUAUAGUU
    let own = row("GUAG");
    assert_eq!(own[..5], ["let-7a", "Nucleus", "GUAG", "GUAG", "2"]);
    assert_eq!(own[7], "5;8");
    assert!(own[6].parse::<f64>().unwrap() > 0.0);
    let absent = row("SIRLOIN core");
    assert_eq!(
        (&absent[4][..], &absent[6][..], &absent[7][..]),
        ("0", "-", "-")
    );
    // The CAB box, UGAG, is at the start of let-7a.
    assert_eq!(row("CAB box")[7], "1");

    let folder = folder_with_model();
    let line = format!("explain --model {{}}/small.safetensors {RNA} --what motifs --motif GGXG");
    assert_fails(
        folder.path(),
        &line,
        &["--motif", "'X' in the motif 'GGXG'"],
    );
}

#[test]
fn integrated_gradients_are_a_table_and_one_sentence() {
    let folder = folder_with_model();
    let explain = |more: &str| {
        let line = format!("explain --model {{}}/small.safetensors {RNA} --what gradients{more}");
        run(folder.path(), &line)
    };
    let output = explain("");
    let rows: Vec<Vec<&str>> = stdout(&output)
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split('\t').collect())
        .collect();
    assert_eq!(
        rows[0],
        ["id", "compartment", "position", "nucleotide", "attribution"]
    );
    assert_eq!(rows.len(), 23);
    assert_eq!(
        (rows[22][0], rows[22][2], rows[22][3]),
        ("let-7a", "22", "U")
    );
    assert!(
        rows[1..]
            .iter()
            .all(|row| row[4].parse::<f32>().unwrap().is_finite())
    );
    let sentence = format!("let-7a: The score of {} is ", rows[1][1]);
    assert!(stderr(&output).contains(&sentence), "{}", messages(&output));
}

#[test]
fn deletion_curve_is_a_table_and_one_sentence() {
    let folder = folder_with_model();
    let line = format!("explain --model {{}}/small.safetensors {RNA} --what deletion");
    let output = run(folder.path(), &line);
    assert_eq!(
        stdout(&output)
            .lines()
            .filter(|l| l.starts_with("let-7a"))
            .count(),
        7
    );
    assert!(
        stderr(&output).contains("let-7a: Masking the most-attended"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn patterns_are_kmers_of_the_requested_length() {
    let table = explain("--what patterns --k 3");
    let rows = table.lines().filter(|l| !l.starts_with('#')).skip(1);
    assert!(
        rows.clone()
            .all(|line| line.split('\t').nth(1).unwrap().len() == 3)
    );
}

#[test]
fn record_that_does_not_exist_is_an_error_that_names_it() {
    let folder = folder_with_model();
    let line = "explain --model {}/small.safetensors {}/mixed.fasta --record nobody";
    let output = run(folder.path(), line);
    assert_eq!(output.status.code(), Some(1));
    for piece in ["--record 'nobody'", "mixed.fasta"] {
        assert!(stderr(&output).contains(piece), "{}", stderr(&output));
    }
}

#[test]
fn value_that_cannot_be_used_is_rejected_with_its_option() {
    let folder = folder_with_model();
    for (arguments, pieces) in [
        (
            "--what mutagenesis --positions 5",
            ["--positions '5'", "such as 101-200"],
        ),
        (
            "--what gradients --compartment nowhere",
            ["--compartment 'nowhere'", "Exosome"],
        ),
    ] {
        let line = format!("explain --model {{}}/small.safetensors {RNA} {arguments}");
        assert_fails(folder.path(), &line, &pieces);
    }
}
