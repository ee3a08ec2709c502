// @ts-check
/** Why a record of the input has no prediction, in words. */
import { isTrap } from '../trap.js';
import { message } from '../words.js';

/** @import { Item, Problem } from '../types/core.js' */

/**
 * @param {Item} item
 * @param {string} why
 * @returns {Problem}
 */
function problemWith({ index, id, line }, why) {
  return { index, line, record: id, message: `line ${line}, record '${id}': ${why}`, fatal: false };
}

/**
 * Of a record that has stopped a worker by itself.
 * @param {Item} item
 * @param {unknown} error
 */
export function afterTrap(item, error) {
  const why = isTrap(error)
    ? `the computation stopped unexpectedly over it (${message(error)}), most often for lack of memory`
    : message(error);
  return problemWith(item, `${why}. All other records are unharmed.`);
}

/**
 * Of a record in a run by class.
 * @param {Item} item
 */
export function withoutModel(item) {
  return problemWith(item, `its likely class is ${item.rna_class}, of which there is no model here`);
}

/**
 * Of a source that cannot be read on, after its last record.
 * @param {unknown} error
 * @returns {Problem}
 */
export function unreadOn(error) {
  const words = isTrap(error)
    ? `Reading stopped unexpectedly here (${message(error)}), most often for lack of memory.`
    : message(error);
  return { index: Infinity, line: null, record: null, message: words, fatal: true };
}
