// @ts-check
import { expect, test } from 'vitest';
import {
  drawCells,
  drawMotif,
  drawMutations,
  drawPositions,
  drawUnread,
  drawWeights,
  whole,
} from '../../src/pictures/rows.js';
import { cividis } from '../../src/pictures/scales.js';
import { PAPER } from '../../src/pictures/theme.js';
import { inSvg, onCanvas } from './recording.js';

const BOX = { x: 10, y: 0, width: 200, height: 20 };

test('a row covers its box from end to end, whatever the length of the RNA', () => {
  for (const length of [1, 7, 25, 200, 333, 401, 90_000]) {
    const marks = inSvg((surface) =>
      drawWeights(surface, BOX, whole(length), { values: Float32Array.from({ length }, (_, i) => i % 2), top: 1 }),
    );
    expect(marks[0].numbers[0]).toBe(BOX.x);
    const [x, , width] = marks.at(-1)?.numbers ?? [];
    expect(x + width).toBeCloseTo(BOX.x + BOX.width, 1);
    for (const { numbers } of marks) expect(numbers[0]).toBeLessThan(BOX.x + BOX.width);
  }
});

test('of a long RNA no peak is lost, and no more cells are drawn than dots', () => {
  const values = new Float32Array(90_000);
  values[12_345] = 1;
  const resolution = 3;
  const marks = onCanvas((surface) => drawWeights(surface, BOX, whole(values.length), { values, top: 1 }), resolution);
  const peaks = marks.filter(({ colour }) => colour === cividis(1));
  expect(peaks).toHaveLength(1);
  const [x, , width] = peaks[0].numbers;
  const place = BOX.x + (12_345 / values.length) * BOX.width;
  expect(x).toBeLessThanOrEqual(place);
  expect(x + width).toBeGreaterThanOrEqual(place);
  // What is left and right of the peak is one mark each.
  expect(marks).toHaveLength(3);
  const noise = onCanvas(
    (surface) =>
      drawWeights(surface, BOX, whole(values.length), {
        values: values.map((_, i) => Math.abs(Math.sin(i * i))),
        top: 1,
      }),
    resolution,
  );
  expect(noise.length).toBeLessThanOrEqual(BOX.width * resolution);
});

test('cells keep their nucleotides while the view moves', () => {
  /** @param {number} first */
  const asked = (first) => {
    /** @type {string[]} */
    const cells = [];
    onCanvas(
      (surface) =>
        drawCells(surface, BOX, { first, last: first + 2000 }, 10_000, (from, to) => {
          cells.push(`${from}-${to}`);
          return `${from}`;
        }),
      1,
    );
    return cells;
  };
  const [before, after] = [asked(1000), asked(1003.5)];
  expect(before[5]).toBe('1050-1060');
  expect(after.filter((cell) => before.includes(cell)).length).toBeGreaterThan(before.length - 3);
});

test('where a number is missing nothing is drawn', () => {
  const values = Float32Array.of(1, NaN, NaN, 1);
  const marks = inSvg((surface) => drawWeights(surface, BOX, whole(4), { values, top: 1 }));
  expect(marks.map(({ numbers }) => numbers[0])).toEqual([10, 160]);
});

test('mutagenesis has a row per letter and a dot on the letter that is there now', () => {
  const changes = Float32Array.of(0, 0.5, -1, 1, NaN, NaN, NaN, NaN);
  const marks = inSvg((surface) => drawMutations(surface, BOX, whole(2), { changes, top: 1, sequence: 'AC' }));
  const cells = marks.filter(({ kind }) => kind === 'rect');
  expect(cells.map(({ numbers }) => numbers[1])).toEqual([0, 5, 10, 15]);
  expect(cells.map(({ colour }) => colour)).toEqual([
    'rgb(240,240,238)',
    'rgb(214,96,77)',
    'rgb(5,60,124)',
    'rgb(122,8,34)',
  ]);
  expect(marks.filter(({ kind }) => kind === 'dot').map(({ numbers }) => numbers)).toEqual([[60, 2.5, 1.6]]);
});

test('a motif is drawn where it stands, as far as it is in view', () => {
  const found = { motif: { name: 'm', letters: 'GUA', about: '' }, starts: [0, 8, 30], expected: 1, attention: null };
  const marks = inSvg((surface) => drawMotif(surface, BOX, { first: 2, last: 10 }, found, PAPER));
  expect(marks.map(({ numbers }) => numbers)).toEqual([
    [10, 0, 24, 20],
    [160, 0, 50, 20],
  ]);
});

test('only what was not read is hatched, and no line leaves it', () => {
  const unread = [
    { start: 0, end: 50 },
    { start: 90, end: 100 },
  ];
  const lines = onCanvas((surface) => drawUnread(surface, BOX, whole(100), unread, PAPER));
  expect(lines.length).toBeGreaterThan(10);
  for (const { numbers } of lines) {
    const [x1, y1, x2, y2] = numbers;
    for (const y of [y1, y2]) expect(y >= BOX.y && y <= BOX.y + BOX.height).toBe(true);
    const isLeft = x1 >= 10 && x2 <= 110;
    const isRight = x1 >= 190 && x2 <= 210;
    expect(isLeft || isRight).toBe(true);
  }
  expect(onCanvas((surface) => drawUnread(surface, BOX, { first: 50, last: 90 }, unread, PAPER))).toEqual([]);
});

test('the numbers of a ruler are whole within it, apart from each other, and those of the view', () => {
  for (const [first, last] of [
    [0, 22],
    [0, 80],
    [0, 15_000],
    [700.5, 797.25],
    [14_900, 15_000],
  ]) {
    const box = { ...BOX, width: 640 };
    const numbers = onCanvas((surface) => drawPositions(surface, box, { first, last }, PAPER)).filter(
      ({ kind }) => kind === 'text',
    );
    expect(numbers.length).toBeGreaterThan(1);
    numbers.forEach(({ words = '', numbers: [x] }, i) => {
      const half = (words.length * 6.5) / 2;
      expect(x - half).toBeGreaterThanOrEqual(box.x);
      expect(x + half).toBeLessThanOrEqual(box.x + box.width);
      expect(Number(words)).toBeGreaterThan(first);
      expect(Number(words)).toBeLessThanOrEqual(last);
      if (i > 0) expect(x - numbers[i - 1].numbers[0]).toBeGreaterThan(2 * half);
    });
  }
});
