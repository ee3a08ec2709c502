use super::*;

const FASTA: &[u8] = b">one\nACGU\n";

fn run(has_content: bool) -> RunFile {
    let model = RunModel {
        name: "human-mirna".into(),
        sha256: "0123456789ab".into(),
    };
    let thresholds = [("Nucleus".into(), 0.25), ("Cytosol".into(), 0.1)].into();
    let input = RunInput::read("a.fa".into(), FASTA, has_content).unwrap();
    RunFile::new(
        "2026-01-01T00:00:00Z".into(),
        model,
        thresholds,
        vec![input],
    )
}

#[test]
fn a_run_file_is_read_as_it_was_written() {
    for has_content in [false, true] {
        let run = run(has_content);
        let text = run.to_json().unwrap();
        assert_eq!(text.contains("content"), has_content);
        assert_eq!(RunFile::from_json(text.as_bytes()).unwrap(), run);
    }
    let input = &run(true).inputs[0];
    assert_eq!(input.size, 10);
    let sha256 = "7dadc7187a8470d9e22c47d1d303aa2dae625a8b44ef1af11967e7ce45c830be";
    assert_eq!(input.sha256, sha256);
}

#[test]
fn inputs_are_found_by_their_content() {
    let described = |name: &str, bytes: &[u8]| RunInput::read(name.into(), bytes, false).unwrap();
    let inputs = [described("a.fa", b"a"), described("b.fa", b"b")];
    let files = [described("x", b"b"), described("y", b"c")];
    let found = FoundInputs::among(&files, &inputs);
    assert_eq!((found.found, found.missing), (vec![0], vec!["a.fa".into()]));
}

#[test]
fn damage_is_named_with_its_place() {
    let whole = run(true).to_json().unwrap();
    let cases = [
        (whole.replace('}', ""), "not JSON"),
        ("null".into(), "no number `rmlocnet_run`"),
        (
            whole.replace("\"rmlocnet_run\": 1", "\"rmlocnet_run\": 2"),
            "newer version (format 2)",
        ),
        (whole.replace("human-mirna", ""), "the model has no name"),
        (
            whole.replace("0.25", "\"high\""),
            "the threshold of Nucleus is \"high\"",
        ),
        (whole.replace("0.25", "7"), "the threshold of Nucleus is 7"),
        (
            whole.replace("\"inputs\"", "\"outputs\""),
            "the file has no inputs",
        ),
        (whole.replace("\"a.fa\"", "null"), "input 1 has no name"),
        (
            whole.replace("Pm9uZQ", "%%"),
            "the content of input 1 is not base64",
        ),
        (
            whole.replace("Pm9uZQ", "Pm9uZR"),
            "the content of input 1 was changed",
        ),
    ];
    for (text, message) in cases {
        let error = RunFile::from_json(text.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }
}
