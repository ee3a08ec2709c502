// @ts-check
/** This program's own modules, through the interface that the page uses. */
import { compartmentOf, sequences, tokens, weightsOf } from '../model/job.js';
import { modelFile, readWeights, settings } from '../model/safetensors.js';
import { serve } from './serve.js';

/** @import { Job } from '../model/job.js' */
/** @import { Core, Model, Training } from '../../www/src/types/core.js' */

const options = new URL(self.location.href).searchParams;
const name = options.get('module') ?? 'cpu';
const device = options.get('device') === 'webgpu' ? 'webgpu' : 'cpu';

/** Batches of the timed training set, and thereby the number of steps per epoch. */
const BATCHES = 8;

async function load() {
  const core = await import(new URL(`/modules/${name}/rmlocnet.js`, self.location.href).href);
  (await core.default()).__wasm_call_ctors();
  return /** @type {Core} */ (core);
}

/**
 * Labelled FASTA: the RNAs of `batches` batches for training, one for validation and one for the test.
 * @param {Job} job
 * @param {number} batches
 */
function labelled(job, batches) {
  const count = job.batch * batches;
  const records = sequences(job, count + 2).map((sequence, i) => {
    const part = i < count ? 'train' : i === count ? 'val' : 'test';
    return `>r${i} [location=C${compartmentOf(i)}] [split=${part}]\n${sequence}\n`;
  });
  return new TextEncoder().encode(records.join(''));
}

/**
 * @param {Core} core
 * @param {Job} job
 * @param {number} batches
 * @param {object} overrides
 * @param {number} epochs
 */
function train(core, job, batches, overrides, epochs) {
  const set = new core.LabelledSet(labelled(job, batches));
  const { name: preset } = core.presets()[0];
  return core.Training.start(set, { preset, epochs, seed: job.seed, overrides: { ...settings(job), ...overrides }, device });
}

/**
 * The starting weights of a training with this seed: the result of one epoch whose learning rate is
 * almost 0.
 * @param {Core} core
 * @param {Job} job
 */
async function startingWeights(core, job) {
  const training = await train(core, job, 1, { learning_rate: 1e-30 }, 1);
  await training.step(1);
  const { bytes } = await training.finish();
  return readWeights(bytes);
}

/**
 * Fails if the module uses another device than the row is about.
 * @param {{ kind: string, reason: string }} used
 */
function checkDevice(used) {
  if (used.kind !== device) throw new Error(`the module would use ${used.kind}: ${used.reason}`);
}

/** @type {Core | undefined} */
let core;
/** @type {Model | undefined} */
let model;
/** @type {Training | undefined} */
let training;
/** @type {Job} */
let job;
/** @type {Uint32Array} */
let ids;
/** @type {Uint32Array} */
let lengths;

async function runStep() {
  if (!training) throw new Error('no training has been prepared');
  const progress = await training.step(1);
  // If a device fails, the module continues on the CPU by itself.
  if ('device_changed' in progress && progress.device_changed) throw new Error(`the device changed: ${progress.device_changed}`);
  return progress.losses[0];
}

async function runAnswer() {
  if (!model) throw new Error('no model has been prepared');
  const answer = await model.answer(ids, lengths);
  checkDevice(model.device());
  return answer;
}

serve({
  async prepare(given) {
    job = given;
    core ??= await load();
    if (job.suite === 'inference') {
      ids = Uint32Array.from(tokens(job));
      lengths = new Uint32Array(job.batch).fill(job.steps);
      model = await core.Model.load(modelFile(job, weightsOf(job)), { device });
      checkDevice(model.device());
      return { device: model.device().reason };
    }
    training?.free();
    const weights = job.weights ?? (await startingWeights(core, job));
    training = await train(core, job, job.purpose === 'check' ? 1 : BATCHES, {}, 100_000);
    checkDevice(training.device());
    return { device: training.device().reason, weights };
  },
  run: () => (job.suite === 'inference' ? runAnswer() : runStep()),
});
