// @ts-check
/** What pictures ask of the numbers that they draw. */

/** @import { Span } from '../engine/types/core.js' */

/**
 * The number farthest from 0, NaN where none is known: where several nucleotides share a dot, none is lost.
 * @param {ArrayLike<number>} values
 * @param {number} from
 * @param {number} to end-exclusive
 * @param {number} [step] 1 looks at each number, 4 at every fourth
 */
export function strongest(values, from, to, step = 1) {
  let most = NaN;
  for (let i = from; i < to; i += step)
    if (Number.isNaN(most) || Math.abs(values[i]) > Math.abs(most)) most = values[i];
  return most;
}

/**
 * The largest number of all lists, which gets a scale's last colour; 1 if none is above 0.
 * @param {Iterable<ArrayLike<number>>} lists
 */
export function highest(lists) {
  let high = 0;
  for (const values of lists) for (let i = 0; i < values.length; i += 1) if (values[i] > high) high = values[i];
  return high || 1;
}

/**
 * Where the largest number is, 1-based.
 * @param {ArrayLike<number>} values
 */
export function peak(values) {
  let at = 0;
  for (let i = 1; i < values.length; i += 1) if (values[i] > values[at]) at = i;
  return at + 1;
}

/**
 * The number of nucleotides that were read. One of them has uniform attention if its weight is one
 * divided by this number.
 * @param {{ read: { start: number, end: number }[] }} explained
 */
export function nucleotidesRead({ read }) {
  return read.reduce((sum, { start, end }) => sum + end - start, 0);
}

/**
 * The parts of an RNA that were not read.
 * @param {{ read: Span[], sequence: string }} explained
 * @returns {Span[]}
 */
export function unread({ read, sequence }) {
  const starts = [0, ...read.map(({ end }) => end)];
  const ends = [...read.map(({ start }) => start), sequence.length];
  return starts.map((start, i) => ({ start, end: ends[i] })).filter(({ start, end }) => end > start);
}

/**
 * Weights with nothing (NaN) where nothing was read: a weight of 0 there would be no measurement.
 * @param {Float32Array} weights
 * @param {{ read: Span[], sequence: string }} explained
 */
export function weightsRead(weights, explained) {
  const known = Float32Array.from(weights);
  for (const { start, end } of unread(explained)) known.fill(NaN, start, end);
  return known;
}

/** Smaller numbers cannot be told from 0: the network computes with seven digits. */
const LEAST = 5e-7;

/**
 * A number with two significant digits, never with an exponent.
 * @param {number} value
 */
export function significant(value) {
  const size = Math.abs(value);
  if (size < LEAST) return '0';
  return value.toFixed(Math.max(0, 1 - Math.floor(Math.log10(size))));
}

/**
 * A number with its sign: three decimals, or as many as it needs to differ from 0.
 * @param {number} value
 */
export function signed(value) {
  const size = Math.abs(value);
  const digits = size < 0.01 ? significant(size) : size.toFixed(3);
  return digits === '0' ? '0' : `${value > 0 ? '+' : '−'}${digits}`;
}
