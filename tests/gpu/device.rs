//! Using a GPU that works, and one that fails in every way that a test can cause. A software
//! adapter is enough.

use crate::hold_gpu;
use crate::support::labelled::labelled;
use crate::support::{relative_difference, rna, vary};
use burn::tensor::Device;
use pollster::block_on;
use rmlocnet::dataset::Dataset;
use rmlocnet::device::{self, DeviceError, DeviceUse};
use rmlocnet::device_choice::{self, CpuBaseline, DeviceChoice, DeviceKind, DevicePreference};
use rmlocnet::network::{Config, preset};
use rmlocnet::predictor::{InputRecord, Predictions, Predictor, RecordBatch};
use rmlocnet::training_run::{StartedRun, TrainingRun};
use safetensors::SafeTensors;

const MODEL: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/models/human-mirna.safetensors"
);

/// The GPU, requested and self-tested.
fn gpu() -> DeviceChoice {
    let untimed = async |_: &Device| -> Result<f64, DeviceError> { panic!("nothing to time") };
    let baseline = CpuBaseline::default();
    let choice = block_on(device_choice::choose(
        DevicePreference::WebGpu,
        DeviceUse::Prediction,
        baseline,
        untimed,
    ));
    assert_eq!(choice.kind, DeviceKind::WebGpu, "{choice}");
    choice
}

/// The same model on the GPU and on the CPU, and batches of records for both.
fn predictors(device: &Device) -> (Predictor, Predictor, Vec<RecordBatch>) {
    let bytes = std::fs::read(MODEL).unwrap();
    let cpu = Predictor::new(&bytes, &device::cpu()).unwrap();
    let text = labelled(96, 5);
    let chunk = cpu.reader(text.as_bytes()).chunk(96, 1 << 20);
    assert!(chunk.batches.len() >= 3);
    (cpu.on_device(device).unwrap(), cpu, chunk.batches)
}

/// The file of a model that reads so many nucleotides.
fn model_that_reads(nucleotides: usize) -> Vec<u8> {
    let bytes = std::fs::read(MODEL).unwrap();
    let (_, header) = SafeTensors::read_metadata(&bytes).unwrap();
    let mut metadata = header.metadata().clone().unwrap();
    metadata.insert("fixed_length".to_owned(), nucleotides.to_string());
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    safetensors::serialize(tensors.iter(), Some(metadata)).unwrap()
}

fn predict(predictor: &Predictor, batch: &[InputRecord]) -> Predictions {
    block_on(predictor.predict(batch)).unwrap()
}

#[track_caller]
fn assert_agreement(found: &Predictions, expected: &Predictions) {
    assert_eq!(found.predictions.len(), expected.predictions.len());
    for (found, expected) in found.predictions.iter().zip(&expected.predictions) {
        let difference = relative_difference(&found.probabilities, &expected.probabilities);
        assert!(difference < 1e-4, "{}: {difference}", found.id);
    }
}

/// Predicts one batch on the GPU, breaks the GPU, and predicts two more batches. Checks that no
/// prediction is lost and that the fallback has this reason.
fn assert_prediction_continues(break_gpu: impl Fn(&wgpu::Device), reason: &str) {
    let choice = gpu();
    let (predictor, cpu, batches) = predictors(&choice.device);
    let first = predict(&predictor, &batches[0]);
    assert_agreement(&first, &predict(&cpu, &batches[0]));
    assert!(first.fallback.is_none() && predictor.device() == choice.device);
    break_gpu(&device::wgpu_device(&choice.device).unwrap());
    let second = predict(&predictor, &batches[1]);
    let fallback = format!("{reason}; continuing on the CPU");
    assert_eq!(second.fallback.as_ref(), Some(&fallback));
    assert_eq!(second.predictions, predict(&cpu, &batches[1]).predictions);
    assert!(predictor.device() == device::cpu() && predictor.fallback() == Some(fallback));
    // The reason is reported once; later batches run on the CPU.
    assert_eq!(predict(&predictor, &batches[2]), predict(&cpu, &batches[2]));
    // The next choice opens a GPU that works.
    assert!(gpu().device != choice.device);
}

fn wait_for(handle: &wgpu::Device) {
    handle.poll(wgpu::PollType::wait_indefinitely()).unwrap();
}

fn lose(handle: &wgpu::Device) {
    handle.destroy();
    let _ = handle.poll(wgpu::PollType::Poll);
}

fn refuse(handle: &wgpu::Device) {
    let _ = handle.create_shader_module(wgpu::ShaderModuleDescriptor {
        label: None,
        source: wgpu::ShaderSource::Wgsl("this is not a shader".into()),
    });
    wait_for(handle);
}

#[test]
fn software_adapter_is_used_only_if_requested() {
    let _gpu = hold_gpu();
    let is_software = gpu().adapter.is_some_and(|name| {
        let name = name.to_lowercase();
        name.contains("swiftshader") || name.contains("llvmpipe")
    });
    let timed = async |device: &Device| Ok(if *device == device::cpu() { 30.0 } else { 10.0 });
    let baseline = CpuBaseline::default();
    let choice = block_on(device_choice::choose(
        DevicePreference::Auto,
        DeviceUse::Training,
        baseline,
        timed,
    ));
    if is_software {
        assert_eq!(choice.to_string(), "CPU: the adapter is software");
    } else {
        assert_eq!(
            (choice.kind, choice.speedup),
            (DeviceKind::WebGpu, Some(3.0))
        );
    }
}

#[test]
fn gpu_predicts_and_explains_like_the_cpu() {
    let _gpu = hold_gpu();
    let (predictor, cpu, batches) = predictors(&gpu().device);
    for batch in &batches {
        let found = predict(&predictor, batch);
        assert_agreement(&found, &predict(&cpu, batch));
        assert!(found.fallback.is_none());
    }
    let sequence = &batches[0][0].sequence;
    let found = block_on(predictor.explain(sequence)).unwrap();
    let expected = block_on(cpu.explain(sequence)).unwrap();
    assert!(relative_difference(&found.heads[0].weights, &expected.heads[0].weights) < 1e-4);
    assert!(block_on(predictor.time_batch()).unwrap() > 0.0);
}

#[test]
fn prediction_continues_after_the_gpu_is_lost() {
    let _gpu = hold_gpu();
    assert_prediction_continues(lose, "the GPU was lost");
}

#[test]
fn prediction_continues_after_the_gpu_refuses_a_shader() {
    let _gpu = hold_gpu();
    assert_prediction_continues(refuse, "the GPU refused a command");
}

/// An RNA of a million nucleotides, whose states exceed the array size of a GPU. The CPU predicts
/// this RNA; the GPU predicts the others.
#[test]
fn rna_too_long_for_the_gpu_is_predicted_on_the_cpu() {
    let _gpu = hold_gpu();
    let choice = gpu();
    let (small, cpu, batches) = predictors(&choice.device);
    let hidden = small.model().config().hidden_units;
    let steps = 128 * 1024 * 1024 / (2 * hidden * size_of::<f32>()) + 1000;
    let bytes = model_that_reads(steps + 10);
    let long = InputRecord {
        rna_class: None,
        index: 0,
        id: "long".to_owned(),
        sequence: rna(&"GACUUC".repeat(steps.div_ceil(6))),
        line: 1,
        notes: Vec::new(),
        id_note: None,
        definition: None,
    };
    let predictor = Predictor::new(&bytes, &choice.device).unwrap();
    let cpu = Predictor::new(&bytes, &cpu.device()).unwrap();
    let found = predict(&predictor, std::slice::from_ref(&long));
    assert_eq!(found.fallback, None);
    assert_eq!(found.predictions, predict(&cpu, &[long]).predictions);
    let next = predict(&predictor, &batches[0]);
    assert_agreement(&next, &predict(&cpu, &batches[0]));
    assert!(next.fallback.is_none() && predictor.device() == choice.device);
}

/// The states of a batch exceed the array size of a GPU in a browser.
#[test]
fn training_set_too_long_for_the_gpu_is_trained_on_the_cpu() {
    let _gpu = hold_gpu();
    let long = ["GACUUC", "GAUUAC", "CCGAUA", "AUCGGU", "UUGACA", "ACCCGU"];
    let long = long.map(|word| format!(">{word} [location=Nucleus]\n{}\n", word.repeat(8000)));
    let records = labelled(48, 3) + &long.concat();
    let set = Dataset::read(records.as_bytes()).unwrap();
    let config = vary(config(), |config| {
        config.hidden_units = 64;
    });
    let started = TrainingRun::start(set, config, 1, DevicePreference::WebGpu, None);
    let StartedRun { run, choice } = block_on(started).unwrap();
    assert_eq!(*run.device(), device::cpu());
    assert!(
        choice
            .to_string()
            .starts_with("CPU: the LSTM's states of 8 sequences of"),
        "{choice}"
    );
}

fn config() -> Config {
    vary(preset("human-mirna-paper").unwrap().config, |config| {
        config.k = 2;
        config.embedding_dim = 6;
        config.hidden_units = 5;
        config.attention_dim = 3;
        config.dropout = 0.2;
        config.weight_dropout = 0.1;
        config.batch_size = 8;
        config.epochs = 4;
    })
}

fn start(preference: DevicePreference) -> TrainingRun {
    let set = Dataset::read(labelled(48, 3).as_bytes()).unwrap();
    let started = TrainingRun::start(set, config(), 1, preference, None);
    let StartedRun { run, choice } = block_on(started).unwrap();
    let is_gpu = *run.device() != device::cpu();
    assert_eq!(is_gpu, preference == DevicePreference::WebGpu, "{choice}");
    run
}

#[test]
fn gpu_trains_like_the_cpu() {
    let _gpu = hold_gpu();
    let (mut gpu, mut cpu) = (
        start(DevicePreference::WebGpu),
        start(DevicePreference::Cpu),
    );
    loop {
        let found = block_on(gpu.step(3)).unwrap();
        let expected = block_on(cpu.step(3)).unwrap();
        assert_eq!(found.fallback, None);
        for (found, expected) in found.losses.iter().zip(&expected.losses) {
            assert!(
                (found - expected).abs() < 1e-3 * expected.abs(),
                "{found} {expected}"
            );
        }
        assert_eq!((found.epoch, found.step), (expected.epoch, expected.step));
        if found.done {
            break;
        }
    }
    let (found, expected) = (
        block_on(gpu.finish()).unwrap(),
        block_on(cpu.finish()).unwrap(),
    );
    assert_eq!(
        found.training().unwrap().parts,
        expected.training().unwrap().parts
    );
    assert_eq!(gpu.take_fallback(), None);
}

/// Trains two epochs and a few steps on the GPU, then breaks the GPU. Checks that the training then
/// equals, bit for bit, a training that resumes on the CPU from the end of epoch 2.
fn assert_training_continues(break_gpu: impl Fn(&wgpu::Device), reason: &str) {
    let mut run = start(DevicePreference::WebGpu);
    let handle = device::wgpu_device(run.device()).unwrap();
    while block_on(run.step(1)).unwrap().epoch < 3 {}
    block_on(run.step(2)).unwrap();
    let checkpoint = run.checkpoint().clone();
    assert_eq!(checkpoint.epoch(), 2);
    break_gpu(&handle);
    let set = Dataset::read(labelled(48, 3).as_bytes()).unwrap();
    let resumed = TrainingRun::start(set, config(), 1, DevicePreference::Cpu, Some(checkpoint));
    let mut resumed = block_on(resumed).unwrap().run;
    let found = block_on(run.step(2)).unwrap();
    let expected = block_on(resumed.step(2)).unwrap();
    let fallback = format!("{reason}; continuing from epoch 3");
    assert_eq!(found.fallback, Some(fallback));
    assert_eq!((found.epoch, found.step), (3, 2));
    assert_eq!(found.losses, expected.losses);
    assert!(*run.device() == device::cpu());
    while !block_on(run.step(9)).unwrap().done {}
    while !block_on(resumed.step(9)).unwrap().done {}
    assert_eq!(run.take_fallback(), None, "reported only once");
    let found = block_on(run.finish()).unwrap();
    assert!(found == block_on(resumed.finish()).unwrap());
}

#[test]
fn training_continues_after_the_gpu_is_lost() {
    let _gpu = hold_gpu();
    assert_training_continues(lose, "the GPU was lost");
}

#[test]
fn training_continues_after_the_gpu_refuses_a_shader() {
    let _gpu = hold_gpu();
    assert_training_continues(refuse, "the GPU refused a command");
}

#[test]
fn training_continues_if_the_gpu_is_lost_before_the_first_checkpoint_or_the_metrics() {
    let _gpu = hold_gpu();
    let mut early = start(DevicePreference::WebGpu);
    block_on(early.step(1)).unwrap();
    lose(&device::wgpu_device(early.device()).unwrap());
    let found = block_on(early.attention(0)).unwrap().unwrap();
    let mut fresh = start(DevicePreference::Cpu);
    assert_eq!(found, block_on(fresh.attention(0)).unwrap().unwrap());
    let fallback = "the GPU was lost; continuing from epoch 1".to_owned();
    assert_eq!(early.take_fallback(), Some(fallback));

    let mut late = start(DevicePreference::WebGpu);
    while !block_on(late.step(8)).unwrap().done {}
    lose(&device::wgpu_device(late.device()).unwrap());
    let model = block_on(late.finish()).unwrap();
    assert!(model.training().unwrap().held_out.is_some());
    let fallback = "the GPU was lost; continuing from epoch 4".to_owned();
    assert_eq!(late.take_fallback(), Some(fallback));
}
