// @ts-check
/** What went wrong, and what is computed on, in words. */
import { isTrap } from './trap.js';

/** @import { DeviceInfo } from './types/core.js' */

/**
 * The message of an error, without what to do about it.
 * @param {unknown} error
 */
export function message(error) {
  return error instanceof Error ? error.message : String(error);
}

/** What browsers call a file that they cannot read. */
const UNREADABLE = ['NotReadableError', 'NotFoundError'];

/**
 * Whether an error means that a file cannot be read. By name: it may come from a worker.
 * @param {unknown} error
 */
export function isUnreadable(error) {
  return error instanceof Error && UNREADABLE.includes(error.name);
}

/** What to do about a file that cannot be read. */
export const UNREADABLE_FILE =
  'the browser cannot read this file any more: it was moved, changed or deleted after it was opened; open it again';

/**
 * An error as a sentence for the page.
 * @param {unknown} error
 */
export function inWords(error) {
  if (isUnreadable(error)) return `${UNREADABLE_FILE}.`;
  if (!isTrap(error)) return message(error);
  return `The computation stopped unexpectedly (${message(error)}), most often for lack of memory. It has been started again; try fewer or shorter sequences at once.`;
}

/**
 * The CPU, with the reason why it computes, as the core words it.
 * @param {string} reason
 * @returns {DeviceInfo}
 */
export function cpuBecause(reason) {
  return { kind: 'cpu', reason: `CPU: ${reason}`, adapter: null, speedup: null };
}

/**
 * The CPU in place of WebGPU, which could not be used.
 * @param {unknown} error
 */
export function cpuAfter(error) {
  return cpuBecause(`the WebGPU engine ${isTrap(error) ? 'stopped' : 'could not be started'} (${message(error)})`);
}

/**
 * With a capital at its beginning, if that is a word and not the name of a file or a record.
 * @param {string} words
 */
export function sentence(words) {
  return /^[a-z]+[ ,]/.test(words) ? words[0].toUpperCase() + words.slice(1) : words;
}
