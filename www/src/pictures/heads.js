// @ts-check
/** @import { Head } from '../engine/types/core.js' */

/**
 * The name of an attention head: its compartment, if it has one.
 * @param {Head} head
 */
export function headName(head) {
  return head.compartment ?? 'All compartments';
}
