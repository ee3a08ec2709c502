// @ts-check
/** The two colour scales of the pictures, both read alike with and without colour-vision deficiency. */

/** @typedef {[number, number, number]} Colour red, green, blue, each 0..255 */

/** Cividis (Nuñez, Anderton and Renslow 2018), even in lightness. @type {Colour[]} */
const CIVIDIS = [
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

/** Blue lowers, red raises, pale is no change. @type {Colour[]} */
const BLUE_TO_RED = [
  [5, 60, 124],
  [67, 147, 195],
  [240, 240, 238],
  [214, 96, 77],
  [122, 8, 34],
];

/** @param {Colour} colour */
function css(colour) {
  return `rgb(${colour.join(',')})`;
}

/**
 * @param {Colour[]} stops
 * @param {number} shades more could not be told apart
 * @returns {(share: number) => string} the colour at 0..1 of the scale
 */
function scale(stops, shades) {
  const table = Array.from({ length: shades }, (_, i) => {
    const at = (i / (shades - 1)) * (stops.length - 1);
    const low = Math.min(Math.floor(at), stops.length - 2);
    const mixed = stops[low].map((channel, c) => Math.round(channel + (stops[low + 1][c] - channel) * (at - low)));
    return css(/** @type {Colour} */ (mixed));
  });
  return (share) => table[Math.round((shades - 1) * Math.min(1, Math.max(0, share)))];
}

/** The colour of a share 0..1 of the highest weight. */
export const cividis = scale(CIVIDIS, 256);

/** An odd number: no change has a shade of its own. */
const blueToRed = scale(BLUE_TO_RED, 513);

/**
 * The colour of a change.
 * @param {number} share -1..1
 */
export function diverging(share) {
  return blueToRed((share + 1) / 2);
}

/**
 * The letter colour that reads on a cell of that share of cividis.
 * @param {number} share
 */
export function inkOn(share) {
  return share > 0.45 ? '#101418' : '#ffffff';
}

/** @param {Colour[]} stops */
function gradient(stops) {
  return `linear-gradient(90deg, ${stops.map(css).join(', ')})`;
}

/** A CSS gradient of all of cividis. */
export const GRADIENT = gradient(CIVIDIS);
/** A CSS gradient from blue to red. */
export const DIVERGING = gradient(BLUE_TO_RED);
