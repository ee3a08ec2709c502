// @ts-check
import { expect, test } from 'vitest';
import { laidOut, unreadLaidOut } from '../../src/pictures/aligned-tracks.js';

const STRETCHES = [
  { same: true, first: { start: 0, end: 2 }, second: { start: 0, end: 2 } },
  { same: false, first: { start: 2, end: 3 }, second: { start: 2, end: 5 } },
  { same: true, first: { start: 3, end: 4 }, second: { start: 5, end: 6 } },
];

test('two RNAs are laid out over their alignment, with gaps where one has no nucleotide', () => {
  expect([...laidOut(Float32Array.of(1, 2, 3, 4), STRETCHES, 'first')]).toEqual([1, 2, 3, NaN, NaN, 4]);
  expect([...laidOut(Float32Array.of(1, 2, 3, 4, 5, 6), STRETCHES, 'second')]).toEqual([1, 2, 3, 4, 5, 6]);
});

test('what only the first RNA has leaves a gap in the second', () => {
  const stretches = [{ same: false, first: { start: 0, end: 2 }, second: { start: 0, end: 0 } }];
  expect([...laidOut(Float32Array.of(1, 2), stretches, 'first')]).toEqual([1, 2]);
  expect([...laidOut(new Float32Array(), stretches, 'second')]).toEqual([NaN, NaN]);
});

test('what was not read is at its place in the alignment', () => {
  const second = /** @type {any} */ ({ sequence: 'ACGUAC', read: [{ start: 1, end: 5 }] });
  expect(unreadLaidOut(second, STRETCHES, 'second')).toEqual([
    { start: 0, end: 1 },
    { start: 5, end: 6 },
  ]);
  const first = /** @type {any} */ ({ sequence: 'ACGU', read: [{ start: 0, end: 3 }] });
  // After the gap.
  expect(unreadLaidOut(first, STRETCHES, 'first')).toEqual([{ start: 5, end: 6 }]);
});
