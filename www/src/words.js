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

/**
 * An error as a sentence for the page.
 * @param {unknown} error
 */
export function inWords(error) {
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
