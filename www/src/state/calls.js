// @ts-check
/** Which compartments are called, under thresholds that may have been moved. */

/** @import { Row } from '../engine/types/engine.js' */

/** @typedef {Pick<Row, 'probabilities' | 'unreadable'>} Judged */
/** @typedef {{ thresholds: number[], margin: number }} Limits margin: a probability nearer to its threshold is uncertain */

/**
 * Whether a compartment's probability reaches its threshold; never if nothing of the RNA could be read.
 * @param {Judged} row
 * @param {number} compartment
 * @param {Pick<Limits, 'thresholds'>} limits
 */
function isCalled({ probabilities, unreadable }, compartment, { thresholds }) {
  return !unreadable && probabilities[compartment] >= thresholds[compartment];
}

/**
 * Whether a compartment is so near its threshold that a small change would change the call.
 * @param {Judged} row
 * @param {number} compartment
 * @param {Limits} limits
 */
function isUncertain({ probabilities, unreadable }, compartment, { thresholds, margin }) {
  return !unreadable && Math.abs(probabilities[compartment] - thresholds[compartment]) < margin;
}

/**
 * The compartments that are called.
 * @param {Judged} row
 * @param {Pick<Limits, 'thresholds'>} limits
 */
export function calledOf(row, limits) {
  return row.probabilities.flatMap((_, i) => (isCalled(row, i, limits) ? [i] : []));
}

/**
 * The compartments that are uncertain.
 * @param {Judged} row
 * @param {Limits} limits
 */
export function uncertainOf(row, limits) {
  return row.probabilities.flatMap((_, i) => (isUncertain(row, i, limits) ? [i] : []));
}

/**
 * For how many RNAs each compartment is called, and how many are uncertain or have a warning. Rows that
 * come later are added to what was counted.
 */
export class CallCounts {
  #seen = 0;

  /** @param {Limits} limits one margin and a threshold for each compartment */
  constructor(limits) {
    this.limits = limits;
    this.called = limits.thresholds.map(() => 0);
    this.none = 0;
    this.uncertain = 0;
    this.warned = 0;
  }

  /** @param {readonly Row[]} rows those of before and more */
  add(rows) {
    for (; this.#seen < rows.length; this.#seen += 1) this.#count(rows[this.#seen]);
  }

  /** @param {Row} row */
  #count(row) {
    let hasCall = false;
    let isDoubtful = false;
    for (let i = 0; i < this.called.length; i += 1) {
      if (isCalled(row, i, this.limits)) {
        hasCall = true;
        this.called[i] += 1;
      }
      if (isUncertain(row, i, this.limits)) isDoubtful = true;
    }
    if (!hasCall) this.none += 1;
    if (isDoubtful) this.uncertain += 1;
    if ((row.warnings?.length ?? 0) > 0) this.warned += 1;
  }
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
