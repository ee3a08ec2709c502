// @ts-check
/**
 * Has one training computed: on the GPU if that is wished and wins, otherwise on the
 * CPU, and on the CPU from the last checkpoint when a worker stops in the middle.
 */
import { whyNoGpu } from './gpu.js';
import { isTrap } from './trap.js';
import { cpuAfter, cpuBecause, message } from './words.js';

/** @import { Remote } from 'comlink' */
/** @import { DeviceInfo, DeviceWanted, MayChangeDevice, TrainingOptions } from './types/core.js' */
/** @import { Engine } from './engine.js' */
/** @import { WorkerSlot } from './worker-slot.js' */
/** @import { Trainer } from './workers/train.js' */

/** Checkpoints are no closer together: if epochs are short, taking one would cost more than losing one. */
const CHECKPOINT_MS = 1000;
/** A worker that is to drop its training answers within so many milliseconds. */
const ANSWER_MS = 3000;
/** A training goes on after so many stops, and not at all after two at one point. */
const MOST_STOPS = 5;

/**
 * @typedef {object} TrainingEvents
 * @property {(info: DeviceInfo) => void} onDevice told what the training is computed on, at its start and after a change
 * @property {(reason: string, epoch: number | null) => void} onChanged told why the training goes on elsewhere and
 *   after which epoch; null if the core knows it and the next step tells
 */

export class TrainingEngine {
  /**
   * @param {Engine} engine
   * @param {{ data: File, labels: File | null }} set
   * @param {TrainingOptions & { device: DeviceWanted }} options
   * @param {TrainingEvents} events
   */
  constructor(engine, set, options, { onDevice, onChanged }) {
    this.engine = engine;
    this.set = set;
    this.options = options;
    this.onDevice = onDevice;
    this.onChanged = onChanged;
    /** @type {WorkerSlot<Trainer>} */
    this.slot = engine.trainer;
    /** What to go on from, and the epochs it holds. @type {{ bytes: Uint8Array, epoch: number } | null} */
    this.kept = null;
    this.keptAt = 0;
    this.stops = 0;
    this.stoppedAt = -1;
    this.dropped = false;
  }

  /** Starts: the labelled set is in the CPU's worker already. */
  async start() {
    this.onDevice((await this.startOnGpu()) ?? (await this.startOnCpu(cpuBecause('as requested'))));
  }

  /** What a person should know before the training begins. */
  notes() {
    return this.slot.ask((worker) => worker.notes());
  }

  /** @returns {Promise<DeviceInfo | null>} null if the GPU is not wished */
  async startOnGpu() {
    const { gpuTrainer } = this.engine;
    if (this.options.device === 'cpu') return null;
    const none = await whyNoGpu();
    if (none) return this.startOnCpu(cpuBecause(none));
    let cpu;
    try {
      const info = await this.begin(gpuTrainer, this.options);
      if (info.kind === 'webgpu') return info;
      cpu = info;
    } catch (error) {
      // If the settings are to blame, the CPU's worker says so in its turn.
      cpu = cpuAfter(error);
    }
    gpuTrainer.restart();
    return this.startOnCpu(cpu);
  }

  /**
   * @param {DeviceInfo} cpu with the reason
   * @returns {Promise<DeviceInfo>}
   */
  async startOnCpu({ reason }) {
    this.slot = this.engine.trainer;
    /** @type {TrainingOptions} */
    const options = { ...this.options, device: 'cpu' };
    const info = await this.beginAgainIfLost(options);
    return { ...info, reason };
  }

  /**
   * Begins on the CPU. A worker that has died since it read the set has been replaced by one without it.
   * @param {TrainingOptions} options
   */
  async beginAgainIfLost(options) {
    const holdsSet = await this.slot.ask((worker) => worker.hasSet());
    if (!holdsSet) return this.begin(this.slot, options);
    return this.slot.ask((worker) => worker.begin(options));
  }

  /**
   * Starts in a worker that does not hold the set yet.
   * @param {WorkerSlot<Trainer>} slot
   * @param {TrainingOptions} options
   */
  async begin(slot, options) {
    this.slot = slot;
    const { data, labels } = this.set;
    const [bytes, labelBytes] = [await readBytes(data), labels && (await readBytes(labels))];
    return slot.ask(async (worker) => {
      await worker.read(bytes, labelBytes);
      return worker.begin(options);
    });
  }

  /**
   * Asks the training something; when its worker stops, goes on elsewhere and asks again.
   * @template {MayChangeDevice} R
   * @param {(worker: Remote<Trainer>) => Promise<R>} work
   * @returns {Promise<R>}
   */
  async ask(work) {
    for (;;) {
      try {
        const answer = await this.slot.ask(work);
        if (answer.device_changed) this.changed(answer.device_changed, null);
        return answer;
      } catch (error) {
        if (!isTrap(error) || this.dropped || !this.mayGoOn()) throw error;
        await this.goOn(error);
      }
    }
  }

  mayGoOn() {
    const at = this.kept?.epoch ?? 0;
    this.stops += 1;
    const stuck = this.stoppedAt === at;
    this.stoppedAt = at;
    return !stuck && this.stops <= MOST_STOPS;
  }

  /**
   * From the last checkpoint, or from the start if there is none, on the CPU.
   * @param {unknown} error
   */
  async goOn(error) {
    const what = this.slot === this.engine.gpuTrainer ? 'WebGPU engine' : 'computation';
    this.slot.restart();
    const { bytes: checkpoint, epoch } = this.kept ?? { bytes: undefined, epoch: 0 };
    await this.begin(this.engine.trainer, { ...this.options, device: 'cpu', ...(checkpoint ? { checkpoint } : {}) });
    const where = epoch > 0 ? `continuing from epoch ${epoch}` : 'starting again from the first epoch';
    this.changed(`the ${what} stopped (${message(error)}); ${where}`, epoch);
  }

  /**
   * @param {string} reason
   * @param {number | null} epoch
   */
  changed(reason, epoch) {
    const cpu = cpuBecause(reason);
    this.onDevice(cpu);
    this.onChanged(cpu.reason, epoch);
  }

  /**
   * Keeps the end of an epoch to go on from.
   * @param {number} epoch
   */
  async keep(epoch) {
    if (performance.now() - this.keptAt < CHECKPOINT_MS) return;
    try {
      const bytes = await this.slot.ask((worker) => worker.checkpoint());
      if (bytes) this.kept = { bytes, epoch };
    } catch (error) {
      // The next step meets the stopped worker and goes on from what is kept.
      if (!isTrap(error)) throw error;
    }
    this.keptAt = performance.now();
  }

  /** Ends the training; nothing of it is kept. */
  async drop() {
    this.dropped = true;
    const { trainer, gpuTrainer } = this.engine;
    if (this.slot === gpuTrainer) gpuTrainer.restart();
    else await dropIn(trainer);
  }

  /** The GPU's worker is not needed any more. */
  close() {
    if (this.slot === this.engine.gpuTrainer) this.engine.gpuTrainer.restart();
  }
}

/**
 * Drops the training of a worker. One that does not answer is busy or has died without a word: another takes its place,
 * and reads the set when it is needed.
 * @param {WorkerSlot<Trainer>} slot
 */
async function dropIn(slot) {
  const late = setTimeout(() => slot.restart(), ANSWER_MS);
  await slot.ask((worker) => worker.drop()).finally(() => clearTimeout(late));
}

/** @param {File} file */
async function readBytes(file) {
  return new Uint8Array(await file.arrayBuffer());
}
