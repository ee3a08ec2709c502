// @ts-check
import { describe, expect, test } from 'vitest';
import { DOUBT, calledOf, doubtfulOf, passes } from '../../src/state/calls.js';

/** @import { Row } from '../../src/types/page.js' */

const THRESHOLDS = [0.5, 0.2, 0.9];

/** @param {Partial<Row>} about @returns {Row} */
function row(about) {
  return {
    index: 0,
    id: 'hsa-let-7a',
    length: 22,
    probabilities: [0, 0, 0],
    called: [],
    notes: [],
    renamed: null,
    ...about,
  };
}

/** @param {Partial<Row>} about @param {string} kind @param {string} [text] */
function kept(about, kind, text = '') {
  return passes({ text, kind }, THRESHOLDS)?.(row(about));
}

test('a compartment is called from its threshold on, that included', () => {
  expect(calledOf([0.5, 0.1999, 0.95], THRESHOLDS)).toEqual([0, 2]);
  expect(calledOf([0.49, 0.19, 0.89], THRESHOLDS)).toEqual([]);
});

test('a probability is uncertain within the margin on both sides of its threshold', () => {
  expect(doubtfulOf([0.5 - 0.9 * DOUBT, 0.2 + 0.9 * DOUBT, 0.9 - 1.1 * DOUBT], THRESHOLDS)).toEqual([0, 1]);
});

describe('the filter of the table', () => {
  test('is none where every row passes', () => {
    expect(passes({ text: '  ', kind: 'all' }, THRESHOLDS)).toBeNull();
  });

  test('finds a part of the name in either case', () => {
    expect(kept({}, 'all', ' LET-7 ')).toBe(true);
    expect(kept({}, 'all', 'mir-21')).toBe(false);
  });

  test('keeps the rows that are called for one compartment, and for none', () => {
    expect(kept({ probabilities: [0, 0.2, 0] }, '1')).toBe(true);
    expect(kept({ probabilities: [0.9, 0.1, 0] }, '1')).toBe(false);
    expect(kept({ probabilities: [0.4, 0.1, 0] }, 'none')).toBe(true);
    expect(kept({ probabilities: [0.6, 0.1, 0] }, 'none')).toBe(false);
  });

  test('keeps uncertain rows and rows with a warning', () => {
    expect(kept({ probabilities: [0.47, 0, 0] }, 'uncertain')).toBe(true);
    expect(kept({ probabilities: [0.3, 0, 0] }, 'uncertain')).toBe(false);
    expect(kept({ warnings: [{ kind: 'length', message: 'long' }] }, 'warned')).toBe(true);
    expect(kept({ warnings: [] }, 'warned')).toBe(false);
  });

  test('asks for both the name and the kind', () => {
    expect(kept({ probabilities: [0.6, 0, 0] }, '0', 'let')).toBe(true);
    expect(kept({ probabilities: [0.6, 0, 0] }, '0', 'other')).toBe(false);
    expect(kept({ probabilities: [0.4, 0, 0] }, '0', 'let')).toBe(false);
  });
});
