//! `--device`.

use std::fs;

use super::{err, folder_with_model, out, run};

#[test]
fn the_cpu_when_asked_for_and_what_is_no_device() {
    let folder = folder_with_model();
    let model = "{}/small.safetensors";
    let plain = run(
        folder.path(),
        &format!("predict -m {model} {{}}/mixed.fasta"),
    );
    let asked = format!("predict -m {model} {{}}/mixed.fasta --device cpu");
    let asked = run(folder.path(), &asked);
    assert!(err(&asked).starts_with("rmlocnet: computing on CPU: as requested\n"));
    assert_eq!(out(&plain), out(&asked));
    let unknown = format!("predict -m {model} {{}}/mixed.fasta --device gpu");
    let unknown = run(folder.path(), &unknown);
    assert!(!unknown.status.success());
    let words = "unknown device `gpu`: choose one of auto, cpu, webgpu";
    assert!(err(&unknown).contains(words), "{}", err(&unknown));
}

#[test]
fn without_a_gpu_the_cpu_computes_and_the_reason_is_given() {
    let folder = folder_with_model();
    let model = "{}/small.safetensors";
    let why = if cfg!(feature = "webgpu") {
        "rmlocnet: computing on CPU: no GPU was found\n"
    } else {
        "rmlocnet: computing on CPU: this build has no WebGPU\n"
    };
    let plain = run(
        folder.path(),
        &format!("predict -m {model} {{}}/mixed.fasta --device cpu"),
    );
    for wanted in ["auto", "webgpu"] {
        let predict = format!("predict -m {model} {{}}/mixed.fasta --device {wanted}");
        let found = run(folder.path(), &predict);
        assert!(err(&found).starts_with(why), "{}", err(&found));
        assert_eq!(out(&found), out(&plain));
    }
    let train = "train --data {}/labelled.fasta --preset human-mirna-paper --config {}/settings.toml \
                 --epochs 1 -o {}/other.safetensors --device webgpu";
    let found = run(folder.path(), train);
    assert!(found.status.success(), "{}", err(&found));
    assert!(err(&found).starts_with(why), "{}", err(&found));
    assert!(fs::exists(folder.path().join("other.safetensors")).unwrap());
}
