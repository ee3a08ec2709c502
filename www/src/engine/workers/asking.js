// @ts-check
/** Asks the CPU's workers about a model, first in the queue, because a person waits. */
import { isTrap } from '../trap.js';
import { askCpu } from './held-models.js';

/** @import * as Comlink from 'comlink' */
/** @import { Computing } from './compute.js' */
/** @import { HeldModel } from './held-models.js' */
/** @import { Pool } from './pool.js' */

/**
 * Asks a worker. One that stops over the question is replaced; a fresh one, with all its memory free, may manage.
 * @template R
 * @param {Pool<Computing>} pool
 * @param {HeldModel} model
 * @param {(worker: Comlink.Remote<Computing>, key: string) => Promise<R>} work
 */
export async function askTwice(pool, model, work) {
  const once = () => askCpu(pool, model, (worker) => work(worker, model.key), { first: true });
  try {
    return await once();
  } catch (error) {
    if (!isTrap(error)) throw error;
    return once();
  }
}
