// @ts-check
import { expect, test } from 'vitest';
import { peek } from '../../src/engine/workers/peek.js';

/** @param {number[]} lengths */
const batch = (lengths) => lengths.map((length) => ({ sequence: 'A'.repeat(length) }));

/**
 * What one source begins with.
 * @param {object} about
 */
const begun = (about) => ({ batches: [], problems: [], notes: [], bytes_read: 100, done: true, ...about });

/**
 * Peeks at sources of 1,000 bytes that begin like this.
 * @param {object[]} beginnings
 */
function peekAt(...beginnings) {
  const pool = { ask: (/** @type {any} */ work) => work({ peek: async (/** @type {any} */ content) => content }) };
  const sources = beginnings.map((content) => ({ name: '', content, size: 1000 }));
  return peek(/** @type {any} */ (pool), /** @type {any} */ (sources));
}

test('an input that was read to its end is counted', async () => {
  const found = await peekAt(begun({ batches: [batch([30, 20]), batch([10])], problems: [{ message: 'line 1' }] }));
  expect(found).toEqual({
    records: 3,
    whole: true,
    shortest: 10,
    median: 20,
    longest: 30,
    nucleotides: 60,
    problems: 1,
    problem: 'line 1',
    looked: 3,
    notes: [],
  });
});

test('what was not looked at is taken to be like what was', async () => {
  const found = await peekAt(begun({ batches: [batch([20, 10])], done: false }), begun({ batches: [batch([40])] }));
  expect(found).toMatchObject({ records: 21, whole: false, nucleotides: 340, looked: 3, longest: 40 });
});

test('notes are added up by kind over all sources', async () => {
  const notes = [
    { note: 'T read as U', count: 2 },
    { note: 'gap or end marks left out', count: 1 },
  ];
  const found = await peekAt(begun({ notes }), begun({ notes: notes.slice(0, 1) }));
  expect(found.notes).toEqual([
    { note: 'T read as U', count: 4 },
    { note: 'gap or end marks left out', count: 1 },
  ]);
});

test('an input without a readable record has no lengths', async () => {
  expect(await peekAt(begun({ problems: [{ message: 'line 1' }] }))).toMatchObject({
    records: 0,
    problem: 'line 1',
    shortest: 0,
    median: 0,
    longest: 0,
  });
});
