// @ts-check
/** Predicts and explains what it is given, with the models it has been handed. */
import * as Comlink from 'comlink';
import { core, startCore } from '../core.js';
import { guarded, watchTraps } from './guard.js';
import { watchRequests } from './requests.js';

/** @import { Item, Model, ModelOptions } from '../types/core.js' */
/** @import { Build } from '../types/page.js' */

/** @type {Map<string, Model>} */
const models = new Map();

/** @param {string} key */
function model(key) {
  const held = models.get(key);
  if (!held) throw new Error('This worker does not hold the model it is asked about.');
  return held;
}

/** What the coordinator asks of it. */
const computing = {
  /**
   * Takes a model file under a key; a file that is not a model throws.
   * @param {string} key
   * @param {Uint8Array} bytes
   * @param {ModelOptions} options
   */
  async load(key, bytes, options) {
    models.set(key, await guarded(() => core.Model.load(bytes, options)));
  },

  /** @param {string} key */
  forget(key) {
    models.get(key)?.free();
    models.delete(key);
  },

  /** @param {string} key */
  describe(key) {
    return guarded(() => ({ info: model(key).info(), header: model(key).tsv_header() }));
  },

  /** @param {string} key */
  device(key) {
    return guarded(() => model(key).device());
  },

  /** @param {string} key */
  calibrate(key) {
    return guarded(() => model(key).calibrate());
  },

  /**
   * @param {string} key
   * @param {Item[]} batch
   */
  predict(key, batch) {
    return guarded(() => model(key).predict(batch));
  },

  /**
   * @param {string} key
   * @param {string} sequence
   */
  explain(key, sequence) {
    return guarded(() => model(key).explain(sequence));
  },
};

export const computer = {
  /**
   * @param {Build} build
   * @param {WebAssembly.Module} module
   * @param {(count: number) => void} onRequests told how many requests this worker has made
   * @param {MessagePort} port where the coordinator asks
   * @returns {Promise<string>} what the CPU code uses, in words
   */
  async start(build, module, onRequests, port) {
    watchRequests(onRequests);
    watchTraps();
    await startCore(build, module);
    Comlink.expose(computing, port);
    return core.device_name();
  },
};

/** @typedef {typeof computing} Computing */
