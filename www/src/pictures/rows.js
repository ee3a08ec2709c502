// @ts-check
/** What is drawn along an RNA: a row of cells from its first nucleotide in view to the last. */
import { cividis, diverging, inkOn } from './scales.js';
import { strongest } from './values.js';

/** @import { FoundMotif, Span } from '../engine/types/core.js' */
/** @import { Box, Segment, Surface } from './surface.js' */
/** @import { Theme } from './theme.js' */

/** Nucleotides in view, from 0, end-exclusive; fractional while zooming. @typedef {{ first: number, last: number }} View */

/** Numbers along an RNA, and the one that gets the scale's last colour. @typedef {{ values: ArrayLike<number>, top: number }} Scaled */

/** Cells wider than this stand apart. */
const APART_FROM = 6;
const GAP = 0.5;
/** A letter is marked where its cell is at least this wide. */
const MARKED_FROM = 7;
/** On cells, which are pale in every theme. */
const MARK = '#5c6670';
const LETTERS = 'ACGU';

/** Letters can be read in cells at least this wide. */
export const READABLE_FROM = 7.5;
/** Between the lines of a hatched stretch, along the row. */
const HATCH_STEP = 8;
/** Between two numbers of a ruler, at least. */
const NUMBER_EVERY = 64;
/** A digit of a ruler's numbers is so wide. */
const DIGIT = 6.7;
/** Between a number and the end of its row. */
const INSET = 6;

/** @param {number} length */
export function whole(length) {
  return { first: 0, last: length };
}

/**
 * Nucleotides of one colour, next to each other.
 * @typedef {{ from: number, to: number, colour: string | null }} Run
 */

/**
 * The nucleotides from one to another in groups, each with its colour; neighbours of one colour
 * are one group if they may be joined.
 * @param {{ from: number, to: number, length: number, step: number, joined: boolean }} bounds step: nucleotides that share a colour at least
 * @param {(from: number, to: number) => string | null} colourOf
 * @returns {Generator<Run>}
 */
function* runs({ from, to, length, step, joined }, colourOf) {
  /** @type {Run | null} */
  let run = null;
  for (let at = from; at < to; at += step) {
    const next = { from: at, to: Math.min(length, at + step), colour: colourOf(at, Math.min(length, at + step)) };
    if (run && joined && run.colour === next.colour) {
      run.to = next.to;
    } else {
      if (run) yield run;
      run = next;
    }
  }
  if (run) yield run;
}

/**
 * Draws a row of cells. Where several nucleotides share a dot they are one cell, and what colour it
 * has is asked for all of them together. Neighbours of one colour are one mark: long RNAs are quick
 * to draw and small files.
 * @param {Surface} surface
 * @param {Box} box
 * @param {View} view
 * @param {number} length nucleotides of the RNA
 * @param {(from: number, to: number) => string | null} colourOf nucleotides from 0, end-exclusive; null leaves the cell out
 */
export function drawCells(surface, box, { first, last }, length, colourOf) {
  const cell = box.width / (last - first);
  const apart = cell > APART_FROM;
  // Counted from the RNA's start: cells keep their nucleotides while the view moves.
  const step = Math.max(1, Math.ceil(1 / (cell * surface.resolution)));
  const bounds = {
    from: Math.floor(Math.max(0, first) / step) * step,
    to: Math.min(length, Math.ceil(last)),
    length,
    step,
    joined: !apart,
  };
  const edge = box.x + box.width;
  const place = (/** @type {number} */ i) => Math.min(edge, Math.max(box.x, box.x + (i - first) * cell));
  for (const { from, to, colour } of runs(bounds, colourOf)) {
    if (colour === null) continue;
    // Narrow cells lie a little under the next one, so that no seam of the ground shows.
    const right = to >= last ? place(to) : Math.min(edge, place(to) + (apart ? -GAP : GAP));
    const x = place(from);
    surface.rect({ x, y: box.y, width: Math.max(right - x, GAP), height: box.height }, colour);
  }
}

/**
 * Attention weights; nothing where there is no nucleotide (NaN).
 * @param {Surface} surface
 * @param {Box} box
 * @param {View} view
 * @param {Scaled} weights
 */
export function drawWeights(surface, box, view, { values, top }) {
  surface.group('strip', () =>
    drawCells(surface, box, view, values.length, (from, to) => {
      const weight = strongest(values, from, to);
      return Number.isNaN(weight) ? null : cividis(weight / top);
    }),
  );
}

/**
 * Where nucleotides are in a row; null if they are not in view.
 * @param {Box} box
 * @param {View} view
 * @param {Span} span
 */
export function placeOf(box, { first, last }, { start, end }) {
  if (end <= start || end <= first || start >= last) return null;
  const cell = box.width / (last - first);
  const x = box.x + Math.max(0, start - first) * cell;
  const right = Math.min(box.x + box.width, box.x + (end - first) * cell);
  return { x, width: Math.max(1, right - x) };
}

/**
 * Hatches what was not read, so that it is not taken for a weight of 0.
 * @param {Surface} surface
 * @param {Box} box
 * @param {View} view
 * @param {Span[]} spans not read
 * @param {Theme} theme
 */
export function drawUnread(surface, box, view, spans, { mute }) {
  const places = spans.flatMap((span) => placeOf(box, view, span) ?? []);
  if (places.length === 0) return;
  const segments = places.flatMap(({ x, width }) => hatching({ ...box, x, width }));
  surface.group('unread', () => surface.lines(segments, mute));
}

/**
 * Lines that rise to the right over a box. They are at the same places whatever the box, so that
 * rows one under the other have one pattern.
 * @param {Box} box
 * @returns {Segment[]}
 */
function hatching({ x, y, width, height }) {
  /** @type {Segment[]} */
  const segments = [];
  // On each of the lines the sum of x and y is the same.
  const first = Math.ceil((x + y) / HATCH_STEP) * HATCH_STEP;
  for (let sum = first; sum < x + y + width + height; sum += HATCH_STEP) {
    const low = Math.max(x, sum - y - height);
    const high = Math.min(x + width, sum - y);
    segments.push([low, sum - low, high, sum - high]);
  }
  return segments;
}

/**
 * Colours with which letters stay legible on hatching.
 * @param {Theme} theme
 */
export function paler(theme) {
  return { ...theme, mute: theme.line };
}

/**
 * The numbers of nucleotides along a row, as many as there is room for, each whole within the row.
 * @param {Surface} surface
 * @param {Box} box
 * @param {View} view
 * @param {Theme} theme
 */
export function drawPositions(surface, box, { first, last }, { mute, line }) {
  const cell = box.width / (last - first);
  const step = roundStep(NUMBER_EVERY / cell);
  let free = box.x;
  for (let position = Math.floor(first / step) * step; position <= last; position += step) {
    const at = Math.max(1, position);
    const x = box.x + (at - 0.5 - first) * cell;
    const half = (DIGIT * `${at}`.length) / 2;
    const middle = Math.min(box.x + box.width - half - INSET, Math.max(box.x + half + INSET, x));
    if (at <= first || at > last || middle - half < free) continue;
    surface.line([x, box.y], [x, box.y + 4], line);
    surface.text(`${at}`, middle, box.y + 15, { fill: mute, size: 11, anchor: 'middle', name: 'position' });
    free = middle + half + DIGIT;
  }
}

/**
 * The next number of the series 1, 2, 5, 10, 20, 50 and so on.
 * @param {number} least
 */
function roundStep(least) {
  const power = 10 ** Math.max(0, Math.floor(Math.log10(least)));
  return [1, 2, 5, 10].map((times) => times * power).find((step) => step >= least) ?? 10 * power;
}

/**
 * Whether letters can be read in this row.
 * @param {Box} box
 * @param {View} view
 */
export function canSpell({ width }, { first, last }) {
  return width / (last - first) >= READABLE_FROM;
}

/**
 * Nucleotides spelled out on the axis of the tracks, coloured by their weights.
 * @param {Surface} surface
 * @param {Box} box
 * @param {View} view
 * @param {string} sequence
 * @param {Scaled} weights
 * @param {Theme} theme
 */
export function drawSpelled(surface, box, view, sequence, { values, top }, { ink }) {
  const cell = box.width / (view.last - view.first);
  drawWeights(surface, box, view, { values, top });
  const size = Math.min(16, cell * 1.5);
  for (let i = Math.floor(view.first); i < Math.min(sequence.length, Math.ceil(view.last)); i += 1) {
    const x = box.x + (i - view.first + 0.5) * cell;
    if (x < box.x + cell / 4 || x > box.x + box.width - cell / 4) continue;
    const fill = Number.isNaN(values[i]) ? ink : inkOn(values[i] / top);
    surface.text(sequence[i], x, box.y + box.height / 2 + size * 0.36, {
      fill,
      size,
      bold: true,
      mono: true,
      anchor: 'middle',
      name: 'nt',
    });
  }
}

/**
 * What each nucleotide adds to a score.
 * @param {Surface} surface
 * @param {Box} box
 * @param {View} view
 * @param {Scaled} contributions
 */
export function drawContributions(surface, box, view, { values, top }) {
  drawCells(surface, box, view, values.length, (from, to) => {
    const value = strongest(values, from, to);
    return Number.isNaN(value) ? null : diverging(value / top);
  });
}

/**
 * What changing each nucleotide to A, C, G or U does: four rows of cells, a dot on the letter there
 * now. Nothing where nobody has asked yet (NaN).
 * @param {Surface} surface
 * @param {Box} box
 * @param {View} view
 * @param {{ changes: ArrayLike<number>, top: number, sequence: string }} mutations changes by position and letter
 */
export function drawMutations(surface, box, view, { changes, top, sequence }) {
  const row = box.height / LETTERS.length;
  [...LETTERS].forEach((_, letter) => {
    const of = { ...box, y: box.y + letter * row, height: row - GAP };
    drawCells(surface, of, view, sequence.length, (from, to) => {
      const change = strongest(changes, LETTERS.length * from + letter, LETTERS.length * to, LETTERS.length);
      return Number.isNaN(change) ? null : diverging(change / top);
    });
  });
  const cell = box.width / (view.last - view.first);
  if (cell < MARKED_FROM) return;
  for (let i = Math.max(0, Math.floor(view.first)); i < Math.min(sequence.length, Math.ceil(view.last)); i += 1) {
    const letter = LETTERS.indexOf(sequence[i]);
    const x = box.x + (i - view.first + 0.5) * cell;
    if (letter >= 0 && !Number.isNaN(changes[LETTERS.length * i]) && x >= box.x && x <= box.x + box.width)
      surface.dot(x, box.y + (letter + 0.5) * row, 1.6, MARK);
  }
}

/**
 * A box where a motif stands.
 * @param {Surface} surface
 * @param {Box} box
 * @param {View} view
 * @param {FoundMotif} found
 * @param {Theme} theme
 */
export function drawMotif(surface, box, { first, last }, { starts, motif }, { accent }) {
  const cell = box.width / (last - first);
  const span = motif.letters.length;
  for (const start of starts) {
    if (start >= last || start + span <= first) continue;
    const x = Math.max(box.x, box.x + (start - first) * cell);
    const right = Math.min(box.x + box.width, box.x + (start + span - first) * cell - (cell > 4 ? 1 : 0));
    surface.rect({ x, y: box.y, width: Math.max(2, right - x), height: box.height }, accent);
  }
}

/**
 * Nucleotides spelled out, a cell each, in lines with the number of their first.
 * @param {Surface} surface
 * @param {{ x: number, y: number }} place
 * @param {{ cell: number, line: number, perLine: number, margin: number }} size margin: where the numbers are, to the left
 * @param {string} sequence
 * @param {Scaled} weights
 * @param {Theme} theme
 */
export function drawLetters(surface, place, { cell, line, perLine, margin }, sequence, { values, top }, theme) {
  const { ink, mute } = theme;
  for (let i = 0; i < sequence.length; i += 1) {
    const x = place.x + (i % perLine) * cell;
    const y = place.y + Math.floor(i / perLine) * line;
    const share = values[i] / top;
    if (i % perLine === 0) surface.text(`${i + 1}`, place.x - margin, y + 14, { fill: mute, size: 12 });
    const box = { x, y, width: cell - 1, height: line - 5 };
    const isRead = !Number.isNaN(share);
    if (isRead) surface.rect(box, cividis(share));
    else drawUnread(surface, box, whole(1), [{ start: 0, end: 1 }], paler(theme));
    surface.text(sequence[i], x + (cell - 1) / 2, y + 14, {
      fill: isRead ? inkOn(share) : ink,
      mono: true,
      anchor: 'middle',
      name: 'nt',
    });
  }
}
