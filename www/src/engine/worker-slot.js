// @ts-check
/** The place of one long-lived worker, which is started when it is first asked and again after it has died. */
import * as Comlink from 'comlink';
import { lockName, whenLost } from './liveness.js';

/** @import { WorkerStart } from './types/engine.js' */

/**
 * A worker that has started.
 * @template T
 * @typedef {object} Started
 * @property {Comlink.Remote<T>} remote
 * @property {Promise<never>} lost rejected when the worker has ended
 */

/** @template T */
export class WorkerSlot {
  /** @type {Promise<Started<T>> | null} */
  #started = null;
  /** @type {Worker | null} */
  #worker = null;

  /**
   * @param {() => Worker} create
   * @param {(remote: any, start: WorkerStart) => Promise<unknown>} start
   * @param {() => (count: number) => void} watchRequests
   */
  constructor(create, start, watchRequests) {
    this.create = create;
    this.start = start;
    this.watchRequests = watchRequests;
    /** Called when the worker has died. */
    this.onLost = () => {};
  }

  /**
   * Has the worker do something. If it dies meanwhile, the promise is rejected as if its core had stopped, and the
   * next call starts another worker.
   * @template R
   * @param {(remote: Comlink.Remote<T>) => Promise<R> | R} work
   * @returns {Promise<R>}
   */
  async ask(work) {
    const { remote, lost } = await this.ready();
    return Promise.race([work(remote), lost]);
  }

  /** Starts the worker if there is none. One that cannot be started is tried again with the next call. */
  ready() {
    this.#started ??= this.#begin();
    return this.#started;
  }

  async #begin() {
    const worker = this.create();
    this.#worker = worker;
    try {
      return await this.#introduce(worker);
    } catch (error) {
      if (this.#worker === worker) this.restart();
      throw error;
    }
  }

  /** @param {Worker} worker @returns {Promise<Started<T>>} */
  async #introduce(worker) {
    const failed = new Promise((_, reject) => {
      worker.addEventListener('error', ({ message }) =>
        reject(new Error(`A worker could not be started (${message}).`)),
      );
    });
    const remote = /** @type {Comlink.Remote<T>} */ (Comlink.wrap(worker));
    const lock = lockName();
    await Promise.race([this.start(remote, { onRequests: Comlink.proxy(this.watchRequests()), lock }), failed]);
    const lost = whenLost(worker, lock).catch((error) => this.#forget(worker, error));
    lost.catch(() => undefined);
    return { remote, lost };
  }

  /**
   * @param {Worker} worker which has ended
   * @param {unknown} error
   * @returns {never}
   */
  #forget(worker, error) {
    // It was ended on purpose.
    if (this.#worker !== worker) throw new Error('Cancelled.');
    this.restart();
    this.onLost();
    throw error;
  }

  /** Ends the worker at once, whatever it is doing; the next call starts another one. */
  restart() {
    this.#worker?.terminate();
    this.#worker = null;
    this.#started = null;
  }
}
