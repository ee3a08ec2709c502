// @ts-check
/**
 * Runs predictions over many workers. It computes nothing and so never stops over a
 * failing core: the sequences of the results, which it holds, outlive every worker.
 */
import { callCore, callModel } from '../call.js';
import { holdLock } from '../liveness.js';
import { askTwice } from './asking.js';
import { GpuChoice } from './gpu-choice.js';
import { askCpu } from './held-models.js';
import { Pool } from './pool.js';
import { Portion } from './portion.js';
import { PredictionRun } from './prediction-run.js';
import { watchRequests } from './requests.js';
import { writeResults } from './write-results.js';

/** @import { DeviceInfo, DeviceWanted, Item, ModelInfo, Problem } from '../types/core.js' */
/** @import { ChosenModel, FileFormat, Row, RunBatch, RunStart, Source, Staff } from '../types/engine.js' */
/** @import { CoreMethod, ModelMethod } from '../call.js' */
/** @import { Computing } from './compute.js' */
/** @import { HeldModel } from './held-models.js' */
/** @import { Reading } from './read.js' */

/** Records of each source that are looked at: many, because what was read of a file ends with a block, not with a record. */
const PEEKED_RECORDS = 16_384;
/** A calibration runs this many RNAs as long as the model reads, but not longer than the second number. */
const CALIBRATION_RNAS = 32;
const CALIBRATION_NUCLEOTIDES = 4096;

/** @type {{ cpu: Pool<Computing>, gpu: Pool<Computing>, reading: Pool<Reading> } | null} */
let pools = null;
/** @type {GpuChoice | null} */
let choice = null;
/** @type {Map<string, HeldModel>} */
const models = new Map();
let opened = 0;
/**
 * The latest run, and the one whose results can be asked about. The latest takes its place with its
 * first prediction, not before: input without a readable record leaves the former results.
 * @type {Map<number, PredictionRun>}
 */
const runs = new Map();
let begun = 0;
let portioned = 0;

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

/**
 * A portion of a run whose results are held.
 * @param {number} id
 */
function portion(id) {
  const found = [...runs.values()].flatMap(({ portions }) => portions).find((other) => other.id === id);
  if (!found) throw new Error('These results are no longer held. Predict again.');
  return found;
}

/** The end of the run under way; null if there is none. */
function running() {
  const underWay = [...runs.values()].find((run) => !run.over);
  return underWay ? underWay.ended : null;
}

/**
 * Predictions with their sequences again.
 * @param {ReturnType<typeof portion>} asked
 * @param {Row[]} rows
 */
function whole(asked, rows) {
  return rows.map((row) => ({ ...row, sequence: asked.rna(row.index).sequence }));
}

export const coordinator = {
  /**
   * @param {(count: number) => void} onRequests told how many requests this worker has made
   * @param {string} lock held as long as this worker lives
   * @param {Staff} staff
   * @param {number} workers that compute, at most
   */
  async start(onRequests, lock, staff, workers) {
    watchRequests(onRequests);
    await holdLock(lock);
    pools = {
      cpu: new Pool(staff, { role: 'compute', build: 'best', most: workers }),
      // Two at once: one is sent and read while the GPU computes the other.
      gpu: new Pool(staff, { role: 'compute', build: 'webgpu', most: 1, atOnce: 2 }),
      reading: new Pool(staff, { role: 'read', build: 'best', most: 1 }),
    };
    choice = new GpuChoice(pools.cpu, pools.gpu, workers);
    await Promise.all([pools.cpu.warm(), pools.reading.warm()]);
  },

  /**
   * Hears of a worker that has stopped.
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
    const info = await askCpu(staffed().cpu, { key, bytes }, (worker) => callModel(worker, key, 'info'), {
      first: true,
    });
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
    return staffed().choice.settle(held(name), wanted, running);
  },

  /**
   * Begins a run and ends the one under way.
   * @param {ChosenModel[]} chosen
   * @param {Source[]} sources
   * @returns {RunStart}
   */
  begin(chosen, sources) {
    const portions = chosen.map(({ name, rna_class }) => new Portion((portioned += 1), name, rna_class, held(name)));
    for (const [id, run] of runs) {
      run.stop();
      if (!run.hasRows) runs.delete(id);
    }
    begun += 1;
    const id = begun;
    const run = new PredictionRun(staffed(), portions, sources, () => {
      for (const other of [...runs.keys()]) if (other !== id) runs.delete(other);
    });
    runs.set(id, run);
    return {
      run: id,
      portions: portions.map(({ id, name, model }) => ({ id, name, model: model.info })),
      bytes_total: sources.reduce((sum, { size }) => sum + size, 0),
    };
  },

  /**
   * The next results of a run, as soon as there are some.
   * @param {number} id
   * @returns {Promise<RunBatch>}
   */
  async next(id) {
    const run = runs.get(id);
    if (!run || run.stopped)
      return { rows: [], problems: [], bytes_read: 0, done: true, device: '', device_changed: null };
    return run.next();
  },

  /**
   * Ends a run; what it has predicted stays.
   * @param {number} id
   */
  stop(id) {
    runs.get(id)?.stop();
  },

  /**
   * Asks the model of a portion. `PortionHandle.ask` gives it its types.
   * @param {number} id
   * @param {string} method
   * @param {any[]} given
   */
  ask(id, method, ...given) {
    return askTwice(staffed().cpu, portion(id).model, (worker, key) =>
      /** @type {any} */ (callModel)(worker, key, /** @type {ModelMethod} */ (method), ...given),
    );
  },

  /**
   * Asks a function of the core. `Engine.askCore` gives it its types.
   * @param {string} method
   * @param {any[]} given
   */
  askCore(method, ...given) {
    return staffed().cpu.ask(
      (worker) => /** @type {any} */ (callCore)(worker, /** @type {CoreMethod} */ (method), ...given),
      { first: true },
    );
  },

  /** @param {number} id @param {number} row */
  async explain(id, row) {
    const asked = portion(id);
    const kept = asked.rna(row);
    const explanation = await askTwice(staffed().cpu, asked.model, (worker, key) =>
      callModel(worker, key, 'explain', kept.sequence),
    );
    return { ...explanation, ...kept };
  },

  /**
   * @param {number} id
   * @param {number[]} rows
   * @returns {Item[]}
   */
  items(id, rows) {
    const asked = portion(id);
    return rows.map((row) => ({ index: row, ...asked.rna(row), line: 0, notes: [], renamed: null }));
  },

  /** @param {number} id @param {string} letters */
  readSequence(id, letters) {
    return askTwice(staffed().cpu, portion(id).model, (worker) => worker.readSequence(letters));
  },

  /**
   * The results as the file that the command line writes, piece by piece.
   * @param {number} id
   * @param {FileFormat} format
   * @param {Row[]} rows
   * @param {number[] | null} thresholds null: the model's own
   * @param {Problem[]} problems
   * @param {(written: number) => boolean | Promise<boolean>} onProgress told how many RNAs have been written; false stops
   */
  write(id, format, rows, thresholds, problems, onProgress) {
    const asked = portion(id);
    const predictions = (/** @type {number} */ from, /** @type {number} */ to) => whole(asked, rows.slice(from, to));
    const file = { format, count: rows.length, predictions, thresholds, problems };
    return askTwice(staffed().cpu, asked.model, (worker, key) => writeResults(worker, key, file, onProgress));
  },

  /**
   * Rows next to the labels in their definition lines.
   * @param {number} id
   * @param {Row[]} rows
   * @param {Float32Array} thresholds
   */
  agreement(id, rows, thresholds) {
    const asked = portion(id);
    return askTwice(staffed().cpu, asked.model, (worker, key) =>
      callModel(worker, key, 'agreement', whole(asked, rows), thresholds),
    );
  },

  /**
   * What an input's beginning is like, before it is predicted.
   * @param {Source[]} sources
   */
  peek(sources) {
    return staffed().reading.ask((worker) => worker.peek(sources, PEEKED_RECORDS));
  },

  /**
   * Milliseconds that one CPU worker needs for a nucleotide with a model, in batches as they come.
   * @param {string} name
   */
  async pace(name) {
    const model = held(name);
    const batch = await askCpu(staffed().cpu, model, (worker) => callModel(worker, model.key, 'calibrate'));
    return batch / (CALIBRATION_RNAS * Math.min(model.info.fixed_length, CALIBRATION_NUCLEOTIDES));
  },
};

/** @typedef {typeof coordinator} Coordinator */
