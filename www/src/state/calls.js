// @ts-check
/** Which compartments are called, under thresholds that may have been moved. */

/** @import { Row } from '../engine/types/engine.js' */

/** A probability this near its threshold is called neither with nor without doubt. */
export const DOUBT = 0.05;

/**
 * Compartments whose probability reaches their threshold.
 * @param {number[]} probabilities
 * @param {number[]} thresholds
 */
export function calledOf(probabilities, thresholds) {
  return probabilities.flatMap((probability, i) => (probability >= thresholds[i] ? [i] : []));
}

/**
 * Compartments so near their threshold that a small change would flip the call.
 * @param {number[]} probabilities
 * @param {number[]} thresholds
 */
export function doubtfulOf(probabilities, thresholds) {
  return probabilities.flatMap((probability, i) => (Math.abs(probability - thresholds[i]) < DOUBT ? [i] : []));
}

/** @typedef {{ text: string, kind: string }} Filter kind: 'all', 'none', 'uncertain', 'warned', or a compartment's index */

/**
 * @param {Filter} filter
 * @param {number[]} thresholds
 * @returns {((row: Row) => boolean) | null} null where every row passes
 */
export function passes({ text, kind }, thresholds) {
  const word = text.trim().toLowerCase();
  if (!word && kind === 'all') return null;
  /** @type {(row: Row) => boolean} */
  const ofKind =
    {
      all: () => true,
      none: (/** @type {Row} */ { probabilities }) => calledOf(probabilities, thresholds).length === 0,
      uncertain: (/** @type {Row} */ { probabilities }) => doubtfulOf(probabilities, thresholds).length > 0,
      warned: (/** @type {Row} */ { warnings }) => (warnings?.length ?? 0) > 0,
    }[kind] ?? (({ probabilities }) => probabilities[Number(kind)] >= thresholds[Number(kind)]);
  return (row) => ofKind(row) && (!word || row.id.toLowerCase().includes(word));
}
