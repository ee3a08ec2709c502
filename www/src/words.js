// @ts-check
/** What is computed on, in words. */

/**
 * Why the CPU computes, as a line of its own.
 * @param {string} reason with or without the device it leads to
 */
export function onCpu(reason) {
  return reason.startsWith('CPU') ? reason : `CPU: ${reason}`;
}
