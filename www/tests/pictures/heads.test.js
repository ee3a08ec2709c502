// @ts-check
import { expect, test } from 'vitest';
import { headNote, topsOf } from '../../src/pictures/heads.js';
import { factsOf } from '../../src/pictures/nucleotide-readout.js';

const PEAK = { compartment: 'Nucleus', weights: Float32Array.of(0.1, 0.1, 0.7, 0.1, 0), is_even: false };
const EVEN = { compartment: 'Cytosol', weights: Float32Array.of(0.25, 0.3, 0.25, 0.2, 0), is_even: true };
const EXPLAINED = /** @type {any} */ ({ sequence: 'ACGUA', read: [{ start: 0, end: 4 }], heads: [PEAK, EVEN] });

test('a row that stands out says by how much, and an even one that nothing does', () => {
  expect(headNote(EXPLAINED, PEAK)).toBe('up to 2.8 × uniform');
  expect(headNote(EXPLAINED, EVEN)).toBe('even: nothing stands out');
});

test('the colours of an even row end far above its weights, and those of others at their highest', () => {
  expect(topsOf(EXPLAINED, 'row').map((top) => top.toFixed(2))).toEqual(['0.70', '0.75']);
  expect(topsOf(EXPLAINED, 'common').map((top) => top.toFixed(2))).toEqual(['0.75', '0.75']);
});

test('every number of a nucleotide has its place, known or not', () => {
  const gradients = {
    compartment: 'Nucleus',
    values: Float32Array.of(0, 0, -0.0004, 0, 0),
    top: 1,
    padding: 0,
    ends: [],
  };
  const changes = new Float32Array(20).fill(NaN);
  changes.set([0.5, -0.25, 0, 0.0003], 8);
  const mutations = { compartment: 'Nucleus', changes, top: 1, most: 1, known: 1 };
  const known = { head: 0, gradients, mutations };
  const names = ['Nucleotide', 'Attention, Nucleus', 'Adds to the score, Nucleus', 'Change if it were, Nucleus'];
  for (const position of [null, 1, 3, 5])
    expect(factsOf(EXPLAINED, known, position).map(([name]) => name)).toEqual(names);
  expect(factsOf(EXPLAINED, known, 3).map(([, value]) => value)).toEqual([
    '3 G',
    '2.8 × uniform (0.700)',
    '−0.00040',
    'A +0.500, C −0.250, U +0.00030',
  ]);
  expect(factsOf(EXPLAINED, known, 5).map(([, value]) => value)).toEqual(['5 A', 'not read', '0', '–']);
  expect(factsOf(EXPLAINED, known, null).map(([, value]) => value)).toEqual(['–', '–', '–', '–']);
});
