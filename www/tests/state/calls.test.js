// @ts-check
import { describe, expect, test } from 'vitest';
import { CallCounts, calledOf, passes, uncertainOf } from '../../src/state/calls.js';

/** @import { Row } from '../../src/engine/types/engine.js' */

const MARGIN = 0.05;
const LIMITS = { thresholds: [0.5, 0.2, 0.9], margin: MARGIN };

/** @param {Partial<Row>} about @returns {Row} */
function row(about) {
  return {
    index: 0,
    id: 'hsa-let-7a',
    length: 22,
    probabilities: [0, 0, 0],
    called: [],
    uncertain: [],
    unreadable: false,
    notes: [],
    renamed: null,
    ...about,
  };
}

/** @param {Partial<Row>} about @param {string} kind @param {string} [text] */
function kept(about, kind, text = '') {
  return passes({ text, kind }, LIMITS)?.(row(about));
}

test('a compartment is called from its threshold on, that included', () => {
  expect(calledOf(row({ probabilities: [0.5, 0.1999, 0.95] }), LIMITS)).toEqual([0, 2]);
  expect(calledOf(row({ probabilities: [0.49, 0.19, 0.89] }), LIMITS)).toEqual([]);
});

test('a probability is uncertain within the margin on both sides of its threshold', () => {
  const near = row({ probabilities: [0.5 - 0.9 * MARGIN, 0.2 + 0.9 * MARGIN, 0.9 - 1.1 * MARGIN] });
  expect(uncertainOf(near, LIMITS)).toEqual([0, 1]);
});

test('nothing is called or uncertain if nothing of the RNA could be read', () => {
  const unreadable = row({ probabilities: [0.5, 0.9, 0.95], unreadable: true });
  expect(calledOf(unreadable, LIMITS)).toEqual([]);
  expect(uncertainOf(unreadable, LIMITS)).toEqual([]);
  expect(passes({ text: '', kind: '1' }, LIMITS)?.(unreadable)).toBe(false);
});

test('calls are counted over the whole run, and rows that come later are added', () => {
  const counts = new CallCounts(LIMITS);
  const rows = [row({ probabilities: [0.6, 0.3, 0] }), row({ probabilities: [0.47, 0, 0] })];
  counts.add(rows);
  rows.push(row({ probabilities: [0.7, 0, 0], warnings: [{ kind: 'length', message: 'long' }] }));
  rows.push(row({ probabilities: [0.9, 0.9, 0.95], unreadable: true }));
  counts.add(rows);
  const { called, none, uncertain, warned } = counts;
  expect({ called, none, uncertain, warned }).toEqual({ called: [2, 1, 0], none: 2, uncertain: 1, warned: 1 });
});

describe('the filter of the table', () => {
  test('is none where every row passes', () => {
    expect(passes({ text: '  ', kind: 'all' }, LIMITS)).toBeNull();
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
