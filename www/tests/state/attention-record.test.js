// @ts-check
import { describe, expect, test } from 'vitest';
import { AttentionRecord } from '../../src/state/attention-record.js';

/** @param {number} value @param {(string | null)[]} [compartments] */
function now(value, compartments = ['Nucleus', 'Cytosol']) {
  return {
    id: 'one',
    sequence: 'ACGU',
    read: [{ start: 0, end: 4 }],
    heads: compartments.map((compartment, head) => ({
      compartment,
      weights: Float32Array.of(value, head),
      is_even: false,
    })),
  };
}

describe('the record of the attention by epoch', () => {
  test('holds a row per epoch of the head that is asked for', () => {
    const record = new AttentionRecord();
    record.add(4, 0, now(0.5));
    record.add(4, 1, now(0.25));
    expect(record.of(4)).toMatchObject({ sequence: 'ACGU', heads: ['Nucleus', 'Cytosol'] });
    expect(record.rows(4, 1).map(({ epoch, weights }) => [epoch, ...weights])).toEqual([
      [0, 0.5, 1],
      [1, 0.25, 1],
    ]);
    // A head that this RNA does not have: its last.
    expect(record.rows(4, 7)).toEqual(record.rows(4, 1));
  });

  test('names a head of all compartments', () => {
    const record = new AttentionRecord();
    record.add(0, 0, now(1, [null]));
    expect(record.of(0).heads).toEqual(['All compartments']);
  });

  test('keeps RNAs apart and knows nothing of those never looked at', () => {
    const record = new AttentionRecord();
    record.add(1, 2, now(1));
    expect(record.has(1, 2)).toBe(true);
    expect(record.has(1, 1)).toBe(false);
    expect(record.has(2, 2)).toBe(false);
    expect(record.rows(2, 0)).toEqual([]);
  });

  test('drops what came after an epoch, of every RNA', () => {
    const record = new AttentionRecord();
    for (const epoch of [0, 1, 2, 3]) for (const rna of [0, 5]) record.add(rna, epoch, now(epoch));
    record.forgetAfter(1);
    for (const rna of [0, 5]) expect(record.rows(rna, 0).map(({ epoch }) => epoch)).toEqual([0, 1]);
  });
});
