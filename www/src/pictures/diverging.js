// @ts-check
/** Changes of probability as colours: blue lowers, red raises, pale is no change; told apart by colour-blind eyes. */

/** @type {[number, number, number][]} */
const STOPS = [
  [5, 60, 124],
  [67, 147, 195],
  [240, 240, 238],
  [214, 96, 77],
  [122, 8, 34],
];

/**
 * @param {number} share -1..1
 * @returns {string}
 */
export function diverging(share) {
  const at = ((Math.min(1, Math.max(-1, share)) + 1) / 2) * (STOPS.length - 1);
  const low = Math.min(Math.floor(at), STOPS.length - 2);
  return `rgb(${STOPS[low].map((channel, c) => Math.round(channel + (STOPS[low + 1][c] - channel) * (at - low))).join(',')})`;
}

/** A CSS gradient of the whole scale. */
export const DIVERGING = `linear-gradient(90deg, ${STOPS.map((stop) => `rgb(${stop.join(',')})`).join(', ')})`;
