// @ts-check
import { expect, test } from 'vitest';
import { DIVERGING, GRADIENT, cividis, diverging, inkOn } from '../../src/pictures/scales.js';
import { highest, peak, signed, significant, strongest, unread, weightsRead } from '../../src/pictures/values.js';

test('the strongest number is the farthest from 0 of those that are known', () => {
  expect(strongest([1, -3, 2], 0, 3)).toBe(-3);
  expect(strongest([1, -3, 2], 2, 3)).toBe(2);
  expect(strongest([NaN, 0.5, NaN], 0, 3)).toBe(0.5);
  expect(strongest([NaN, NaN], 0, 2)).toBeNaN();
  expect(strongest([0, 9, 9, 9, -1, 9, 9, 9], 0, 8, 4)).toBe(-1);
});

test('the highest number is of all lists, and 1 where none is above 0', () => {
  expect(
    highest([
      [1, 5],
      [7, NaN],
    ]),
  ).toBe(7);
  expect(highest([[0], []])).toBe(1);
});

test('the peak is counted from 1, the first of equals', () => {
  expect(peak([0, 4, 4])).toBe(2);
  expect(peak([3])).toBe(1);
});

test('a number is written with its sign, and never as 0 with one', () => {
  expect([0.1234, -2, 0, 0.00042, -0.0098, 1e-9].map(signed)).toEqual([
    '+0.123',
    '−2.000',
    '0',
    '+0.00042',
    '−0.0098',
    '0',
  ]);
});

test('the end of a scale has two significant digits', () => {
  expect([0.0046, 5.23, 12.3, 149.6, 0.000031, 2e-7, 0].map(significant)).toEqual([
    '0.0046',
    '5.2',
    '12',
    '150',
    '0.000031',
    '0',
    '0',
  ]);
});

test('what was not read is known, and has no weight', () => {
  const sequence = 'ACGUACGUAC';
  const parts = [
    { start: 2, end: 4 },
    { start: 6, end: 9 },
  ];
  expect(unread({ read: parts, sequence })).toEqual([
    { start: 0, end: 2 },
    { start: 4, end: 6 },
    { start: 9, end: 10 },
  ]);
  expect(unread({ read: [{ start: 0, end: 10 }], sequence })).toEqual([]);
  const weights = weightsRead(new Float32Array(10), { read: parts, sequence });
  expect([...weights].flatMap((weight, i) => (Number.isNaN(weight) ? [] : [i]))).toEqual([2, 3, 6, 7, 8]);
});

test('the scales begin and end with their colours and hold numbers beyond them', () => {
  expect([cividis(0), cividis(1), cividis(-3), cividis(8)]).toEqual([
    'rgb(0,34,78)',
    'rgb(254,232,56)',
    'rgb(0,34,78)',
    'rgb(254,232,56)',
  ]);
  expect([diverging(-1), diverging(0), diverging(1), diverging(2)]).toEqual([
    'rgb(5,60,124)',
    'rgb(240,240,238)',
    'rgb(122,8,34)',
    'rgb(122,8,34)',
  ]);
  for (const [gradient, ends] of [
    [GRADIENT, [cividis(0), cividis(1)]],
    [DIVERGING, [diverging(-1), diverging(1)]],
  ])
    for (const end of ends) expect(gradient).toContain(end);
});

test('letters read on every cell: their lightness and the cell’s are far apart', () => {
  const light = (/** @type {string} */ colour) => {
    const [red, green, blue] =
      (colour.startsWith('#')
        ? colour.match(/[0-9a-f]{2}/g)?.map((two) => parseInt(two, 16))
        : colour.match(/\d+/g)?.map(Number)) ?? [];
    const linear = [red, green, blue].map((channel) =>
      channel / 255 <= 0.04045 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  for (let share = 0; share <= 1; share += 0.01) {
    const [dark, bright] = [light(cividis(share)), light(inkOn(share))].sort((a, b) => a - b);
    expect((bright + 0.05) / (dark + 0.05)).toBeGreaterThan(3);
  }
});
