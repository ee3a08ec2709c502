// @ts-check
/**
 * Has one training computed: on the GPU where that is wished and wins, else on the
 * CPU, and on the CPU from the last checkpoint when a worker stops in the middle.
 */
import { isTrap } from '../trap.js';
import { cpuAfter, cpuBecause, message } from '../words.js';
import { nowTrainingOn, wantedDevice, withoutGpu } from './device.js';
import { gpuTrainer, trainer } from './engine.js';
import { readBytes } from './files.js';

/** @import { Remote } from 'comlink' */
/** @import { DeviceInfo, MayChangeDevice, TrainingOptions } from '../types/core.js' */
/** @import { Trainer } from '../workers/train.js' */
/** @import { TrainerSlot } from './engine.js' */

/** Checkpoints are no closer together: where epochs are short, taking one would cost more than losing one. */
const CHECKPOINT_MS = 1000;
/** A training goes on after so many stops, and not at all after two at one point. */
const MOST_STOPS = 5;

export class TrainingEngine {
  /**
   * @param {{ data: File, labels: File | null }} set
   * @param {TrainingOptions} options
   * @param {(reason: string, epoch: number | null) => void} onChanged told why the training goes on elsewhere and
   *   after which epoch; null where the core knows and the next step tells
   */
  constructor(set, options, onChanged) {
    this.set = set;
    this.options = options;
    this.onChanged = onChanged;
    /** @type {TrainerSlot} */
    this.slot = trainer;
    /** What to go on from, and the epochs it holds. @type {{ bytes: Uint8Array, epoch: number } | null} */
    this.kept = null;
    this.keptAt = 0;
    this.stops = 0;
    this.stoppedAt = -1;
    this.dropped = false;
  }

  /** Starts: the labelled set is in the CPU's worker already. */
  async start() {
    const info = (await this.startOnGpu()) ?? (await this.startOnCpu(cpuBecause('as requested')));
    nowTrainingOn(info);
  }

  /** @returns {Promise<DeviceInfo | null>} null where it is not to be tried or lost */
  async startOnGpu() {
    const device = wantedDevice();
    if (device === 'cpu') return null;
    const none = await withoutGpu();
    if (none) return this.startOnCpu(cpuBecause(none));
    let cpu;
    try {
      const info = await this.begin(gpuTrainer, { ...this.options, device });
      if (info.kind === 'webgpu') return info;
      cpu = info;
    } catch (error) {
      // Where the settings are to blame, the CPU's worker says so in its turn.
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
    this.slot = trainer;
    const worker = await trainer.get();
    const info = await worker.begin({ ...this.options, device: 'cpu' });
    return { ...info, reason };
  }

  /**
   * Starts in a worker that does not hold the set yet.
   * @param {TrainerSlot} slot
   * @param {TrainingOptions} options
   */
  async begin(slot, options) {
    this.slot = slot;
    const worker = await slot.get();
    const { data, labels } = this.set;
    await worker.read(await readBytes(data), labels && (await readBytes(labels)));
    return worker.begin(options);
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
        const answer = await work(await this.slot.get());
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
   * From the last checkpoint, or from the start where there is none, on the CPU.
   * @param {unknown} error
   */
  async goOn(error) {
    const engine = this.slot === gpuTrainer ? 'WebGPU engine' : 'computation';
    this.slot.restart();
    const { bytes: checkpoint, epoch } = this.kept ?? { bytes: undefined, epoch: 0 };
    await this.begin(trainer, { ...this.options, device: 'cpu', ...(checkpoint ? { checkpoint } : {}) });
    const where = epoch > 0 ? `continuing from epoch ${epoch}` : 'starting again from the first epoch';
    this.changed(`the ${engine} stopped (${message(error)}); ${where}`, epoch);
  }

  /**
   * @param {string} reason
   * @param {number | null} epoch
   */
  changed(reason, epoch) {
    const cpu = cpuBecause(reason);
    nowTrainingOn(cpu);
    this.onChanged(cpu.reason, epoch);
  }

  /**
   * Keeps the end of an epoch to go on from.
   * @param {number} epoch
   */
  async keep(epoch) {
    if (performance.now() - this.keptAt < CHECKPOINT_MS) return;
    try {
      const bytes = await (await this.slot.get()).checkpoint();
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
    if (this.slot === gpuTrainer) gpuTrainer.restart();
    else await (await trainer.get()).drop();
  }

  /** The GPU's worker is not needed any more. */
  close() {
    if (this.slot === gpuTrainer) gpuTrainer.restart();
  }
}
