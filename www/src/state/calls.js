// @ts-check
/** Which compartments are called, under thresholds that may have been moved. */

/** @import { Row } from '../engine/types/engine.js' */

/** @typedef {{ thresholds: number[], margin: number }} Limits margin: a probability nearer to its threshold is uncertain */

/**
 * Compartments whose probability reaches their threshold; none if nothing of the RNA could be read.
 * @param {Pick<Row, 'probabilities' | 'unreadable'>} row
 * @param {Pick<Limits, 'thresholds'>} limits
 */
export function calledOf({ probabilities, unreadable }, { thresholds }) {
  if (unreadable) return [];
  return probabilities.flatMap((probability, i) => (probability >= thresholds[i] ? [i] : []));
}

/**
 * Compartments so near their threshold that a small change would change the call.
 * @param {Pick<Row, 'probabilities' | 'unreadable'>} row
 * @param {Limits} limits
 */
export function uncertainOf({ probabilities, unreadable }, { thresholds, margin }) {
  if (unreadable) return [];
  return probabilities.flatMap((probability, i) => (Math.abs(probability - thresholds[i]) < margin ? [i] : []));
}

/** @typedef {{ text: string, kind: string }} Filter kind: 'all', 'none', 'uncertain', 'warned', or a compartment's index */

/**
 * @param {Filter} filter
 * @param {Limits} limits
 * @returns {((row: Row) => boolean) | null} null where every row passes
 */
export function passes({ text, kind }, limits) {
  const word = text.trim().toLowerCase();
  if (!word && kind === 'all') return null;
  /** @type {(row: Row) => boolean} */
  const ofKind =
    {
      all: () => true,
      none: (/** @type {Row} */ row) => calledOf(row, limits).length === 0,
      uncertain: (/** @type {Row} */ row) => uncertainOf(row, limits).length > 0,
      warned: (/** @type {Row} */ { warnings }) => (warnings?.length ?? 0) > 0,
    }[kind] ?? ((row) => calledOf(row, limits).includes(Number(kind)));
  return (row) => ofKind(row) && (!word || row.id.toLowerCase().includes(word));
}
