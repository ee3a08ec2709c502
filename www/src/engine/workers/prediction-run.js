// @ts-check
/** One prediction run: reads windows of the input, has them predicted in batches, gives results in the order of the input. */
import { callModel } from '../call.js';
import { askCpu, askGpu } from './held-models.js';
import { isTrap } from '../trap.js';
import { cpuBecause, message } from '../words.js';
import { afterTrap, unreadOn, withoutModel } from './record-problems.js';

/** @import * as Comlink from 'comlink' */
/** @import { Item, Prediction, Predicted, Problem, Window } from '../types/core.js' */
/** @import { Row, RunBatch, Source, SourcedProblem } from '../types/engine.js' */
/** @import { Computing } from './compute.js' */
/** @import { GpuChoice } from './gpu-choice.js' */
/** @import { HeldModel } from './held-models.js' */
/** @import { Pool } from './pool.js' */
/** @import { Portion } from './portion.js' */
/** @import { Reading } from './read.js' */

/** Records of the first window: results are to be seen at once. */
const FIRST_WINDOW = 8;
/** Of every later one: a whole batch, which takes a GPU no longer than a few records do. */
const SMALLEST_WINDOW = 32;
const LARGEST_WINDOW = 4096;
/** What the workers together should be busy with one window for. */
const WINDOW_MS = 400;
/** Records read and not yet with the page, at most: reading waits beyond it. */
const MOST_AHEAD = 3 * LARGEST_WINDOW;
/** Rows in one message: what the page takes in within one frame. */
const MOST_ROWS = 1024;
/** Messages are this far apart unless one is full: each is drawn. */
const BEAT_MS = 80;
/** So many records in a row that stop a worker each, and the run gives up. */
const MOST_TRAPS = 20;

/**
 * A prediction and the portion of the run that it is in.
 * @typedef {{ portion: number, prediction: Prediction }} Placed
 */

/**
 * One window of the input on its way.
 * @typedef {{ source: string, rows: Placed[], problems: SourcedProblem[], batches: number, records: number, bytes: number }} UnderWay
 */

export class PredictionRun {
  /**
   * @param {{ cpu: Pool<Computing>, gpu: Pool<Computing>, reading: Pool<Reading>, choice: GpuChoice }} staff
   * @param {Portion[]} portions one for all RNAs, or one for each class that has a model
   * @param {Source[]} sources
   * @param {() => void} onFirst called with the first prediction
   */
  constructor(staff, portions, sources, onFirst) {
    this.staff = staff;
    this.portions = portions;
    this.sources = sources;
    this.onFirst = onFirst;
    this.gpu = portions.some(({ model }) => isOnGpu(model));
    this.device = this.gpu ? 'WebGPU' : 'CPU';
    /** @type {string | null} */
    this.changed = null;
    /** Index of the source being read. */
    this.position = 0;
    this.open = false;
    this.bytesBefore = 0;
    /** Bytes whose records are with the page. */
    this.bytes = 0;
    this.windowSize = FIRST_WINDOW;
    /** Records the workers together predict in a millisecond, lately. */
    this.rate = 0;
    /** In the order of the input. @type {UnderWay[]} */
    this.windows = [];
    this.ahead = 0;
    /** @type {Placed[]} */
    this.ready = [];
    /** @type {SourcedProblem[]} */
    this.problems = [];
    this.traps = 0;
    /** @type {unknown} */
    this.failure = null;
    this.stopped = false;
    this.beat = 0;
    this.feeding = false;
    /** @type {() => void} */
    this.wake = () => {};
    /** @type {() => void} */
    this.end = () => {};
    /** When nothing of it is under way any more. @type {Promise<void>} */
    this.ended = new Promise((resolve) => (this.end = resolve));
    for (const pool of [staff.cpu, staff.gpu, staff.reading]) pool.renew();
    this.feed();
  }

  /** Whether something was predicted and given to the page. */
  get hasRows() {
    return this.portions.some(({ kept }) => kept.length > 0);
  }

  get workers() {
    return this.gpu ? this.staff.gpu : this.staff.cpu;
  }

  get readAll() {
    return this.position >= this.sources.length;
  }

  get done() {
    return this.stopped || (this.readAll && this.windows.length === 0);
  }

  /** Whether nothing of it is computed any more; rows may still wait to be taken. */
  get over() {
    return this.done || this.failure !== null;
  }

  /** Reads on while workers would soon have nothing to do and little waits to be taken. */
  async feed() {
    if (this.feeding) return;
    this.feeding = true;
    const { cpu, gpu } = this.staff;
    while (
      !this.stopped &&
      !this.failure &&
      !this.readAll &&
      this.ahead < MOST_AHEAD &&
      this.workers.waiting < (this.gpu ? gpu : cpu).most
    ) {
      const source = this.sources[this.position];
      const window = await this.read(source);
      if (!this.stopped) this.begin(source, window);
    }
    this.feeding = false;
    this.tell();
  }

  /**
   * The next window. A source that cannot be read on is a problem to list, not the end of the run.
   * @param {Source} source
   * @returns {Promise<Window>}
   */
  async read({ content }) {
    const { reading } = this.staff;
    const cut = Math.max(...this.portions.map(({ model }) => model.info.fixed_length));
    const isDivided = this.portions.some(({ rnaClass }) => rnaClass !== null);
    try {
      if (!this.open)
        await reading.ask((worker) => worker.open(content, cut, this.position > 0, isDivided), { owner: this });
      this.open = true;
      const window = await reading.ask((worker) => worker.window(this.windowSize), { owner: this });
      this.windowSize = Math.max(SMALLEST_WINDOW, this.windowSize);
      return window;
    } catch (error) {
      return { batches: [], notes: [], problems: [unreadOn(error)], bytes_read: 0, done: true };
    }
  }

  /**
   * Hands a window's batches out.
   * @param {Source} source
   * @param {Window} window
   */
  begin({ name, size }, { batches, problems, bytes_read, done }) {
    const ends = done || problems.some(({ fatal }) => fatal);
    const records = batches.reduce((sum, batch) => sum + batch.length, 0);
    const bytes = this.bytesBefore + (ends ? size : bytes_read);
    /** @type {UnderWay} */
    const underWay = { source: name, rows: [], problems: [], batches: batches.length, records, bytes };
    this.list(underWay, null, problems);
    this.windows.push(underWay);
    this.ahead += records;
    for (const batch of batches) this.finish(underWay, batch);
    if (ends) {
      this.position += 1;
      this.open = false;
      this.bytesBefore += size;
    }
    this.collect();
  }

  /**
   * @param {UnderWay} window
   * @param {Item[]} batch
   * @param {boolean} [again] whether this one record has stopped a worker by itself before
   */
  async finish(window, batch, again = false) {
    const portion = this.portionOf(batch[0]);
    try {
      if (portion < 0) this.list(window, null, batch.map(withoutModel));
      else await this.fill(window, batch, portion);
    } catch (error) {
      if (this.stopped) return;
      this.oneByOne(window, batch, error, again);
    }
    window.batches -= 1;
    this.collect();
    this.feed();
  }

  /**
   * Predicts a batch and adds the results to its window.
   * @param {UnderWay} window
   * @param {Item[]} batch
   * @param {number} portion
   */
  async fill(window, batch, portion) {
    const { predictions, problems } = await this.predict(batch, this.portions[portion].model);
    for (const prediction of predictions) window.rows.push({ portion, prediction });
    this.list(window, portion, problems);
    if (predictions.length > 0) this.traps = 0;
  }

  /**
   * The portion of an RNA; negative if there is no model for its class.
   * @param {Item} item
   */
  portionOf({ rna_class }) {
    return this.portions.findIndex(({ rnaClass }) => rnaClass === (rna_class ?? null));
  }

  /**
   * Adds problems to a window.
   * @param {UnderWay} window
   * @param {number | null} portion
   * @param {Problem[]} problems
   */
  list(window, portion, problems) {
    for (const problem of problems) window.problems.push({ ...problem, source: window.source, portion });
  }

  /**
   * A batch that stopped its worker, or failed, goes record by record: only what is
   * to blame becomes a problem, and that only once it has failed twice by itself.
   * @param {UnderWay} window
   * @param {Item[]} batch
   * @param {unknown} error
   * @param {boolean} again
   */
  oneByOne(window, batch, error, again) {
    if (batch.length > 1 || !again) {
      window.batches += batch.length;
      for (const item of batch) this.finish(window, [item], batch.length === 1);
      return;
    }
    this.traps += 1;
    if (this.traps > MOST_TRAPS) this.failure ??= error;
    const problems = batch.map((item) => afterTrap(item, error));
    this.list(window, this.portionOf(batch[0]), problems);
  }

  /**
   * @param {Item[]} batch
   * @param {HeldModel} model
   * @returns {Promise<Predicted>}
   */
  async predict(batch, model) {
    const { staff } = this;
    /** @param {Comlink.Remote<Computing>} worker */
    const work = async (worker) => {
      const began = performance.now();
      const predicted = await callModel(worker, model.key, 'predict', batch);
      this.learn(batch.length, performance.now() - began);
      return predicted;
    };
    if (this.gpu && isOnGpu(model)) {
      try {
        const predicted = await askGpu(staff.gpu, model, work, { owner: this });
        if (predicted.device_changed) this.leaveGpu(predicted.device_changed);
        return predicted;
      } catch (error) {
        if (this.stopped) throw error;
        this.leaveGpu(`the WebGPU engine ${isTrap(error) ? 'stopped' : 'failed'} (${message(error)})`);
      }
    }
    return askCpu(staff.cpu, model, work, { owner: this });
  }

  /** @param {string} reason */
  leaveGpu(reason) {
    if (!this.gpu) return;
    this.gpu = false;
    this.device = 'WebGPU, then CPU';
    this.changed = reason;
    const device = this.staff.choice.giveUp(cpuBecause(reason));
    for (const { model } of this.portions) model.device = device;
  }

  /**
   * Sizes the windows by how quickly records are predicted.
   * @param {number} records
   * @param {number} took by one worker, in milliseconds
   */
  learn(records, took) {
    const rate = (records * Math.max(1, this.workers.hands.length)) / Math.max(1, took);
    this.rate = this.rate === 0 ? rate : 0.8 * this.rate + 0.2 * rate;
    this.windowSize = Math.round(
      Math.min(LARGEST_WINDOW, 4 * this.windowSize, Math.max(SMALLEST_WINDOW, this.rate * WINDOW_MS)),
    );
  }

  /** Moves what is complete, in the order of the input, to what the page takes next. */
  collect() {
    while (this.windows.length > 0 && this.windows[0].batches === 0) {
      const { rows, problems, bytes } = /** @type {UnderWay} */ (this.windows.shift());
      rows.sort((a, b) => a.prediction.index - b.prediction.index);
      problems.sort((a, b) => a.index - b.index);
      for (const row of rows) this.ready.push(row);
      for (const problem of problems) this.problems.push(problem);
      this.bytes = bytes;
    }
    this.tell();
  }

  tell() {
    if (this.over) this.end();
    this.wake();
  }

  /**
   * The next results, as soon as there are some and the page has had time to draw.
   * @returns {Promise<RunBatch>}
   */
  async next() {
    while (!this.done && !this.failure && this.ready.length === 0 && this.problems.length === 0 && !this.changed)
      await this.news();
    while (!this.done && !this.failure && this.ready.length < MOST_ROWS && performance.now() < this.beat)
      await this.news(this.beat - performance.now());
    if (this.failure && this.ready.length === 0 && this.problems.length === 0) {
      this.stop();
      throw this.failure;
    }
    this.beat = performance.now() + BEAT_MS;
    const rows = this.keep(this.ready.splice(0, MOST_ROWS));
    const problems = this.problems.splice(0);
    const { changed } = this;
    this.changed = null;
    this.ahead = this.ready.length + this.windows.reduce((sum, { records }) => sum + records, 0);
    this.feed();
    return {
      rows,
      problems,
      bytes_read: this.bytes,
      done: this.done && this.ready.length === 0,
      device: this.device,
      device_changed: changed,
    };
  }

  /**
   * @param {number} [atMost] milliseconds
   * @returns {Promise<void>}
   */
  news(atMost) {
    return new Promise((resolve) => {
      this.wake = resolve;
      if (atMost !== undefined) setTimeout(resolve, atMost);
    });
  }

  /**
   * Keeps what goes to the page, and gives the rows of each portion.
   * @param {Placed[]} placed
   * @returns {Row[][]}
   */
  keep(placed) {
    if (placed.length > 0 && !this.hasRows) this.onFirst();
    /** @type {Row[][]} */
    const rows = this.portions.map(() => []);
    for (const { portion, prediction } of placed) rows[portion].push(this.portions[portion].keep(prediction));
    return rows;
  }

  /** Ends the run at once; what it has given stays explainable. */
  stop() {
    if (this.stopped) return;
    this.stopped = true;
    const { cpu, gpu, reading } = this.staff;
    cpu.abandon(this);
    reading.abandon(this);
    // The GPU's worker is slow to replace, and its batches are short: they run out.
    gpu.forget(this);
    this.windows = [];
    this.tell();
  }
}

/** @param {HeldModel} model */
function isOnGpu(model) {
  return model.device?.kind === 'webgpu';
}
