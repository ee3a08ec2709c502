// @ts-check
/** Trains: one labelled set and one run at a time, pulled step by step. */
import * as Comlink from 'comlink';
import { core, startCore } from '../core.js';
import { watchRequests } from './requests.js';

/** @import { EmbedOptions, LabelledSet, Training, TrainingOptions, TrainingResult } from '../types/core.js' */

/** @type {LabelledSet | null} */
let set = null;
/** @type {Training | null} */
let training = null;

/** @returns {Training} */
function present() {
  if (!training) throw new Error('No training is under way. Start one first.');
  return training;
}

const trainer = {
  /**
   * @param {WebAssembly.Module} module
   * @param {(count: number) => void} onRequests told how many requests this worker has made
   */
  async start(module, onRequests) {
    watchRequests(onRequests);
    await startCore(module);
  },

  version() {
    return core.version();
  },

  presets() {
    return core.presets();
  },

  /**
   * Reads a labelled set; one that cannot be read throws, and the former one stays.
   * @param {Uint8Array} data
   * @param {Uint8Array | null} labels
   */
  read(data, labels) {
    const read = labels ? new core.LabelledSet(data, labels) : new core.LabelledSet(data);
    trainer.drop();
    set?.free();
    set = read;
    return set.summary();
  },

  /**
   * GeneticSeq2Vec alone, as `rmlocnet embed --json` prints it.
   * @param {Uint8Array} fasta
   * @param {EmbedOptions} options
   */
  embed(fasta, options) {
    return core.embed(fasta, options);
  },

  /** @param {TrainingOptions} options */
  async begin(options) {
    if (!set) throw new Error('There is no labelled set yet. Open one first.');
    trainer.drop();
    training = await core.Training.start(set, options);
  },

  /** @param {number} n */
  step(n) {
    return present().step(n);
  },

  /**
   * The attention over one RNA of the set under the present weights.
   * @param {number} index into the summary's ids
   */
  attention(index) {
    const under = present();
    under.choose(index);
    return under.attention();
  },

  /** @returns {Promise<TrainingResult>} */
  async finish() {
    const result = await present().finish();
    return Comlink.transfer(result, [result.bytes.buffer]);
  },

  /** Ends the present training; nothing of it is kept. */
  drop() {
    training?.free();
    training = null;
  },
};

/** @typedef {typeof trainer} Trainer */

Comlink.expose(trainer);
