// @ts-check
/** Asking about the results on show, from the page. */
import { predictor } from '../engine/engine.js';

/** @import { Question } from '../engine/workers/coordinate.js' */
/** @import { Studies } from '../engine/workers/studies.js' */

/**
 * A question of `Studies`, with what it needs to know.
 * @template {Question} Q
 * @param {Q} question
 * @param {Parameters<Studies[Q]>} about
 * @returns {Promise<Awaited<ReturnType<Studies[Q]>>>}
 */
export async function study(question, ...about) {
  const coordinator = await predictor.get();
  return /** @type {any} */ (coordinator).study(question, ...about);
}
