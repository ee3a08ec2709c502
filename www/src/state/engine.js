// @ts-check
/** Starts the workers that compute, and starts them again after a failure. */
import * as Comlink from 'comlink';
// An inlined worker is started from a blob: address and so inherits the page's
// Content-Security-Policy; a fetched one would be free of it.
import CoreWorker from '../workers/worker.js?worker&inline';
import { bestBuild, compiled } from './builds.js';
import { countWorker } from './requests.js';

/** @import { Coordinator } from '../workers/coordinate.js' */
/** @import { Trainer } from '../workers/train.js' */
/** @import { Build, Role, Staff } from '../types/page.js' */

/** More workers than this gain little and cost memory. */
const MOST_WORKERS = 8;

/** Workers that predict at once. */
export const WORKERS = Math.max(1, Math.min(MOST_WORKERS, navigator.hardwareConcurrency || 1));

let cpuName = '';

/** The instructions that CPU workers use, in words: "SIMD"; empty until one has started. */
export function cpuInWords() {
  return cpuName;
}

/** @param {Role} role */
function newWorker(role) {
  return new CoreWorker({ name: role });
}

/** Workers that the coordinator asks, by its numbers for them. @type {Map<number, Worker>} */
const staff = new Map();

/** @type {Staff} */
const employer = {
  async hire(id, role, wanted) {
    const build = wanted === 'best' ? await bestBuild() : wanted;
    const module = await compiled(build);
    const worker = newWorker(role);
    staff.set(id, worker);
    const { port1, port2 } = new MessageChannel();
    const failed = new Promise((_, reject) => {
      worker.addEventListener('error', ({ message }) => {
        reject(new Error(`A worker could not be started (${message}).`));
        coordinatorNow?.lost(id, message);
      });
    });
    const started = /** @type {any} */ (Comlink.wrap(worker)).start(build, module, Comlink.proxy(countWorker()), Comlink.transfer(port2, [port2]));
    const name = await Promise.race([started, failed]);
    if (build !== 'webgpu' && name) cpuName = name;
    return Comlink.transfer(port1, [port1]);
  },
  dismiss(id) {
    staff.get(id)?.terminate();
    staff.delete(id);
  },
};

/** @type {Comlink.Remote<Coordinator> | undefined} */
let coordinatorNow;
/** @type {Promise<Comlink.Remote<Coordinator>> | undefined} */
let coordinating;

async function beginCoordinating() {
  const worker = newWorker('coordinate');
  const proxy = /** @type {Comlink.Remote<Coordinator>} */ (Comlink.wrap(worker));
  await proxy.start(Comlink.proxy(countWorker()), Comlink.proxy(employer), WORKERS);
  coordinatorNow = proxy;
  return proxy;
}

/** Predicts. It asks the other workers and outlives them all. */
export const predictor = {
  get: () => (coordinating ??= beginCoordinating()),
};

/** @param {Build | 'best'} wanted */
function trainerSlot(wanted) {
  /** @type {Worker | undefined} */
  let worker;
  /** @type {Promise<Comlink.Remote<Trainer>> | undefined} */
  let remote;

  async function begin() {
    const build = wanted === 'best' ? await bestBuild() : wanted;
    const module = await compiled(build);
    worker = newWorker('train');
    const proxy = /** @type {any} */ (Comlink.wrap(worker));
    await proxy.start(build, module, Comlink.proxy(countWorker()));
    return /** @type {Comlink.Remote<Trainer>} */ (proxy);
  }

  /** Ends the worker at once, whatever it is doing; the next get() starts a fresh one. */
  function restart() {
    worker?.terminate();
    worker = undefined;
    remote = undefined;
  }

  function get() {
    remote ??= begin();
    // One that could not be started is tried again when next asked for.
    remote.catch(() => (remote = undefined));
    return remote;
  }

  return { get, restart };
}

/** @typedef {ReturnType<typeof trainerSlot>} TrainerSlot */

/** Trains on the CPU. */
export const trainer = trainerSlot('best');
/** Trains on the GPU; started only where a training is to be tried there. */
export const gpuTrainer = trainerSlot('webgpu');
