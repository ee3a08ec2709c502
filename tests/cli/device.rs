//! The option `--device`, in runs that find no GPU.

use std::fs;

use super::{folder_with_model, run, stderr, stdout};

#[test]
fn requested_cpu_is_used_and_unknown_device_is_rejected_with_message() {
    let folder = folder_with_model();
    let model = "{}/small.safetensors";
    let plain = run(
        folder.path(),
        &format!("predict -m {model} {{}}/mixed.fasta"),
    );
    let requested = format!("predict -m {model} {{}}/mixed.fasta --device cpu");
    let requested = run(folder.path(), &requested);
    assert!(stderr(&requested).starts_with("rmlocnet: computing on CPU: as requested\n"));
    assert_eq!(stdout(&plain), stdout(&requested));
    let unknown = format!("predict -m {model} {{}}/mixed.fasta --device gpu");
    let unknown = run(folder.path(), &unknown);
    assert!(!unknown.status.success());
    let message = "unknown device `gpu`: choose one of auto, cpu, webgpu";
    assert!(stderr(&unknown).contains(message), "{}", stderr(&unknown));
}

#[test]
fn cpu_is_used_without_a_gpu_and_the_reason_is_printed() {
    let folder = folder_with_model();
    let model = "{}/small.safetensors";
    let reason = if cfg!(feature = "webgpu") {
        "rmlocnet: computing on CPU: no GPU was found\n"
    } else {
        "rmlocnet: computing on CPU: this build has no WebGPU\n"
    };
    let plain = run(
        folder.path(),
        &format!("predict -m {model} {{}}/mixed.fasta --device cpu"),
    );
    for device in ["auto", "webgpu"] {
        let predict = format!("predict -m {model} {{}}/mixed.fasta --device {device}");
        let found = run(folder.path(), &predict);
        assert!(stderr(&found).starts_with(reason), "{}", stderr(&found));
        assert_eq!(stdout(&found), stdout(&plain));
    }
    let train = "train --data {}/labelled.fasta --preset human-mirna-paper --config {}/settings.toml \
                 --epochs 1 -o {}/other.safetensors --device webgpu";
    let found = run(folder.path(), train);
    assert!(found.status.success(), "{}", stderr(&found));
    assert!(stderr(&found).starts_with(reason), "{}", stderr(&found));
    assert!(fs::exists(folder.path().join("other.safetensors")).unwrap());
}
