// @ts-check
/**
 * The engine: everything that computes, without a page around it. It starts the workers, and starts
 * them again after a failure.
 */
import * as Comlink from 'comlink';
import { bestBuild, compiled } from './builds.js';
import { lockName, whenLost } from './liveness.js';
import { RunHandle } from './run-handle.js';
import { WorkerSlot } from './worker-slot.js';
// An inlined worker is started from a blob: address and so inherits the page's
// Content-Security-Policy; a fetched one would not be bound by it.
import CoreWorker from './workers/worker.js?worker&inline';

/** @import { Core } from './types/core.js' */
/** @import { Build, ChosenModel, Role, Source, Staff, WorkerStart } from './types/engine.js' */
/** @import { Coordinator } from './workers/coordinate.js' */
/** @import { Trainer } from './workers/train.js' */
/** @import { CoreMethod } from './call.js' */

/** More workers than this gain little and cost memory. */
const MOST_WORKERS = 8;

/** @param {Role} role */
function newWorker(role) {
  return new CoreWorker({ name: role });
}

export class Engine {
  /** Workers that the coordinator gives work to, by its numbers for them. @type {Map<number, Worker>} */
  #staff = new Map();

  /**
   * @param {object} [options]
   * @param {number} [options.workers] that predict at once
   * @param {() => (count: number) => void} [options.watchRequests] asked once for each worker; what it returns is told
   *   how many network requests the worker has made
   */
  constructor({ workers = usualWorkers(), watchRequests = () => () => {} } = {}) {
    this.workers = workers;
    this.watchRequests = watchRequests;
    /** The vector instructions that CPU workers use, such as "SIMD"; empty until one has started. */
    this.instructions = '';
    /** Predicts. It gives work to other workers and outlives them all. @type {WorkerSlot<Coordinator>} */
    this.predictor = new WorkerSlot(
      () => newWorker('coordinate'),
      (remote, start) => this.#startCoordinator(remote, start),
      watchRequests,
    );
    /** Trains on the CPU. */
    this.trainer = this.#trainer('best');
    /** Trains on the GPU; started only if a training is to be tried there. */
    this.gpuTrainer = this.#trainer('webgpu');
  }

  /**
   * Begins to predict an input with an open model, or with one for each class of RNA. A run that is under way ends.
   * @param {ChosenModel[]} models
   * @param {Source[]} sources
   */
  async begin(models, sources) {
    return new RunHandle(this.predictor, await this.predictor.ask((coordinator) => coordinator.begin(models, sources)));
  }

  /**
   * Asks a function of the core that needs no model.
   * @template {CoreMethod} M
   * @param {M} method
   * @param {Parameters<Core[M]>} given
   * @returns {Promise<Awaited<ReturnType<Core[M]>>>}
   */
  askCore(method, ...given) {
    return this.predictor.ask((coordinator) => /** @type {any} */ (coordinator).askCore(method, ...given));
  }

  /** @param {any} remote @param {WorkerStart} start */
  #startCoordinator(remote, start) {
    // Those of a coordinator that has died have nobody to work for.
    for (const id of [...this.#staff.keys()]) this.#dismiss(id);
    /** @type {Staff} */
    const staff = { hire: (id, role, build) => this.#hire(id, role, build), dismiss: (id) => this.#dismiss(id) };
    return remote.start(start.onRequests, start.lock, Comlink.proxy(staff), this.workers);
  }

  /**
   * @param {Build | 'best'} wanted
   * @returns {WorkerSlot<Trainer>}
   */
  #trainer(wanted) {
    return new WorkerSlot(
      () => newWorker('train'),
      async (remote, { onRequests, lock }) => {
        const build = wanted === 'best' ? await bestBuild() : wanted;
        await remote.start(build, await compiled(build), onRequests, lock);
      },
      this.watchRequests,
    );
  }

  /**
   * Starts a worker for the coordinator.
   * @param {number} id
   * @param {Role} role
   * @param {Build | 'best'} wanted
   */
  async #hire(id, role, wanted) {
    const build = wanted === 'best' ? await bestBuild() : wanted;
    const module = await compiled(build);
    const worker = newWorker(role);
    this.#staff.set(id, worker);
    const { port1, port2 } = new MessageChannel();
    const failed = new Promise((_, reject) => {
      worker.addEventListener('error', ({ message }) => {
        reject(new Error(`A worker could not be started (${message}).`));
        this.#tellLost(id, message);
      });
    });
    const lock = lockName();
    const remote = /** @type {any} */ (Comlink.wrap(worker));
    const onRequests = Comlink.proxy(this.watchRequests());
    const started = remote.start(build, module, onRequests, lock, Comlink.transfer(port2, [port2]));
    const name = await Promise.race([started, failed]);
    whenLost(worker, lock).catch(() => this.#tellLost(id, ''));
    if (build !== 'webgpu' && name) this.instructions = name;
    return Comlink.transfer(port1, [port1]);
  }

  /** @param {number} id @param {string} message */
  #tellLost(id, message) {
    // One that was dismissed has been replaced already.
    if (!this.#staff.has(id)) return;
    this.predictor.ask((coordinator) => coordinator.lost(id, message)).catch(() => undefined);
  }

  /** @param {number} id */
  #dismiss(id) {
    this.#staff.get(id)?.terminate();
    this.#staff.delete(id);
  }
}

function usualWorkers() {
  return Math.max(1, Math.min(MOST_WORKERS, navigator.hardwareConcurrency || 1));
}
