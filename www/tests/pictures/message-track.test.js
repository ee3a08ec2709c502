// @ts-check
import { expect, test } from 'vitest';
import { drawMessage, messageInWords } from '../../src/pictures/message-track.js';
import { namedParts } from '../../src/pictures/score-parts-chart.js';
import { PAPER } from '../../src/pictures/theme.js';
import { onCanvas } from './recording.js';

/** @import { Explained } from '../../src/engine/types/engine.js' */

const BOX = { x: 0, y: 0, width: 100, height: 20 };

/** A message of 100 nucleotides, the last ten of which are a tail. @type {any} */
const MESSAGE = {
  sequence: 'A'.repeat(100),
  regions: { coding: { start: 20, end: 80 }, has_stop: true, length: 90 },
  read: [
    { start: 10, end: 30 },
    { start: 70, end: 85 },
  ],
  tail: 10,
};

/** @param {Explained} explained @param {{ first: number, last: number }} view */
function drawn(explained, view) {
  return onCanvas((surface) => drawMessage(surface, BOX, view, explained, PAPER));
}

test('the regions and what was read are where they are in the RNA', () => {
  const marks = drawn(MESSAGE, { first: 0, last: 100 });
  const places = (/** @type {string} */ fill) =>
    marks
      .filter(({ kind, colour }) => kind === 'rect' && colour === fill)
      .map(({ numbers: [x, , width] }) => [x, width]);
  expect(places(PAPER.mute)).toEqual([
    [0, 20],
    [80, 10],
  ]);
  expect(places(PAPER.ink)).toEqual([[20, 60]]);
  expect(places(PAPER.accent)).toEqual([
    [10, 20],
    [70, 15],
  ]);
  const dots = marks.filter(({ kind }) => kind === 'dot');
  expect(dots.length).toBeGreaterThan(0);
  expect(dots.every(({ numbers: [x] }) => x > 90 && x < 100)).toBe(true);
});

test('what is not in view is not drawn, and what is cut by its edge ends there', () => {
  const marks = drawn(MESSAGE, { first: 40, last: 60 });
  expect(marks).toHaveLength(1);
  expect(marks[0].numbers.slice(0, 3)).toEqual([0, expect.any(Number), 100]);
});

test('a model without regions draws nothing', () => {
  expect(drawn({ ...MESSAGE, regions: null }, { first: 0, last: 100 })).toEqual([]);
});

test('a message is told in words, counted from 1', () => {
  expect(messageInWords(MESSAGE)).toBe(
    'Coding sequence at 21 to 80; read by the LSTM: 11 to 30 and 71 to 85; a poly-A tail of 10 nucleotides was cut.',
  );
  const open = { ...MESSAGE, tail: 0, regions: { ...MESSAGE.regions, has_stop: false } };
  expect(messageInWords(open)).toContain('Coding sequence at 21 to 80, without a stop codon;');
  const none = { ...MESSAGE, regions: { ...MESSAGE.regions, coding: { start: 0, end: 0 } } };
  expect(messageInWords(none)).toContain('No start codon, so no coding sequence');
});

test('the parts of a score are named with their places, the score last', () => {
  const parts = namedParts({
    score: 1,
    start: 0.5,
    reading: 0.25,
    regions: [
      { region: "5' UTR", nucleotides: { start: 0, end: 20 }, contribution: 0.25 },
      { region: 'CDS', nucleotides: { start: 0, end: 0 }, contribution: 0 },
    ],
  });
  expect(parts.map(({ name }) => name)).toEqual(['average RNA', 'k-mers read', "5' UTR, 1–20", 'CDS, none', 'score']);
  expect(parts.slice(0, -1).reduce((sum, { adds }) => sum + adds, 0)).toBe(1);
});
