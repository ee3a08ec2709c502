// @ts-check
/** A cell with its compartments shaded, their labels, and the key, as they are drawn on the page and in files. */
import { drawnCompartment, inPlainSpelling } from './cell-compartments.js';
import { drawCell } from './cell-drawing.js';
import { drawLabels, drawRest, layOut } from './cell-labels.js';

/** @import { CompartmentKey } from './cell-compartments.js' */
/** @import { Shade } from './cell-labels.js' */
/** @import { Box } from './surface.js' */
/** @import { SvgSurface } from './svg-surface.js' */
/** @import { Theme } from './theme.js' */

/** What the shades and outlines of a picture say, for its legend: low and high are the ends of the scale. @typedef {{ low: string, high: string, called: string, absent: string }} CellKey */

const STEPS = 6;
/** Left of the scale: the words at its low end. */
const SCALE_FROM = 28;

/**
 * Each compartment with its place in the drawing. Of two that mean the same one, only the first has it.
 * @param {Shade[]} shades
 */
export function findPlaces(shades) {
  /** @type {Set<CompartmentKey>} */
  const taken = new Set();
  return shades.map((shade, index) => {
    const found = drawnCompartment(shade.compartment);
    const key = found && !taken.has(found) ? found : null;
    if (key) taken.add(key);
    const compartment = inPlainSpelling(shade.compartment);
    return { key, index, compartment, shade: { ...shade, compartment } };
  });
}

/** What a compartment shows, to be read aloud. @param {Shade} shade */
function shadeInWords({ compartment, words, called }) {
  return `${inPlainSpelling(compartment)} ${words}${called ? ', called' : ''}`;
}

/** All that the picture shows, in words. @param {Shade[]} shades */
export function cellInWords(shades) {
  return [...shades]
    .sort((a, b) => b.share - a.share)
    .map(shadeInWords)
    .join('; ');
}

/**
 * Draws the cell with its labels; gives the height it took.
 * @param {SvgSurface} surface
 * @param {{ x: number, y: number, width: number }} place
 * @param {Shade[]} shades
 * @param {Theme} theme
 * @param {number} [em] how many times as large as usual the letters are
 */
export function drawCellPicture(surface, place, shades, theme, em = 1) {
  const found = findPlaces(shades);
  const layout = layOut(found, place.width, em);
  const { cell } = layout;
  /** @type {[CompartmentKey, { share: number, called: boolean, index: number, words: string }][]} */
  const shadings = found.flatMap(({ key, shade, index }) =>
    key ? [[key, { share: shade.share, called: shade.called, index, words: shadeInWords(shade) }]] : [],
  );
  drawCell(surface, { ...cell, x: place.x + cell.x, y: place.y + cell.y }, new Map(shadings), theme);
  drawLabels(surface, layout, place, em, theme);
  drawRest(surface, layout, place, em, theme);
  return layout.height;
}

/**
 * The key of a picture in a file.
 * @param {SvgSurface} surface
 * @param {Box} box
 * @param {CellKey} key
 * @param {Theme} theme
 */
export function drawKey(surface, { x, y }, { low, high, called, absent }, { accent, ink, line, mute }) {
  const small = { fill: mute, size: 12 };
  const swatch = (/** @type {number} */ left, width = 18) => `M${x + left} ${y + 1}h${width}v11h${-width}z`;
  surface.text(low, x + 22, y + 11, { ...small, anchor: 'end' });
  for (let i = 0; i < STEPS; i += 1)
    surface.path(swatch(SCALE_FROM + 18 * i), { fill: accent, opacity: i / (STEPS - 1), stroke: line });
  surface.text(high, x + SCALE_FROM + 18 * STEPS + 8, y + 11, small);
  let left = 340;
  for (const [words, style] of /** @type {const} */ ([
    [called, { stroke: ink, width: 2.6 }],
    [absent, { fill: line, opacity: 0.45, stroke: line }],
  ])) {
    if (!words) continue;
    surface.path(swatch(left), style);
    surface.text(words, x + left + 26, y + 11, small);
    left += 200;
  }
}
