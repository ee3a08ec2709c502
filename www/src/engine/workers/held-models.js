// @ts-check
/** Models as the coordinator holds them: files kept here, opened in workers when they are asked about. */

/** @import * as Comlink from 'comlink' */
/** @import { DeviceInfo, ModelInfo, ModelOptions } from '../types/core.js' */
/** @import { Computing } from './compute.js' */
/** @import { Hand, Pool } from './pool.js' */

/**
 * @typedef {object} HeldModel
 * @property {string} key its name towards the workers, never used twice
 * @property {Uint8Array} bytes
 * @property {ModelInfo} info
 * @property {ModelOptions} gpuOptions how it is opened for the GPU
 * @property {DeviceInfo | null} device what it is predicted on, once settled
 */

/** Models a worker keeps open, such as one for each class of RNA; one more and the longest unused goes. */
const MOST_OPEN = 4;

/**
 * Sees to it that a worker holds a model.
 * @param {Hand<Computing>} hand
 * @param {{ key: string, bytes: Uint8Array }} model
 * @param {ModelOptions} options
 */
async function provide(hand, { key, bytes }, options) {
  const { remote } = hand;
  if (!hand.holds.includes(key)) await remote.load(key, bytes, options);
  hand.holds = [...hand.holds.filter((other) => other !== key), key];
  while (hand.holds.length > MOST_OPEN) await remote.forget(/** @type {string} */ (hand.holds.shift()));
}

/**
 * Asks a CPU worker about a model.
 * @template R
 * @param {Pool<Computing>} pool
 * @param {{ key: string, bytes: Uint8Array }} model
 * @param {(remote: Comlink.Remote<Computing>) => Promise<R>} work
 * @param {{ first?: boolean, owner?: object | null }} [how]
 */
export function askCpu(pool, model, work, how) {
  return pool.ask(async (remote, hand) => {
    await provide(hand, model, { device: 'cpu' });
    return work(remote);
  }, how);
}

/**
 * Asks the GPU worker about a model.
 * @template R
 * @param {Pool<Computing>} gpu
 * @param {HeldModel} model
 * @param {(remote: Comlink.Remote<Computing>) => Promise<R>} work
 * @param {{ owner?: object | null }} [how]
 */
export function askGpu(gpu, model, work, how) {
  return gpu.ask(async (remote, hand) => {
    await provide(hand, model, model.gpuOptions);
    return work(remote);
  }, how);
}
