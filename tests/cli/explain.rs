//! `rmlocnet explain`, and thresholds of one's own.

use super::{err, fails, folder_with_model, out, run, said};

const RNA: &str = "{}/mixed.fasta --record let-7a";

fn explain(arguments: &str) -> String {
    let folder = folder_with_model();
    let line = format!("explain --model {{}}/small.safetensors {RNA} {arguments}");
    out(&run(folder.path(), &line)).to_owned()
}

#[test]
fn attention_as_gff3_and_bedgraph() {
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
fn mutagenesis_of_a_stretch() {
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
fn motifs_are_counted_beside_chance_and_refused_with_their_letter() {
    let rows: Vec<Vec<String>> = explain("--what motifs --motif gtag --compartment Nucleus")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split('\t').map(str::to_owned).collect())
        .collect();
    assert_eq!(
        rows[0][4..],
        ["count", "expected", "attention", "positions"]
    );
    let of = |name: &str| rows.iter().find(|row| row[2] == name).unwrap();
    // UGAGGUAGUAGGUUGUAUAGUU
    let own = of("GUAG");
    assert_eq!(own[..5], ["let-7a", "Nucleus", "GUAG", "GUAG", "2"]);
    assert_eq!(own[7], "5;8");
    assert!(own[6].parse::<f64>().unwrap() > 0.0);
    let absent = of("SIRLOIN core");
    assert_eq!(
        (&absent[4][..], &absent[6][..], &absent[7][..]),
        ("0", "-", "-")
    );
    // The CAB box, UGAG, starts it.
    assert_eq!(of("CAB box")[7], "1");

    let folder = folder_with_model();
    let line = format!("explain --model {{}}/small.safetensors {RNA} --what motifs --motif GGXG");
    fails(folder.path(), &line, &["'X' in the motif 'GGXG'"]);
}

#[test]
fn integrated_gradients_are_a_table_and_a_line_of_words() {
    let folder = folder_with_model();
    let ask = |more: &str| {
        let line = format!("explain --model {{}}/small.safetensors {RNA} --what gradients{more}");
        run(folder.path(), &line)
    };
    let output = ask("");
    let rows: Vec<Vec<&str>> = out(&output)
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
    let words = format!("let-7a: The score of {} is ", rows[1][1]);
    assert!(err(&output).contains(&words), "{}", said(&output));
    assert!(err(&ask(" --compartment nowhere")).contains("no compartment 'nowhere'"));
}

#[test]
fn a_deletion_curve_is_a_table_and_a_line_of_words() {
    let folder = folder_with_model();
    let line = format!("explain --model {{}}/small.safetensors {RNA} --what deletion");
    let output = run(folder.path(), &line);
    assert_eq!(
        out(&output)
            .lines()
            .filter(|l| l.starts_with("let-7a"))
            .count(),
        7
    );
    assert!(
        err(&output).contains("let-7a: Masking the most-attended"),
        "{}",
        err(&output)
    );
}

#[test]
fn kmers_of_the_size_asked_for() {
    let table = explain("--what patterns --k 3");
    let words = table.lines().filter(|l| !l.starts_with('#')).skip(1);
    assert!(
        words
            .clone()
            .all(|line| line.split('\t').nth(1).unwrap().len() == 3)
    );
}

#[test]
fn what_cannot_be_explained_is_said() {
    let folder = folder_with_model();
    let model = "explain --model {}/small.safetensors {}/mixed.fasta";
    let line = format!("{model} --record nobody --what deletion");
    let output = run(folder.path(), &line);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("no record 'nobody'"));
    let line = format!("{model} --record let-7a --what mutagenesis --positions 5");
    assert!(err(&run(folder.path(), &line)).contains("such as 101-200"));
}

#[test]
fn thresholds_of_ones_own_are_used_and_written_down() {
    let folder = folder_with_model();
    let predict = "predict --model {}/small.safetensors {}/mixed.fasta";
    let output = run(folder.path(), predict);
    let header = out(&output).lines().nth(1).unwrap().to_owned();
    let name = header.split('\t').nth(2).unwrap();
    let output = run(folder.path(), &format!("{predict} --threshold {name}=0"));
    let lines: Vec<&str> = out(&output).lines().collect();
    assert!(lines[1].starts_with("# thresholds ") && lines[1].contains(&format!("{name}=0")));
    assert!(
        lines[3..]
            .iter()
            .all(|line| line.rsplit('\t').nth(1).unwrap().contains(name))
    );
    fails(
        folder.path(),
        &format!("{predict} --threshold {name}=2"),
        &["0 to 1"],
    );
    fails(
        folder.path(),
        &format!("{predict} --threshold nowhere=0.5"),
        &["nowhere", name],
    );
}

#[test]
fn rnas_as_they_were_read() {
    let folder = folder_with_model();
    let output = run(
        folder.path(),
        "predict --model {}/small.safetensors --format fasta {}/mixed.fasta",
    );
    let expected = ">let-7a\nUGAGGUAGUAGGUUGUAUAGUU\n>thymine\nUGAGGUAGUAGGUUGUAUAGUU\n";
    assert!(out(&output).starts_with(expected), "{}", said(&output));
}
