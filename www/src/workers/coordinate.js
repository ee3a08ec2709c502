// @ts-check
/**
 * Runs predictions over many workers. It computes nothing and so never stops over a
 * failing core: the sequences of the results on show, which it holds, outlive every worker.
 */
import { askCpu } from './held-models.js';
import { GpuChoice } from './gpu-choice.js';
import { peek } from './peek.js';
import { Pool } from './pool.js';
import { PredictionRun } from './prediction-run.js';
import { watchRequests } from './requests.js';
import { Studies } from './studies.js';

/** @import { DeviceInfo, DeviceWanted, ModelInfo } from '../types/core.js' */
/** @import { RunBatch, RunStart, Source, Staff } from '../types/page.js' */
/** @import { Computing } from './compute.js' */
/** @import { HeldModel } from './held-models.js' */
/** @import { Reading } from './read.js' */

/** What a calibration runs: so many RNAs as long as the model reads, though not longer than this. */
const CALIBRATION_RNAS = 32;
const CALIBRATION_NUCLEOTIDES = 4096;

/** @type {{ cpu: Pool<Computing>, gpu: Pool<Computing>, reading: Pool<Reading> } | null} */
let pools = null;
/** @type {GpuChoice | null} */
let choice = null;
/** @type {Map<string, HeldModel>} */
const models = new Map();
let opened = 0;
/** @type {PredictionRun | null} */
let run = null;
/**
 * The results on show. A new run takes their place with its first prediction, not
 * before: input that yields nothing leaves them explainable.
 * @type {PredictionRun | null}
 */
let shown = null;

function staffed() {
  if (!pools || !choice) throw new Error('The coordinator has not been started.');
  return { ...pools, choice };
}

/** @param {string} name */
function held(name) {
  const model = models.get(name);
  if (!model) throw new Error(`The model ${name} is not open. Choose it again.`);
  return model;
}

export const coordinator = {
  /**
   * @param {(count: number) => void} onRequests told how many requests this worker has made
   * @param {Staff} staff
   * @param {number} workers that compute, at most
   */
  async start(onRequests, staff, workers) {
    watchRequests(onRequests);
    pools = {
      cpu: new Pool(staff, { role: 'compute', build: 'best', most: workers }),
      // Two at once: one is sent and read while the GPU is at the other.
      gpu: new Pool(staff, { role: 'compute', build: 'webgpu', most: 1, atOnce: 2 }),
      reading: new Pool(staff, { role: 'read', build: 'best', most: 1 }),
    };
    choice = new GpuChoice(pools.cpu, pools.gpu, workers);
    await Promise.all([pools.cpu.warm(), pools.reading.warm()]);
  },

  /**
   * Hears of a worker that stopped of itself.
   * @param {number} id
   * @param {string} message
   */
  lost(id, message) {
    for (const pool of Object.values(staffed())) if (pool instanceof Pool) pool.lost(id, message);
  },

  /**
   * Opens a model file under a name; a file that is not a model throws.
   * @param {string} name
   * @param {Uint8Array} bytes
   * @returns {Promise<ModelInfo>}
   */
  async open(name, bytes) {
    opened += 1;
    const key = `${opened}`;
    const info = await askCpu(staffed().cpu, { key, bytes }, (worker) => worker.describe(key), { first: true });
    // The former model of that name may still explain the results on show: it is left to them.
    models.set(name, { key, bytes, info, gpuOptions: {}, device: null });
    return info;
  },

  /** @param {string} name */
  isOpen(name) {
    return models.has(name);
  },

  /**
   * Settles what a model is predicted on from the next run on.
   * @param {string} name
   * @param {DeviceWanted} wanted
   * @returns {Promise<DeviceInfo>}
   */
  choose(name, wanted) {
    return staffed().choice.settle(held(name), wanted, () => (run && !run.over ? run.ended : null));
  },

  /**
   * @param {string} name
   * @param {Source[]} sources
   * @returns {RunStart}
   */
  begin(name, sources) {
    const model = held(name);
    coordinator.stop();
    run = new PredictionRun(staffed(), model, sources, (began) => (shown = began));
    return { model: model.info, bytes_total: sources.reduce((sum, { size }) => sum + size, 0) };
  },

  /**
   * The next results, as soon as there are some.
   * @returns {Promise<RunBatch>}
   */
  async next() {
    if (!run) return { rows: [], problems: [], bytes_read: 0, done: true, device: '', device_changed: null };
    const present = run;
    const batch = await present.next();
    if (batch.done && run === present) run = null;
    return batch;
  },

  /** Ends the present run; what it has predicted stays. */
  stop() {
    run?.stop();
    run = null;
  },

  /**
   * Asks about the results on show: a question of `Studies` with what it needs to know.
   * @template {Question} Q
   * @param {Q} question
   * @param {Parameters<Studies[Q]>} about
   * @returns {Promise<Awaited<ReturnType<Studies[Q]>>>}
   */
  async study(question, ...about) {
    if (!shown) throw new Error('There are no results any more. Predict again.');
    const studies = new Studies(staffed().cpu, shown.model, shown.kept);
    return /** @type {any} */ (studies)[question](...about);
  },

  /**
   * What an input's beginning is like, before it is predicted.
   * @param {Source[]} sources
   */
  peek(sources) {
    return peek(staffed().reading, sources);
  },

  /**
   * Milliseconds one CPU worker needs for a nucleotide with a model, in batches as they come.
   * @param {string} name
   */
  async pace(name) {
    const model = held(name);
    const batch = await askCpu(staffed().cpu, model, (worker) => worker.calibrate(model.key));
    return batch / (CALIBRATION_RNAS * Math.min(model.info.fixed_length, CALIBRATION_NUCLEOTIDES));
  },
};

/** @typedef {'explain' | 'mutate' | 'mutationsTsv' | 'gradientPoints' | 'gradients' | 'gradientsTsv' | 'deletionSteps' | 'deletionPoint' | 'deletionTsv' | 'verdict' | 'patterns' | 'motifs' | 'motifsTsv' | 'compare' | 'comparisonTsv' | 'survey' | 'surveyReport' | 'surveyTsv' | 'clustered' | 'write'} Question */

/** @typedef {typeof coordinator} Coordinator */
