// @ts-check
/** One prediction from the press of the button to the last row: what the page shows of it. */
import { cpuBecause, inWords } from '../engine/words.js';
import { nowPredictingOnCpu, settleDevice, wantedDevice } from './device.js';
import { engine } from './engine.js';
import { listModels, modelEntries, openModel } from './models.js';
import { Results } from './results.js';

/** @import { Source, SourcedProblem } from '../engine/types/engine.js' */
/** @import { RunHandle } from '../engine/run-handle.js' */

/** @typedef {'preparing' | 'running' | 'done' | 'cancelled' | 'failed'} PredictionState */

export class PredictionJob {
  /** @type {RunHandle | null} */
  #handle = null;
  #stopped = false;
  #onChange;

  /**
   * @param {Source[]} sources
   * @param {() => void} onChange called whenever there is something new to show
   */
  constructor(sources, onChange) {
    this.sources = sources;
    this.#onChange = onChange;
    /** @type {PredictionState} */
    this.state = 'preparing';
    this.progress = { read: 0, total: 0, records: 0, since: performance.now() };
    /** @type {SourcedProblem[]} */
    this.problems = [];
    /** From the first row on: input without a readable record yields no results. @type {Results | null} */
    this.results = null;
    /** Why the run left the GPU. */
    this.notice = '';
    this.failure = '';
  }

  get busy() {
    return this.state === 'preparing' || this.state === 'running';
  }

  /**
   * Predicts everything.
   * @param {() => string | null} chosen the name of the model, once the list of models is here; null: the first one
   */
  async run(chosen) {
    try {
      await this.#predict(chosen);
      this.state = this.#stopped ? 'cancelled' : 'done';
    } catch (error) {
      // What fails because it was stopped has not failed.
      this.failure = this.#stopped ? '' : inWords(error);
      this.state = this.#stopped ? 'cancelled' : 'failed';
    }
    this.#onChange();
  }

  /** @param {() => string | null} chosen */
  async #predict(chosen) {
    // Pressed before the list of models has arrived: it is waited for.
    if (!chosen()) await listModels();
    const name = chosen() ?? modelEntries()[0]?.name;
    if (!name) throw new Error('There is no model here. Open a model file first.');
    if (!this.#stopped) await openModel(name);
    // What was chosen by hand is waited for; what might be faster is not.
    if (!this.#stopped && wantedDevice() === 'webgpu') await settleDevice(name);
    if (this.#stopped) return;
    const handle = await engine.begin(name, this.sources);
    this.#handle = handle;
    if (this.#stopped) return handle.stop();
    await this.#take(handle, new Results(handle, name, this.sources));
  }

  /**
   * Takes results until the run ends.
   * @param {RunHandle} handle
   * @param {Results} fresh
   */
  async #take(handle, fresh) {
    this.state = 'running';
    this.progress = { read: 0, total: handle.bytesTotal, records: 0, since: fresh.started };
    this.#onChange();
    for (let done = false; !done && !this.#stopped;) {
      const batch = await handle.next();
      if (this.#stopped) return;
      if (batch.device_changed) this.#leftGpu(batch.device_changed);
      if (batch.problems.length > 0) this.problems = [...this.problems, ...batch.problems];
      fresh.device = batch.device;
      fresh.add(batch.rows);
      if (fresh.rows.length > 0) this.results = fresh;
      const read = Math.min(batch.bytes_read, handle.bytesTotal);
      this.progress = { ...this.progress, read, records: fresh.rows.length };
      done = batch.done;
      this.#onChange();
    }
  }

  /** Ends it at whatever stage it is; what has been predicted is kept. */
  async stop() {
    this.#stopped = true;
    // A coordinator that has died has stopped, too.
    await this.#handle?.stop().catch(() => undefined);
  }

  /** @param {string} reason */
  #leftGpu(reason) {
    this.notice = `${cpuBecause(reason).reason}. Nothing already predicted is lost.`;
    nowPredictingOnCpu(reason);
  }
}
