// @ts-check
/** One prediction from the press of the button to the last row: what the page shows of it. */
import { cpuBecause, inWords } from '../engine/words.js';
import { nowPredictingOnCpu, settleDevice, wantedDevice } from './device.js';
import { engine } from './engine.js';
import { listModels, modelEntries, openModel } from './models.js';
import { Results } from './results.js';

/** @import { ChosenModel, RunBatch, Source, SourcedProblem } from '../engine/types/engine.js' */
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
    /** Those with a row, one for each model; none for input without a readable record. @type {Results[]} */
    this.allResults = [];
    /** Why the run left the GPU. */
    this.notice = '';
    this.failure = '';
  }

  /** Those with the first row. */
  get results() {
    return this.allResults[0] ?? null;
  }

  get busy() {
    return this.state === 'preparing' || this.state === 'running';
  }

  /**
   * Predicts everything.
   * @param {() => ChosenModel[]} chosen the models, once the list of models is here; empty: the first one
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

  /** @param {() => ChosenModel[]} chosen */
  async #predict(chosen) {
    // Pressed before the list of models has arrived: it is waited for.
    if (chosen().length === 0) await listModels();
    const models = chosen().length > 0 ? chosen() : firstModel();
    if (models.length === 0) throw new Error('There is no model here. Open a model file first.');
    for (const { name } of models) {
      if (!this.#stopped) await openModel(name);
      // What was chosen by hand is waited for; what might be faster is not.
      if (!this.#stopped && wantedDevice() === 'webgpu') await settleDevice(name);
    }
    if (this.#stopped) return;
    const handle = await engine.begin(models, this.sources);
    this.#handle = handle;
    if (this.#stopped) return handle.stop();
    const isPart = handle.portions.length > 1;
    await this.#take(
      handle,
      handle.portions.map((portion) => new Results(portion, this.sources, isPart)),
    );
  }

  /**
   * Takes results until the run ends.
   * @param {RunHandle} handle
   * @param {Results[]} fresh of each portion
   */
  async #take(handle, fresh) {
    this.state = 'running';
    this.progress = { read: 0, total: handle.bytesTotal, records: 0, since: fresh[0].started };
    this.#onChange();
    for (let done = false; !done && !this.#stopped;) {
      const batch = await handle.next();
      if (this.#stopped) return;
      if (batch.device_changed) this.#leftGpu(batch.device_changed);
      if (batch.problems.length > 0) this.problems = [...this.problems, ...batch.problems];
      this.#add(fresh, batch);
      const read = Math.min(batch.bytes_read, handle.bytesTotal);
      const records = fresh.reduce((sum, { rows }) => sum + rows.length, 0);
      this.progress = { ...this.progress, read, records };
      done = batch.done;
      this.#onChange();
    }
  }

  /**
   * @param {Results[]} fresh of each portion
   * @param {RunBatch} batch
   */
  #add(fresh, { rows, problems, device }) {
    fresh.forEach((results, portion) => {
      results.device = device;
      if (rows[portion]?.length > 0) results.add(rows[portion]);
      // What could not be read might have been of any portion.
      results.problems.push(...problems.filter((problem) => problem.portion === null || problem.portion === portion));
      if (results.rows.length > 0 && !this.allResults.includes(results))
        this.allResults = [...this.allResults, results];
    });
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

/** @returns {ChosenModel[]} */
function firstModel() {
  return modelEntries()
    .slice(0, 1)
    .map(({ name }) => ({ name, rna_class: null }));
}
