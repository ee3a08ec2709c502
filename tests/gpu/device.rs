//! A GPU that is there, and one that fails in every way we can bring about. On whatever adapter
//! there is: the software one will do.

use crate::support::labelled::labelled;
use crate::support::relative;
use crate::{DEVICE, PLAN, hold};
use burn::tensor::Device;
use pollster::block_on;
use rmlocnet::dataset::Dataset;
use rmlocnet::device::{self, DeviceError, Purpose};
use rmlocnet::device_choice::{self, Chosen, Kind, Wanted, Yardstick};
use rmlocnet::experiment::Experiment;
use rmlocnet::network::{Config, preset};
use rmlocnet::predictor::{Item, Predictions, Predictor};

const MODEL: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/models/human-mirna.safetensors"
);

/// The GPU, asked for and believed.
fn gpu() -> Chosen {
    let untimed = async |_: &Device| -> Result<f64, DeviceError> { panic!("nothing to time") };
    let yardstick = Yardstick::default();
    let chosen = block_on(device_choice::choose(
        Wanted::WebGpu,
        Purpose::Predicting,
        yardstick,
        untimed,
    ));
    assert_eq!(chosen.kind, Kind::WebGpu, "{chosen}");
    chosen
}

/// The same model on the GPU and on the CPU, and batches to ask them.
fn predictors(device: &Device) -> (Predictor, Predictor, Vec<Vec<Item>>) {
    let bytes = std::fs::read(MODEL).unwrap();
    let cpu = Predictor::new(&bytes, &device::cpu()).unwrap();
    let text = labelled(96, 5);
    let window = cpu.reader(text.as_bytes()).window(96, 1 << 20);
    assert!(window.batches.len() >= 3);
    (cpu.on(device).unwrap(), cpu, window.batches)
}

fn ask(predictor: &Predictor, batch: &[Item]) -> Predictions {
    block_on(predictor.predict(batch)).unwrap()
}

#[track_caller]
fn agree(found: &Predictions, expected: &Predictions) {
    assert_eq!(found.predictions.len(), expected.predictions.len());
    for (found, expected) in found.predictions.iter().zip(&expected.predictions) {
        let apart = relative(&found.probabilities, &expected.probabilities);
        assert!(apart < 1e-4, "{}: {apart}", found.id);
    }
}

/// One batch on the GPU, then `harm`, then two more: nothing is lost, and the reason is as said.
fn predicts_on_after(harm: impl Fn(&wgpu::Device), reason: &str) {
    let chosen = gpu();
    let (predictor, cpu, batches) = predictors(&chosen.device);
    let first = ask(&predictor, &batches[0]);
    agree(&first, &ask(&cpu, &batches[0]));
    assert!(first.device_changed.is_none() && predictor.device() == chosen.device);
    harm(&device::wgpu_device(&chosen.device).unwrap());
    let second = ask(&predictor, &batches[1]);
    let told = format!("{reason}; going on on the CPU");
    assert_eq!(second.device_changed.as_ref(), Some(&told));
    assert_eq!(second.predictions, ask(&cpu, &batches[1]).predictions);
    assert!(predictor.device() == device::cpu() && predictor.moved() == Some(told));
    // Told once, and from then on the CPU.
    assert_eq!(ask(&predictor, &batches[2]), ask(&cpu, &batches[2]));
    // Whoever comes next finds a GPU that works.
    assert!(gpu().device != chosen.device);
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
        source: wgpu::ShaderSource::Wgsl("this is no shader".into()),
    });
    wait_for(handle);
}

#[test]
fn software_is_not_chosen_unless_asked_for() {
    // On a real GPU, timing sets the plan.
    let _alone = (hold(&DEVICE), hold(&PLAN));
    let software = gpu().adapter.is_some_and(|name| {
        let name = name.to_lowercase();
        name.contains("swiftshader") || name.contains("llvmpipe")
    });
    let timed = async |device: &Device| Ok(if *device == device::cpu() { 30.0 } else { 10.0 });
    let yardstick = Yardstick::default();
    let chosen = block_on(device_choice::choose(
        Wanted::Auto,
        Purpose::Training,
        yardstick,
        timed,
    ));
    if software {
        assert_eq!(chosen.to_string(), "CPU: the adapter is software");
    } else {
        assert_eq!((chosen.kind, chosen.speedup), (Kind::WebGpu, Some(3.0)));
    }
}

#[test]
fn a_gpu_predicts_and_explains_what_the_cpu_does() {
    let _alone = hold(&DEVICE);
    let (predictor, cpu, batches) = predictors(&gpu().device);
    for batch in &batches {
        let found = ask(&predictor, batch);
        agree(&found, &ask(&cpu, batch));
        assert!(found.device_changed.is_none());
    }
    let sequence = &batches[0][0].sequence;
    let found = block_on(predictor.explain(sequence)).unwrap();
    let expected = block_on(cpu.explain(sequence)).unwrap();
    assert!(relative(&found.heads[0].weights, &expected.heads[0].weights) < 1e-4);
    assert!(block_on(predictor.calibrate()).unwrap() > 0.0);
}

#[test]
fn lost_between_batches() {
    let _alone = hold(&DEVICE);
    predicts_on_after(lose, "the GPU was lost");
}

#[test]
fn a_refused_shader_between_batches() {
    let _alone = hold(&DEVICE);
    predicts_on_after(refuse, "the GPU refused a command");
}

/// A million nucleotides: the states of one RNA are more than a GPU binds. The CPU reads that RNA;
/// the GPU goes on with the others.
#[test]
fn one_rna_more_than_a_gpu_holds() {
    let _alone = hold(&DEVICE);
    let chosen = gpu();
    let (small, cpu, batches) = predictors(&chosen.device);
    let mut model = small.model().clone();
    let steps = 128 * 1024 * 1024 / (2 * model.config.hidden_units * size_of::<f32>()) + 1000;
    model.fixed_length.length = steps + 10;
    let bytes = model.to_bytes().unwrap();
    let long = Item {
        index: 0,
        id: "long".to_owned(),
        sequence: "GACUUC".repeat(steps.div_ceil(6)),
        line: 1,
        notes: Vec::new(),
        renamed: None,
    };
    let predictor = Predictor::new(&bytes, &chosen.device).unwrap();
    let cpu = Predictor::new(&bytes, &cpu.device()).unwrap();
    let found = ask(&predictor, std::slice::from_ref(&long));
    assert_eq!(found.device_changed, None);
    assert_eq!(found.predictions, ask(&cpu, &[long]).predictions);
    let next = ask(&predictor, &batches[0]);
    agree(&next, &ask(&cpu, &batches[0]));
    assert!(next.device_changed.is_none() && predictor.device() == chosen.device);
}

/// A batch whose states no GPU in a browser binds is learnt on the CPU from the start.
#[test]
fn a_training_more_than_a_gpu_holds() {
    let _alone = hold(&DEVICE);
    let long = ["GACUUC", "GAUUAC", "CCGAUA", "AUCGGU", "UUGACA", "ACCCGU"];
    let long = long.map(|word| format!(">{word} [location=Nucleus]\n{}\n", word.repeat(8000)));
    let records = labelled(48, 3) + &long.concat();
    let set = Dataset::read(records.as_bytes()).unwrap();
    let config = Config {
        hidden_units: 64,
        ..config()
    };
    let started = Experiment::start(set, config, 1, Wanted::WebGpu, None);
    let (experiment, chosen) = block_on(started).unwrap();
    assert_eq!(*experiment.device(), device::cpu());
    assert!(
        chosen
            .to_string()
            .starts_with("CPU: the LSTM's states of 8 sequences of"),
        "{chosen}"
    );
}

fn config() -> Config {
    Config {
        k: 2,
        embedding_dim: 6,
        hidden_units: 5,
        attention_dim: 3,
        dropout: 0.2,
        weight_dropout: 0.1,
        batch_size: 8,
        epochs: 4,
        ..preset("human-mirna-paper").unwrap().config
    }
}

fn start(wanted: Wanted) -> Experiment {
    let set = Dataset::read(labelled(48, 3).as_bytes()).unwrap();
    let started = Experiment::start(set, config(), 1, wanted, None);
    let (experiment, chosen) = block_on(started).unwrap();
    let is_gpu = *experiment.device() != device::cpu();
    assert_eq!(is_gpu, wanted == Wanted::WebGpu, "{chosen}");
    experiment
}

#[test]
fn a_gpu_trains_as_the_cpu_does() {
    let _alone = hold(&DEVICE);
    let (mut gpu, mut cpu) = (start(Wanted::WebGpu), start(Wanted::Cpu));
    loop {
        let found = block_on(gpu.step(3)).unwrap();
        let expected = block_on(cpu.step(3)).unwrap();
        assert_eq!(found.device_changed, None);
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
        found.training.unwrap().parts,
        expected.training.unwrap().parts
    );
    assert_eq!(gpu.device_changed(), None);
}

/// Trains two epochs and some on the GPU, then `harm`: what follows is what a CPU makes of the end
/// of epoch 2, to the bit.
fn trains_on_after(harm: impl Fn(&wgpu::Device), reason: &str) {
    let mut experiment = start(Wanted::WebGpu);
    let handle = device::wgpu_device(experiment.device()).unwrap();
    while block_on(experiment.step(1)).unwrap().epoch < 3 {}
    block_on(experiment.step(2)).unwrap();
    let savepoint = experiment.savepoint().clone();
    assert_eq!(savepoint.epoch(), 2);
    harm(&handle);
    let set = Dataset::read(labelled(48, 3).as_bytes()).unwrap();
    let resumed = Experiment::start(set, config(), 1, Wanted::Cpu, Some(savepoint));
    let (mut resumed, _) = block_on(resumed).unwrap();
    let found = block_on(experiment.step(2)).unwrap();
    let expected = block_on(resumed.step(2)).unwrap();
    let told = format!("{reason}; going on from epoch 3");
    assert_eq!(found.device_changed, Some(told));
    assert_eq!((found.epoch, found.step), (3, 2));
    assert_eq!(found.losses, expected.losses);
    assert!(*experiment.device() == device::cpu());
    while !block_on(experiment.step(9)).unwrap().done {}
    while !block_on(resumed.step(9)).unwrap().done {}
    assert_eq!(experiment.device_changed(), None, "told once");
    let found = block_on(experiment.finish()).unwrap();
    assert!(found == block_on(resumed.finish()).unwrap());
}

#[test]
fn lost_within_an_epoch() {
    let _alone = hold(&DEVICE);
    trains_on_after(lose, "the GPU was lost");
}

#[test]
fn a_refused_shader_within_an_epoch() {
    let _alone = hold(&DEVICE);
    trains_on_after(refuse, "the GPU refused a command");
}

#[test]
fn lost_before_the_end_of_the_first_epoch_and_before_the_figures() {
    let _alone = hold(&DEVICE);
    let mut early = start(Wanted::WebGpu);
    block_on(early.step(1)).unwrap();
    lose(&device::wgpu_device(early.device()).unwrap());
    let found = block_on(early.attention(0)).unwrap().unwrap();
    let mut fresh = start(Wanted::Cpu);
    assert_eq!(found, block_on(fresh.attention(0)).unwrap().unwrap());
    let told = "the GPU was lost; going on from epoch 1".to_owned();
    assert_eq!(early.device_changed(), Some(told));

    let mut late = start(Wanted::WebGpu);
    while !block_on(late.step(8)).unwrap().done {}
    lose(&device::wgpu_device(late.device()).unwrap());
    let model = block_on(late.finish()).unwrap();
    assert!(model.training.unwrap().held_out.is_some());
    let told = "the GPU was lost; going on from epoch 4".to_owned();
    assert_eq!(late.device_changed(), Some(told));
}
