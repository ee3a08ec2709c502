// @ts-check
/** Where the names and numbers of the compartments stand around the cell. */
import { CELL_HEIGHT, CELL_WIDTH, DRAWN_COMPARTMENTS } from './cell-compartments.js';

/** @import { Box } from './surface.js' */
/** @import { CompartmentKey } from './cell-compartments.js' */
/** @import { SvgSurface } from './svg-surface.js' */
/** @import { Theme } from './theme.js' */

/**
 * A compartment with what it shows. compartment: the model's name; share: 0..1; words: the number as it is written;
 * called: whether it stands out.
 * @typedef {{ compartment: string, share: number, words: string, called: boolean }} Shade
 */

/** One that the drawing has a place for. @typedef {{ shade: Shade, index: number, key: CompartmentKey }} PlacedShade */

/**
 * A name with a line to its compartment. x, y: where its two lines of text are; from: where the line begins.
 * @typedef {{ placed: PlacedShade, x: number, y: number, anchor: 'start' | 'middle' | 'end', from: [number, number] }} Label
 */

/**
 * Everything that has a place in the picture. rest: the compartments that the drawing does not have.
 * @typedef {{ height: number, cell: Box, labels: Label[], rest: { shade: Shade, index: number, x: number, y: number }[] }} CellLayout
 */

/** Narrower pictures have their labels above and below the cell. */
const WIDE_FROM = 480;
/** Of letters of the usual size, in pixels. */
const SIZE = 12.5;
const LINE = 15;
/** Room for a name at the side, for one above or below, and for one in the list below. */
const SIDE = 108;
const COLUMN = 90;
const REST = 200;
const GAP = 8;
/** From a compartment's name to its neighbour's. */
const STEP = 2 * LINE + 3;

/**
 * @param {{ compartment: string, key: CompartmentKey | null, shade: Shade, index: number }[]} found in the model's order
 * @param {number} width
 * @param {number} em how many times as large as usual the letters are
 * @returns {CellLayout}
 */
export function layOut(found, width, em) {
  const placed = found.flatMap(({ key, shade, index }) => (key ? [{ key, shade, index }] : []));
  const rest = found.filter(({ key }) => !key);
  const around = width >= WIDE_FROM * em ? besides(placed, width, em) : aboveAndBelow(placed, width, em);
  const perLine = Math.max(1, Math.floor(width / (REST * em)));
  const top = around.height + 3 * LINE * em;
  return {
    ...around,
    height: around.height + (rest.length > 0 ? (3 + 1.5 * Math.ceil(rest.length / perLine)) * LINE * em : 0),
    rest: rest.map(({ shade, index }, i) => ({
      shade,
      index,
      x: (i % perLine) * REST * em,
      y: top + Math.floor(i / perLine) * 1.5 * LINE * em,
    })),
  };
}

/** @param {number} x @param {number} y @param {number} width @returns {Box} */
function cellBox(x, y, width) {
  return { x, y, width, height: (width * CELL_HEIGHT) / CELL_WIDTH };
}

/** Labels left and right of the cell. @param {PlacedShade[]} placed @param {number} width @param {number} em */
function besides(placed, width, em) {
  const side = SIDE * em;
  const cell = cellBox(side, 0, width - 2 * side);
  const middle = CELL_WIDTH / 2.6;
  const sides = [
    placed.filter(({ key }) => pointOf(key).x < middle),
    placed.filter(({ key }) => pointOf(key).x >= middle),
  ];
  const height = Math.max(cell.height, ...sides.map(({ length }) => length * STEP * em));
  cell.y = (height - cell.height) / 2;
  const labels = sides.flatMap((those, i) => column(those, cell, height, i === 0, em));
  return { height, cell, labels };
}

/** @param {CompartmentKey} key */
function pointOf(key) {
  return DRAWN_COMPARTMENTS[key].at;
}

/**
 * @param {PlacedShade[]} placed
 * @param {Box} cell
 * @param {number} height
 * @param {boolean} isLeft
 * @param {number} em
 * @returns {Label[]}
 */
function column(placed, cell, height, isLeft, em) {
  const sorted = [...placed].sort((a, b) => pointOf(a.key).y - pointOf(b.key).y);
  const wanted = sorted.map(({ key }) => inCell(cell, key)[1]);
  const middles = apart(wanted, STEP * em, (STEP * em) / 2, height - (STEP * em) / 2);
  const edge = isLeft ? cell.x - GAP : cell.x + cell.width + GAP;
  return sorted.map((one, i) => ({
    placed: one,
    x: isLeft ? edge - GAP / 2 : edge + GAP / 2,
    y: middles[i] - 2 * em,
    anchor: isLeft ? 'end' : 'start',
    from: [edge, middles[i]],
  }));
}

/**
 * Places in ascending order as near to those wanted as they can be, a step apart and within bounds.
 * @param {number[]} wanted
 * @param {number} step
 * @param {number} low
 * @param {number} high
 */
export function apart(wanted, step, low, high) {
  const places = [...wanted];
  places.forEach((_, i) => (places[i] = Math.max(places[i], i === 0 ? low : places[i - 1] + step)));
  for (let i = places.length - 1; i >= 0; i -= 1)
    places[i] = Math.min(places[i], i === places.length - 1 ? high : places[i + 1] - step);
  return places;
}

/** Labels above and below the cell. @param {PlacedShade[]} placed @param {number} width @param {number} em */
function aboveAndBelow(placed, width, em) {
  const most = Math.max(1, Math.floor(width / (COLUMN * em)));
  // Where there is no room for all, the table beside the picture has the rest.
  const named = [...placed].sort((a, b) => rank(b) - rank(a)).slice(0, 2 * most);
  const byHeight = named.sort((a, b) => pointOf(a.key).y - pointOf(b.key).y);
  const half = Math.ceil(byHeight.length / 2);
  const band = STEP * em + 2 * GAP;
  const cell = cellBox(0, band, width);
  const bottom = cell.y + cell.height;
  const labels = [
    ...line(byHeight.slice(0, half), cell, (one) => ({ y: LINE * em, from: [one, band - GAP] })),
    ...line(byHeight.slice(half), cell, (one) => ({ y: bottom + 2 * GAP + LINE * em, from: [one, bottom + GAP + 2] })),
  ];
  return { height: bottom + band, cell, labels };
}

/** Those called come first, then the likeliest. @param {PlacedShade} placed */
function rank({ shade }) {
  return shade.share + (shade.called ? 1 : 0);
}

/**
 * @param {PlacedShade[]} placed
 * @param {Box} cell
 * @param {(x: number) => { y: number, from: [number, number] }} at
 * @returns {Label[]}
 */
function line(placed, cell, at) {
  const sorted = [...placed].sort((a, b) => pointOf(a.key).x - pointOf(b.key).x);
  return sorted.map((one, i) => {
    const x = ((i + 0.5) * cell.width) / sorted.length;
    return { placed: one, x, anchor: 'middle', ...at(x) };
  });
}

/** The point of a compartment in the picture. @param {Box} cell @param {CompartmentKey} key @returns {[number, number]} */
function inCell(cell, key) {
  const { x, y } = pointOf(key);
  const scale = cell.width / CELL_WIDTH;
  return [cell.x + x * scale, cell.y + y * scale];
}

/**
 * @param {SvgSurface} surface
 * @param {CellLayout} layout
 * @param {{ x: number, y: number }} origin
 * @param {number} em
 * @param {Theme} theme
 */
export function drawLabels(surface, { cell, labels }, origin, em, theme) {
  for (const { placed, x, y, anchor, from } of labels) {
    const { key, shade, index } = placed;
    const { name, short = name } = DRAWN_COMPARTMENTS[key];
    const colour = shade.called ? theme.ink : theme.mute;
    const [toX, toY] = inCell(cell, key);
    const lead = `M${from.join(' ')}L${toX.toFixed(1)} ${toY.toFixed(1)}`;
    const at = { ...origin, scale: 1 };
    surface.group(`cell-label shade-${index}`, () => {
      surface.path(lead, { stroke: theme.paper, width: 3.6, strokeOpacity: 0.75, at });
      surface.path(lead, { stroke: colour, width: shade.called ? 1.6 : 1, at });
      surface.dot(origin.x + toX, origin.y + toY, 3.6, theme.paper);
      surface.dot(origin.x + toX, origin.y + toY, 2.4, colour);
      const style = { fill: colour, size: SIZE * em, bold: shade.called, anchor };
      surface.text(short, origin.x + x, origin.y + y, style);
      surface.text(shade.words, origin.x + x, origin.y + y + LINE * em, style);
    });
  }
}

/**
 * The compartments that the drawing does not have, with a swatch each.
 * @param {SvgSurface} surface
 * @param {CellLayout} layout
 * @param {{ x: number, y: number }} origin
 * @param {number} em
 * @param {Theme} theme
 */
export function drawRest(surface, { rest }, origin, em, theme) {
  if (rest.length === 0) return;
  const first = origin.y + rest[0].y - 1.6 * LINE * em;
  surface.text('Not in the drawing:', origin.x, first, { fill: theme.mute, size: SIZE * em });
  for (const { shade, index, x, y } of rest) {
    const [left, base, side] = [origin.x + x + 1, origin.y + y, 11 * em];
    const box = { x: left, y: base - side + 1, width: side, height: side };
    const shape = `M${box.x} ${box.y}h${side}v${side}h${-side}z`;
    surface.part(`compartment shade-${index}`, `${shade.compartment} ${shade.words}`, () => {
      surface.path(shape, {
        fill: theme.accent,
        opacity: shade.share,
        stroke: shade.called ? theme.ink : theme.mute,
        width: shade.called ? 2.4 : 1,
      });
      surface.text(`${shade.compartment} ${shade.words}`, left + side + 6, base, {
        fill: shade.called ? theme.ink : theme.mute,
        size: SIZE * em,
        bold: shade.called,
      });
    });
  }
}
