// @ts-check
/** What is drawn along an RNA: a row of cells from its first nucleotide in view to the last. */
import { cividis, diverging, inkOn } from './scales.js';
import { strongest } from './values.js';

/** @import { FoundMotif } from '../engine/types/core.js' */
/** @import { Box, Surface } from './surface.js' */
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
 * What each nucleotide adds to a score.
 * @param {Surface} surface
 * @param {Box} box
 * @param {View} view
 * @param {Scaled} contributions
 */
export function drawContributions(surface, box, view, { values, top }) {
  drawCells(surface, box, view, values.length, (from, to) => diverging(strongest(values, from, to) / top));
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
export function drawLetters(surface, place, { cell, line, perLine, margin }, sequence, { values, top }, { mute }) {
  for (let i = 0; i < sequence.length; i += 1) {
    const x = place.x + (i % perLine) * cell;
    const y = place.y + Math.floor(i / perLine) * line;
    const share = values[i] / top;
    if (i % perLine === 0) surface.text(`${i + 1}`, place.x - margin, y + 14, { fill: mute, size: 12 });
    surface.rect({ x, y, width: cell - 1, height: line - 5 }, cividis(share));
    surface.text(sequence[i], x + (cell - 1) / 2, y + 14, {
      fill: inkOn(share),
      mono: true,
      anchor: 'middle',
      name: 'nt',
    });
  }
}
