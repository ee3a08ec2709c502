// @ts-check
/** Predicts and explains what it is given, with the models it holds. */
import * as Comlink from 'comlink';
import { core, startCore } from '../core.js';
import { holdLock } from '../liveness.js';
import { guarded, watchTraps } from './guard.js';
import { watchRequests } from './requests.js';

/** @import { Model, ModelOptions, Prediction, Problem, Writer } from '../types/core.js' */
/** @import { Build } from '../types/engine.js' */

/** @type {Map<string, Model>} */
const models = new Map();

/** @param {string} key */
function model(key) {
  const held = models.get(key);
  if (!held) throw new Error('The model is no longer loaded. Choose it again.');
  return held;
}

/** The file being written. @type {Writer | null} */
let writer = null;

function writing() {
  if (!writer) throw new Error('No file is being written.');
  return writer;
}

/** What the coordinator asks. */
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

  /**
   * Calls a method of a model, or a function of the core. `callModel` and `callCore` give it its types.
   * @param {string | null} key of the model; null: the core
   * @param {string} method
   * @param {unknown[]} given
   */
  call(key, method, ...given) {
    return guarded(() => /** @type {any} */ (key === null ? core : model(key))[method](...given));
  },

  /** One RNA's nucleotides as they are read. @param {string} letters */
  readSequence(letters) {
    return guarded(() => {
      const reader = core.Reader.text(`>sequence\n${letters}\n`);
      const { batches, problems } = reader.window(1);
      reader.free();
      if (problems.length > 0) throw new Error(problems[0].message);
      return batches[0]?.[0]?.sequence ?? '';
    });
  },

  /**
   * Begins a file and gives what stands before its rows.
   * @param {string} key @param {string} format @param {number[] | null} thresholds null: the model's own
   */
  openWriter(key, format, thresholds) {
    return guarded(() => {
      writer?.free();
      writer = model(key).writer(format, thresholds ? new Float32Array(thresholds) : undefined);
      return writer.begin();
    });
  },

  /** @param {Prediction[]} predictions */
  write(predictions) {
    return guarded(() => writing().add(predictions));
  },

  /** @param {Problem[]} problems */
  closeWriter(problems) {
    return guarded(() => {
      const rest = writing().end(problems);
      writer?.free();
      writer = null;
      return rest;
    });
  },
};

export const computer = {
  /**
   * @param {Build} build
   * @param {WebAssembly.Module} module
   * @param {(count: number) => void} onRequests told how many requests this worker has made
   * @param {string} lock held as long as this worker lives
   * @param {MessagePort} port on which the coordinator asks
   * @returns {Promise<string>} what the CPU code uses, in words
   */
  async start(build, module, onRequests, lock, port) {
    watchRequests(onRequests);
    watchTraps();
    await holdLock(lock);
    await startCore(build, module);
    Comlink.expose(computing, port);
    return core.device_name();
  },
};

/** @typedef {typeof computing} Computing */
