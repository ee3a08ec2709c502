// @ts-check
/** @import { Head } from '../engine/types/core.js' */

/**
 * The name of an attention head: its compartment, if it has one.
 * @param {Head} head
 */
export function headName(head) {
  return head.compartment ?? 'All compartments';
}

/**
 * The largest attention weight of all heads; 1 if all are 0.
 * @param {Head[]} heads
 */
export function highest(heads) {
  let high = 0;
  for (const { weights } of heads) for (const weight of weights) high = Math.max(high, weight);
  return high || 1;
}
