// @ts-check
/** Which models are predicted on the GPU: the core decides, by a test and a race against the CPU. */
import { callModel } from '../call.js';
import { askCpu, askGpu } from './held-models.js';
import { cpuAfter, cpuBecause } from '../words.js';

/** @import { DeviceInfo, DeviceWanted } from '../types/core.js' */
/** @import { Computing } from './compute.js' */
/** @import { HeldModel } from './held-models.js' */
/** @import { Pool } from './pool.js' */

/** Races spoiled by a run that began meanwhile are run again, so often. */
const MOST_RACES = 3;
/** While a run is waited for, a newer wish is noticed within so many milliseconds. */
const GLANCE_MS = 300;

export class GpuChoice {
  /**
   * @param {Pool<Computing>} cpu
   * @param {Pool<Computing>} gpu
   * @param {number} workers CPU workers that compute at once
   */
  constructor(cpu, gpu, workers) {
    this.cpu = cpu;
    this.gpu = gpu;
    this.workers = workers;
    /** Why no model can use the GPU, once that is known. @type {DeviceInfo | null} */
    this.without = null;
    /** Wishes so far; only the latest counts. */
    this.wishes = 0;
    /** @type {Promise<unknown>} */
    this.before = Promise.resolve();
  }

  /**
   * Settles what a model is predicted on. One wish after the other: what an earlier
   * one comes to must not take the place of what a later one did.
   * @param {HeldModel} model
   * @param {DeviceWanted} wanted
   * @param {() => Promise<void> | null} running end of the run under way, where there is one; a
   *   promise only while it is pending, or waiting for it would never let anything else happen
   * @returns {Promise<DeviceInfo>}
   */
  settle(model, wanted, running) {
    this.wishes += 1;
    const wish = this.wishes;
    const settled = this.before.then(() => this.decide(model, wanted, () => (wish === this.wishes ? running() : null)));
    this.before = settled.catch(() => undefined);
    return settled;
  }

  /**
   * @param {HeldModel} model
   * @param {DeviceWanted} wanted
   * @param {() => Promise<void> | null} running
   * @returns {Promise<DeviceInfo>}
   */
  async decide(model, wanted, running) {
    if (wanted === 'cpu' || (wanted === 'auto' && this.without)) {
      model.gpuOptions = {};
      return (model.device = this.without && wanted === 'auto' ? this.without : cpuBecause('as requested'));
    }
    if (model.device && model.gpuOptions.device === wanted) return model.device;
    try {
      const device = wanted === 'auto' ? await this.race(model, running) : await this.open(model, { device: wanted });
      model.device = device;
      // Not even raced: no model will do better. Its worker is not needed.
      if (wanted === 'auto' && device.kind === 'cpu' && device.speedup === null) this.giveUp(device);
      return device;
    } catch (error) {
      return (model.device = this.giveUp(cpuAfter(error)));
    }
  }

  /**
   * Opens a model in the GPU worker, which settles the device on its way.
   * @param {HeldModel} model
   * @param {import('../types/core.js').ModelOptions} options
   */
  async open(model, options) {
    await this.gpu.ask(async (worker, hand) => {
      if (hand.holds.includes(model.key)) await worker.forget(model.key);
      hand.holds = hand.holds.filter((key) => key !== model.key);
    });
    model.gpuOptions = options;
    return askGpu(this.gpu, model, (worker) => callModel(worker, model.key, 'device'));
  }

  /**
   * The GPU against the CPU with nothing else under way, or the figures would say little.
   * @param {HeldModel} model
   * @param {() => Promise<void> | null} running
   */
  async race(model, running) {
    for (let races = 1; ; races += 1) {
      for (let run = running(); run; run = running())
        await Promise.race([run, new Promise((resolve) => setTimeout(resolve, GLANCE_MS))]);
      const cpu_ms = await askCpu(this.cpu, model, (worker) => callModel(worker, model.key, 'calibrate'));
      const device = await this.open(model, { device: 'auto', cpu_ms, workers: this.workers });
      if (!running() || races === MOST_RACES) return device;
    }
  }

  /**
   * The GPU failed, or is none: its worker ends, and no model is tried on it again unasked.
   * @param {DeviceInfo} device
   */
  giveUp(device) {
    this.gpu.close();
    this.without = device;
    return device;
  }
}
