// @ts-check
/** What pictures ask of the numbers that they draw. */

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

/** @param {number} value */
export function signed(value) {
  return `${value >= 0 ? '+' : '−'}${Math.abs(value).toFixed(3)}`;
}
