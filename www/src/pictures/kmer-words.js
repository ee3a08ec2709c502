// @ts-check
/** The most and the least attended k-mers (Fig. 12 of the paper): the more attention, the larger and darker. */
import { INNER, labelled, space, words } from './sheet.js';

/** @import { Word } from '../engine/types/core.js' */
/** @import { Block } from './sheet.js' */
/** @import { Box, Surface } from './surface.js' */
/** @import { Theme } from './theme.js' */

/** K-mers shown at either end. */
const SHOWN = 12;
const SMALLEST = 13;
const LARGEST = 24;
/** Width of a letter of a monospace font of size 1. */
const LETTER = 0.61;
/** Between two k-mers in a file, and from line to line: a k-mer with its number under it. */
const BETWEEN = 16;
const LINE = 44;
/** The number under a k-mer, such as "12.34 ×", is so wide. */
const NUMBER = 40;

/** A k-mer and its share of the strongest attention, 0..1. @typedef {{ word: Word, share: number }} Entry */
/** @typedef {{ entry: Entry, x: number, y: number, width: number }} Place */

/**
 * The k-mers that are shown: those above uniform attention from the top, those below it from the end.
 * @param {Word[]} all the most attended first
 */
export function ends(all) {
  const top = all[0]?.attention ?? 1;
  const entry = (/** @type {Word} */ word) => ({ word, share: Math.min(1, Math.max(0, word.attention / top)) });
  const most = all.slice(0, SHOWN).filter(({ attention }) => attention > 1);
  const least = all.slice(-SHOWN).filter((word) => !most.includes(word) && word.attention < 1);
  return { most: most.map(entry), least: least.map(entry) };
}

/** @param {number} share */
export function sizeOf(share) {
  return SMALLEST + (LARGEST - SMALLEST) * share;
}

/**
 * A colour between two, as CSS mixes them.
 * @param {string} from such as #5c6670
 * @param {string} to
 * @param {number} share 0 is the first
 */
export function mixed(from, to, share) {
  const channels = [1, 3, 5].map((at) => {
    const [a, b] = [from, to].map((colour) => Number.parseInt(colour.slice(at, at + 2), 16));
    return Math.round(a + (b - a) * share);
  });
  return `rgb(${channels.join(',')})`;
}

/**
 * Where each k-mer stands, in lines no wider than given.
 * @param {Entry[]} entries
 * @param {number} width
 */
export function inLines(entries, width) {
  /** @type {Place[]} */
  const places = [];
  let [x, y] = [0, 0];
  for (const entry of entries) {
    const wide = Math.max(NUMBER, entry.word.word.length * LETTER * sizeOf(entry.share));
    if (x > 0 && x + wide > width) [x, y] = [0, y + LINE];
    places.push({ entry, x, y, width: wide });
    x += wide + BETWEEN;
  }
  return { places, height: y + LINE };
}

/**
 * Draws each k-mer in its place, the attention on it underneath.
 * @param {Surface} surface
 * @param {Box} box
 * @param {Place[]} places
 * @param {{ from: string, to: string, mute: string }} colours of the least and of the most attention, and of the numbers
 */
function drawKmers(surface, box, places, { from, to, mute }) {
  for (const { entry, x, y, width } of places) {
    const { word, share } = entry;
    const middle = box.x + x + width / 2;
    surface.text(word.word, middle, box.y + y + 20, {
      fill: mixed(from, to, share),
      size: sizeOf(share),
      mono: true,
      anchor: 'middle',
      name: 'kmer',
    });
    surface.text(`${word.attention.toFixed(2)} ×`, middle, box.y + y + 34, { fill: mute, size: 10, anchor: 'middle' });
  }
}

/**
 * The k-mers in a file.
 * @param {Word[]} all the most attended first
 * @returns {Block[]}
 */
export function kmerBlocks(all) {
  const { most, least } = ends(all);
  const rows = /** @type {const} */ ([
    ['Most attended', most, 'accent'],
    ['Least attended', least, 'ink'],
  ]);
  return rows.map(([name, entries, full]) => {
    const { places, height } = inLines(entries, INNER);
    const draw = (/** @type {Surface} */ surface, /** @type {Box} */ box, /** @type {Theme} */ theme) =>
      drawKmers(surface, box, places, { from: theme.mute, to: theme[full], mute: theme.mute });
    return labelled([name], height, draw, 'kmers');
  });
}

/**
 * The k-mers of each compartment in one file.
 * @param {{ name: string, all: Word[] }[]} compartments
 * @returns {Block[]}
 */
export function kmersOfCompartments(compartments) {
  return compartments.flatMap(({ name, all }) => [
    {
      height: 26,
      draw: (/** @type {Surface} */ surface, /** @type {Box} */ { x, y }) =>
        surface.text(name, x, y + 14, { bold: true }),
    },
    ...kmerBlocks(all),
    space(12),
  ]);
}

/** What size and colour mean, for the end of a file. @returns {Block[]} */
export function kmerLegend() {
  return [
    words(
      'Larger and darker: more attention. The number is the mean attention on the k-mer, as a multiple of uniform attention.',
    ),
    space(8),
  ];
}
