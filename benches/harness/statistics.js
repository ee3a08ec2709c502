// @ts-check
/** Medians and quartiles. */

/**
 * The quantile: the value below which this share of the numbers lies.
 * @param {number[]} numbers
 * @param {number} share
 */
export function quantile(numbers, share) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (at - below);
}

/** @param {number[]} numbers */
export const median = (numbers) => quantile(numbers, 0.5);

/** @param {number[]} numbers */
export const mean = (numbers) => numbers.reduce((a, b) => a + b, 0) / numbers.length;

/**
 * The first and the third quartile.
 * @param {number[]} numbers
 * @returns {[number, number]}
 */
export const quartiles = (numbers) => [quantile(numbers, 0.25), quantile(numbers, 0.75)];

/**
 * Rounds a number to this many significant digits.
 * @param {number} number
 * @param {number} [digits]
 */
export const rounded = (number, digits = 4) => Number(number.toPrecision(digits));
