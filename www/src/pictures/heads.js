// @ts-check
/** The rows of attention: what each is called, what its colours mean, and what is said of it. */
import { highest, nucleotidesRead, significant } from './values.js';

/** @import { Head } from '../engine/types/core.js' */
/** @import { Explained } from '../engine/types/engine.js' */

/** Whether each row has a colour scale of its own, or all have one. @typedef {'row' | 'common'} Scale */

/** The colours of an even row end at this multiple of uniform attention, so that it looks even. */
const EVEN_TOP = 3;

/**
 * The name of an attention head: its compartment, if it has one.
 * @param {Pick<Head, 'compartment'>} head
 */
export function headName(head) {
  return head.compartment ?? 'All compartments';
}

/**
 * The weight that gets the last colour in a head's own row.
 * @param {Pick<Explained, 'read'>} explained
 * @param {Head} head
 */
export function topOf(explained, { weights, is_even }) {
  return is_even ? EVEN_TOP / (nucleotidesRead(explained) || 1) : highest([weights]);
}

/**
 * The weight that gets the last colour, for each row.
 * @param {Explained} explained
 * @param {Scale} scale
 */
export function topsOf(explained, scale) {
  const tops = explained.heads.map((head) => topOf(explained, head));
  return scale === 'common' ? tops.map(() => Math.max(...tops)) : tops;
}

/**
 * How far a row stands out, in words.
 * @param {Pick<Explained, 'read'>} explained
 * @param {Head} head
 */
export function headNote(explained, { weights, is_even }) {
  if (is_even) return 'even: nothing stands out';
  return `up to ${significant(highest([weights]) * nucleotidesRead(explained))} × uniform`;
}
