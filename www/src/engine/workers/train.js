// @ts-check
/** Trains: one labelled set and one run at a time, pulled step by step. */
import * as Comlink from 'comlink';
import { core, startCore } from '../core.js';
import { holdLock } from '../liveness.js';
import { guarded, watchTraps } from './guard.js';
import { watchRequests } from './requests.js';

/** @import { EmbedOptions, LabelledSet, Training, TrainingOptions, TrainingResult } from '../types/core.js' */
/** @import { Build } from '../types/engine.js' */

/** @type {LabelledSet | null} */
let set = null;
/** @type {Training | null} */
let training = null;

/** @returns {Training} */
function present() {
  if (!training) throw new Error('No training is under way. Start one first.');
  return training;
}

/** @type {Promise<unknown>} */
let before = Promise.resolve();

/**
 * A call of the training, after those before it: it does one thing at a time.
 * @template T
 * @param {(training: Training) => T | Promise<T>} call
 * @returns {Promise<T>}
 */
function inTurn(call) {
  const work = before.then(() => guarded(() => call(present())));
  before = work.catch(() => undefined);
  return work;
}

export const trainer = {
  /**
   * @param {Build} build
   * @param {WebAssembly.Module} module
   * @param {(count: number) => void} onRequests told how many requests this worker has made
   * @param {string} lock held as long as this worker lives
   */
  async start(build, module, onRequests, lock) {
    watchRequests(onRequests);
    watchTraps();
    await holdLock(lock);
    await startCore(build, module);
  },

  version() {
    return core.version();
  },

  presets() {
    return core.presets();
  },

  settings() {
    return core.settings();
  },

  /** Whether a labelled set has been read. */
  hasSet() {
    return set !== null;
  },

  /**
   * Reads a labelled set; one that cannot be read throws, and the former one stays.
   * @param {Uint8Array} data
   * @param {Uint8Array | null} labels
   */
  read(data, labels) {
    return guarded(() => {
      const read = labels ? new core.LabelledSet(data, labels) : new core.LabelledSet(data);
      trainer.drop();
      set?.free();
      set = read;
      return set.summary();
    });
  },

  /**
   * The report on the labelled set, with the random split of this seed.
   * @param {number} seed
   */
  report(seed) {
    return guarded(() => {
      if (!set) throw new Error('There is no labelled set yet. Open one first.');
      return set.report(seed);
    });
  },

  /**
   * GeneticSeq2Vec alone, as `rmlocnet embed --json` prints it.
   * @param {Uint8Array} fasta
   * @param {EmbedOptions} options
   */
  embed(fasta, options) {
    return guarded(() => core.embed(fasta, options));
  },

  /**
   * Starts a training, anew or from a checkpoint, and tells what it computes on.
   * @param {TrainingOptions} options
   */
  async begin(options) {
    const on = set;
    if (!on) throw new Error('There is no labelled set yet. Open one first.');
    trainer.drop();
    training = await guarded(() => core.Training.start(on, options));
    return training.device();
  },

  /** What a person should know before the training begins. */
  notes() {
    return inTurn((under) => under.notes());
  },

  /** @param {number} n */
  step(n) {
    return inTurn((under) => under.step(n));
  },

  /** What to go on from should this worker stop; null before the first epoch has ended. */
  checkpoint() {
    return inTurn((under) => {
      const bytes = under.checkpoint();
      return bytes ? Comlink.transfer(bytes, [/** @type {ArrayBuffer} */ (bytes.buffer)]) : null;
    });
  },

  /**
   * The attention over one RNA of the set under the present weights.
   * @param {number} index into the summary's ids
   */
  attention(index) {
    return inTurn((under) => {
      under.choose(index);
      return under.attention();
    });
  },

  /** @returns {Promise<TrainingResult>} */
  finish() {
    return inTurn(async (under) => {
      const result = await under.finish();
      return Comlink.transfer(result, [result.bytes.buffer]);
    });
  },

  /** Ends the present training; nothing of it is kept. */
  drop() {
    training?.free();
    training = null;
  },
};

/** @typedef {typeof trainer} Trainer */
