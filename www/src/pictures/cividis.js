// @ts-check
/**
 * The cividis colour scale (Nuñez, Anderton and Renslow 2018): even in lightness
 * and read alike with and without colour-vision deficiency.
 */

/** @type {[number, number, number][]} */
const STOPS = [
  [0, 34, 78],
  [18, 53, 112],
  [59, 73, 108],
  [87, 93, 109],
  [112, 113, 115],
  [138, 134, 120],
  [165, 156, 116],
  [195, 179, 105],
  [225, 204, 85],
  [254, 232, 56],
];

/** @type {string[]} */
const TABLE = Array.from({ length: 256 }, (_, i) => {
  const at = (i / 255) * (STOPS.length - 1);
  const low = Math.min(Math.floor(at), STOPS.length - 2);
  const mixed = STOPS[low].map((channel, c) => Math.round(channel + (STOPS[low + 1][c] - channel) * (at - low)));
  return `rgb(${mixed.join(',')})`;
});

/**
 * @param {number} share 0..1 of the scale's top
 * @returns {number} 0..255
 */
function shade(share) {
  return Math.round(255 * Math.min(1, Math.max(0, share)));
}

/** @param {number} share */
export function cividis(share) {
  return TABLE[shade(share)];
}

/**
 * The letter colour that reads on a cell of that share.
 * @param {number} share
 */
export function inkOn(share) {
  return share > 0.45 ? '#101418' : '#ffffff';
}

/** A CSS gradient of the whole scale. */
export const GRADIENT = `linear-gradient(90deg, ${STOPS.map((stop) => `rgb(${stop.join(',')})`).join(', ')})`;

/**
 * Paints one row of weights into a canvas context, a cell per nucleotide.
 * @param {CanvasRenderingContext2D} context
 * @param {ArrayLike<number>} weights
 * @param {{ first: number, last: number, top: number, x: number, y: number, width: number, height: number }} box
 *   first..last: the (fractional, 0-based, end-exclusive) nucleotides shown; top: the scale's highest weight
 */
export function paintRow(context, weights, { first, last, top, x, y, width, height }) {
  const cell = width / (last - first);
  const from = Math.max(0, Math.floor(first));
  const to = Math.min(weights.length, Math.ceil(last));
  // Where several nucleotides share a pixel the highest is painted, so that no peak is lost.
  const perCell = Math.max(1, Math.floor(1 / cell));
  for (let i = from; i < to; i += perCell) {
    let high = 0;
    for (let j = i; j < Math.min(to, i + perCell); j += 1) high = Math.max(high, weights[j]);
    const left = Math.max(0, (i - first) * cell);
    const right = Math.min(width, (i + perCell - first) * cell);
    context.fillStyle = cividis(high / top);
    context.fillRect(x + left, y, right - left + (cell > 6 ? -0.5 : 0.6), height);
  }
}
