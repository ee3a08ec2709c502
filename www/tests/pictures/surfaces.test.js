// @ts-check
import { describe, expect, test } from 'vitest';
import {
  drawContributions,
  drawLetters,
  drawMotif,
  drawMutations,
  drawPositions,
  drawSpelled,
  drawUnread,
  drawWeights,
  whole,
} from '../../src/pictures/rows.js';
import { PAPER } from '../../src/pictures/theme.js';
import { inSvg, onCanvas } from './recording.js';

/** @import { Surface } from '../../src/pictures/surface.js' */

const BOX = { x: 10, y: 20, width: 300, height: 40 };
const LENGTH = 30;
const SEQUENCE = 'ACGUN'.repeat(LENGTH / 5);
const WEIGHTS = Float32Array.from({ length: LENGTH }, (_, i) => (i * 7) % LENGTH);
const CHANGES = Float32Array.from({ length: 4 * LENGTH }, (_, i) => (i < 60 ? Math.sin(i) : NaN));
const MOTIF = { motif: { name: 'two', letters: 'GU', about: '' }, starts: [2, 28], expected: 1, attention: 1 };
const PART = { first: 3.4, last: 21.9 };

/** @type {Record<string, (surface: Surface) => void>} */
const PICTURES = {
  weights: (surface) => drawWeights(surface, BOX, whole(LENGTH), { values: WEIGHTS, top: LENGTH }),
  'weights of a part': (surface) => drawWeights(surface, BOX, PART, { values: WEIGHTS, top: LENGTH }),
  'weights of a long RNA': (surface) =>
    drawWeights(surface, BOX, whole(5000), {
      values: Float32Array.from({ length: 5000 }, (_, i) => Math.abs(Math.sin(i))),
      top: 1,
    }),
  contributions: (surface) =>
    drawContributions(surface, BOX, PART, { values: WEIGHTS.map((weight) => weight - 15), top: 15 }),
  mutations: (surface) => drawMutations(surface, BOX, whole(LENGTH), { changes: CHANGES, top: 1, sequence: SEQUENCE }),
  unread: (surface) => drawUnread(surface, BOX, PART, [{ start: 0, end: 9 }], PAPER),
  positions: (surface) => drawPositions(surface, BOX, PART, PAPER),
  spelled: (surface) => drawSpelled(surface, BOX, PART, SEQUENCE, { values: WEIGHTS, top: LENGTH }, PAPER),
  motif: (surface) => drawMotif(surface, BOX, whole(LENGTH), MOTIF, PAPER),
  letters: (surface) =>
    drawLetters(
      surface,
      BOX,
      { cell: 15, line: 24, perLine: 20, margin: 8 },
      SEQUENCE,
      { values: WEIGHTS, top: LENGTH },
      PAPER,
    ),
  'an outline and a line': (surface) => {
    surface.outline(BOX, '#ffffff', 2);
    surface.line([1, 2], [3.456, 4], '#000000');
  },
  'tall letters': (surface) => surface.text('A', 4, 90, { fill: '#123456', size: 14, stretch: 3.25, anchor: 'middle' }),
};

describe('a picture leaves the same marks on a canvas and in a file', () => {
  test.each(Object.entries(PICTURES))('%s', (_name, draw) => {
    const marks = onCanvas(draw);
    expect(marks.length).toBeGreaterThan(0);
    for (const { numbers } of marks) expect(numbers.every(Number.isFinite)).toBe(true);
    expect(inSvg(draw)).toEqual(marks);
  });
});

test('words are set as they are: nothing in them is read as SVG', () => {
  const words = '<b> & "x"';
  expect(inSvg((surface) => surface.text(words, 1, 2))[0].words).toBe('&#60;b&#62; &#38; &#34;x&#34;');
  expect(onCanvas((surface) => surface.text(words, 1, 2))[0].words).toBe(words);
});
