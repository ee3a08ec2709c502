// @ts-check
/** Starts the workers that compute, and starts them again after a failure. */
import * as Comlink from 'comlink';
import wasmUrl from '../wasm/rmlocnet_bg.wasm?url';
// Inlined workers are started from blob: addresses and so inherit the page's
// Content-Security-Policy; fetched ones would be free of it.
import PredictWorker from '../workers/predict.js?worker&inline';
import TrainWorker from '../workers/train.js?worker&inline';
import { countWorker } from './requests.js';

/** @import { Predictor } from '../workers/predict.js' */
/** @import { Trainer } from '../workers/train.js' */

/** @type {Promise<WebAssembly.Module> | undefined} */
let compiled;

/** Fetches and compiles the core once for all workers. */
function compileCore() {
  compiled ??= fetch(wasmUrl).then(async (response) => {
    if (!response.ok) throw new Error(`The computing core could not be fetched (HTTP ${response.status}). Reload the page.`);
    return WebAssembly.compile(await response.arrayBuffer());
  });
  return compiled;
}

/** Whether the browser has what the core is compiled for: a module that uses one SIMD instruction. */
export function hasSimd() {
  return WebAssembly.validate(
    new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11]),
  );
}

/**
 * @template T
 * @param {new () => Worker} WorkerClass
 */
function workerSlot(WorkerClass) {
  /** @type {Worker | undefined} */
  let worker;
  /** @type {Promise<Comlink.Remote<T>> | undefined} */
  let remote;
  let device = '';

  async function begin() {
    const module = await compileCore();
    worker = new WorkerClass();
    const proxy = /** @type {any} */ (Comlink.wrap(worker));
    device = (await proxy.start(module, Comlink.proxy(countWorker()))) ?? '';
    return /** @type {Comlink.Remote<T>} */ (proxy);
  }

  return {
    get: () => (remote ??= begin()),
    /** What it computes on, in words, once it has started. */
    device: () => device,
    /** Ends the worker at once, whatever it is doing; the next get() starts a fresh one. */
    restart() {
      worker?.terminate();
      worker = undefined;
      remote = undefined;
    },
  };
}

/** @type {ReturnType<typeof workerSlot<Predictor>>} */
export const predictor = workerSlot(PredictWorker);
/** @type {ReturnType<typeof workerSlot<Trainer>>} */
export const trainer = workerSlot(TrainWorker);

/**
 * Whether an error means that a worker's core has stopped and cannot be used again.
 * @param {unknown} error
 */
export function isTrap(error) {
  return error instanceof Error && error.name === 'RuntimeError';
}

/**
 * An error's message as a sentence for the page.
 * @param {unknown} error
 */
export function inWords(error) {
  if (isTrap(error)) {
    const cause = error instanceof Error ? error.message : '';
    return `The computation stopped unexpectedly (${cause}), most often for lack of memory. It has been started again; try fewer or shorter sequences at once.`;
  }
  return error instanceof Error ? error.message : String(error);
}
