// @ts-check
/** Telling a core that has stopped from an error it reports. */

/**
 * Whether an error means that a worker's core has stopped and cannot be used again.
 * By name: an error that came from a worker is no WebAssembly.RuntimeError here.
 * @param {unknown} error
 */
export function isTrap(error) {
  return error instanceof Error && error.name === 'RuntimeError';
}

/**
 * The same for a worker that ended without a word of its core.
 * @param {string} message
 */
export function trapped(message) {
  return Object.assign(new Error(message || 'the worker ended'), { name: 'RuntimeError' });
}
