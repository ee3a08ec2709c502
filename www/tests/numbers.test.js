// @ts-check
import { expect, test } from 'vitest';
import { duration, plural, size } from '../src/numbers.js';

test('sizes have the unit that fits', () => {
  expect([999, 1000, 1_234_567].map(size)).toEqual(['999 B', '1.0 kB', '1.2 MB']);
});

test('durations have the unit that fits', () => {
  expect([999.4, 1500, 89_999, 90_000, 3_600_000].map(duration)).toEqual([
    '999 ms',
    '1.5 s',
    '90.0 s',
    '2 min',
    '60 min',
  ]);
});

test('a number is written with its noun', () => {
  expect(plural(1, 'RNA')).toBe('1 RNA');
  expect(plural(0, 'RNA')).toBe('0 RNAs');
  expect(plural(12_345, 'match', 'matches')).toBe('12,345 matches');
});
