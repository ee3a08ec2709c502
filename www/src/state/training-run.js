// @ts-check
/** One training under way: pulls its steps and holds all there is to draw. */
import { TrainingEngine } from '../engine/training-engine.js';
import { nowTrainingOn, wantedDevice } from './device.js';
import { engine } from './engine.js';
import { AttentionRecord } from './attention-record.js';

/** @import { TrainingOptions, TrainingResult, TrainingStep } from '../engine/types/core.js' */
/** @import { LossPoint } from '../pictures/loss-chart.js' */

/** A pull should last about this long: short enough to pause at once, long enough to be worth a message. */
const PULL_MS = 150;
/** Points between epochs are thinned beyond this: a chart shows no more. */
const MOST_POINTS = 1500;

/** @typedef {'starting' | 'running' | 'paused' | 'finishing' | 'cancelled' | 'failed' | 'done'} RunState */

export class TrainingRun {
  /** @param {() => void} changed called whenever there is something new to draw */
  constructor(changed) {
    this.changed = changed;
    /** The labelled set's file or files. */
    this.set = '';
    /** @type {TrainingOptions | null} */
    this.options = null;
    /** @type {RunState} */
    this.state = 'starting';
    /** @type {TrainingStep | null} */
    this.last = null;
    /** @type {LossPoint[]} */
    this.points = [];
    this.record = new AttentionRecord();
    /** Index of the RNA whose attention is recorded. */
    this.watched = 0;
    this.finishedEpochs = 0;
    /** Milliseconds spent computing. */
    this.computing = 0;
    /** @type {TrainingResult | null} */
    this.result = null;
    /** @type {Promise<void> | null} */
    this.pulling = null;
    /** @type {TrainingEngine | null} */
    this.engine = null;
    /** What is to be known about the training, and what happened on the way, in words. @type {string[]} */
    this.notices = [];
    /** Whether the next step tells where the training went on. */
    this.rewinding = false;
  }

  get busy() {
    return ['starting', 'running', 'paused', 'finishing'].includes(this.state);
  }

  /** @param {RunState} state */
  become(state) {
    this.state = state;
    this.changed();
  }

  /**
   * Runs to the end, to a pause or to a cancel.
   * @param {{ data: File, labels: File | null }} set
   * @param {TrainingOptions} options
   */
  async start(set, options) {
    this.options = options;
    this.engine = new TrainingEngine(
      engine,
      set,
      { ...options, device: wantedDevice() },
      { onDevice: nowTrainingOn, onChanged: (reason, epoch) => this.wentOn(reason, epoch) },
    );
    await this.engine.start();
    this.notices = await this.engine.notes();
    if (this.state !== 'starting') return;
    await this.look(0);
    if (this.state === 'starting') await this.resume();
  }

  /** Pulls on; a pull still under way is joined, never doubled. */
  async resume() {
    this.become('running');
    this.pulling ??= this.pull().finally(() => (this.pulling = null));
    await this.pulling;
    if (this.state === 'running' && this.last?.done) await this.finish();
  }

  pause() {
    this.become('paused');
  }

  async pull() {
    const engine = this.underWay();
    let n = 1;
    while (this.state === 'running' && !this.last?.done) {
      const before = performance.now();
      const step = await engine.ask((worker) => worker.step(n));
      const took = performance.now() - before;
      if (!this.busy) return;
      this.computing += took;
      n = took < PULL_MS / 2 ? n * 2 : took > PULL_MS * 2 ? Math.ceil(n / 2) : n;
      // Never across the end of an epoch: each gets its row of attention.
      n = Math.min(n, step.steps_per_epoch - (step.step % step.steps_per_epoch));
      await this.take(step);
      if (step.finished_epochs.length > 0 && !step.done) await engine.keep(this.finishedEpochs);
    }
  }

  /** @returns {TrainingEngine} */
  underWay() {
    if (!this.engine) throw new Error('No training is under way. Start one first.');
    return this.engine;
  }

  /**
   * The training went on elsewhere.
   * @param {string} reason
   * @param {number | null} epoch it went on after; null where the next step tells
   */
  wentOn(reason, epoch) {
    this.notices = [...this.notices, reason];
    if (epoch === null) this.rewinding = true;
    else this.rewind(epoch);
    this.changed();
  }

  /**
   * Forgets what came after a point: it is computed again, and must not be drawn twice.
   * @param {number} epoch
   */
  rewind(epoch) {
    // A step's place is a quotient; half a step's error would matter, this does not.
    const before = epoch + 1e-6;
    this.points = this.points.filter((point) => point.epoch <= before);
    this.record.forgetAfter(before);
    this.finishedEpochs = Math.min(this.finishedEpochs, Math.floor(before));
    this.rewinding = false;
  }

  /** @param {TrainingStep} step */
  async take(step) {
    this.last = step;
    const { epoch, epochs, steps_per_epoch, losses } = step;
    const done = step.done ? epochs * steps_per_epoch : (epoch - 1) * steps_per_epoch + step.step;
    if (this.rewinding) this.rewind((done - losses.length) / steps_per_epoch);
    losses.forEach((loss, i) =>
      this.points.push({ epoch: (done - losses.length + 1 + i) / steps_per_epoch, loss, kind: 'training, per step' }),
    );
    for (const finished of step.finished_epochs) {
      this.points.push({ epoch: finished.epoch, loss: finished.training_loss, kind: 'training' });
      if (finished.validation_loss !== null)
        this.points.push({ epoch: finished.epoch, loss: finished.validation_loss, kind: 'validation' });
      this.finishedEpochs = finished.epoch;
    }
    this.points = thinned(this.points);
    this.changed();
    if (step.finished_epochs.length > 0) await this.look(this.finishedEpochs);
  }

  /**
   * Records the attention over the watched RNA under the present weights.
   * @param {number} epoch
   */
  async look(epoch) {
    const rna = this.watched;
    this.record.add(rna, epoch, await this.underWay().ask((worker) => worker.attention(rna)));
    this.changed();
  }

  /**
   * Watches another RNA from now on. A run that has ended holds its weights no
   * more: of it only what was recorded can be shown.
   * @param {number} index
   */
  async watch(index) {
    this.watched = index;
    const holdsWeights = this.state === 'running' || this.state === 'paused';
    if (holdsWeights && !this.record.has(index, this.finishedEpochs)) await this.look(this.finishedEpochs);
  }

  /** Ends here: the best epoch so far is kept and tried on the held-out RNAs. */
  async finish() {
    this.become('paused');
    await this.pulling;
    this.become('finishing');
    this.result = await this.underWay().ask((worker) => worker.finish());
    this.underWay().close();
    this.become('done');
  }

  /** Ends the run and drops what it learnt; the pictures stay. */
  async cancel() {
    this.become('cancelled');
    await this.engine?.drop();
  }

  /** What was trained on what and how, for the pictures that leave the page. */
  inWords() {
    if (!this.options) return '';
    const { preset, epochs, seed, overrides } = this.options;
    const changed = Object.entries(overrides ?? {}).map(([field, value]) => `${field} ${value}`);
    const settings = changed.length > 0 ? ` with ${changed.join(', ')}` : '';
    return `trained on ${this.set}, preset ${preset}${settings}, seed ${seed}, ${this.finishedEpochs} of ${epochs} epochs`;
  }

  /** How much is done, 0..1. */
  get share() {
    if (!this.last) return 0;
    const { epoch, epochs, step, steps_per_epoch } = this.last;
    return Math.min(1, ((epoch - 1) * steps_per_epoch + step) / (epochs * steps_per_epoch));
  }
}

/** @param {LossPoint[]} points */
function thinned(points) {
  if (points.length < MOST_POINTS) return points.slice();
  return points.filter(({ kind }, i) => kind !== 'training, per step' || i % 2 === 0);
}
