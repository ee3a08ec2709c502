// @ts-check
/** Looks at the beginning of an input: what kind of RNAs there are, and about how many. */

import { isTrap } from '../trap.js';
import { message } from '../words.js';

/** @import { Window } from '../types/core.js' */
/** @import { Source } from '../types/engine.js' */
/** @import { Peek } from '../types/engine.js' */
/** @import { Pool } from './pool.js' */
/** @import { Reading } from './read.js' */

/** Records of each source that are looked at: many, because what was read of a file ends with a block, not with a record. */
const RECORDS = 16_384;

/**
 * @param {Pool<Reading>} pool
 * @param {Source[]} sources
 * @returns {Promise<Peek>}
 */
export async function peek(pool, sources) {
  /** @type {number[]} */
  const lengths = [];
  /** @type {Map<string, number>} */
  const notes = new Map();
  let records = 0;
  let nucleotides = 0;
  let whole = true;
  let problems = 0;
  let problem = '';
  for (const { name, content, size } of sources) {
    const {
      batches,
      problems: bad,
      notes: counts,
      bytes_read,
      done,
    } = await pool.ask((worker) => worker.peek(content, RECORDS)).catch(unread);
    const items = batches.flat();
    // What was not looked at is taken to be like what was.
    const times = done || bytes_read === 0 ? 1 : size / bytes_read;
    whole &&= done;
    problems += bad.length;
    if (bad.length > 0) problem ||= `${name && `${name}: `}${bad[0].message}`;
    records += items.length * times;
    for (const { note, count } of counts) notes.set(note, (notes.get(note) ?? 0) + count);
    for (const { sequence } of items) {
      lengths.push(sequence.length);
      nucleotides += sequence.length * times;
    }
  }
  lengths.sort((a, b) => a - b);
  return {
    records: Math.round(records),
    whole,
    shortest: lengths[0] ?? 0,
    median: lengths[lengths.length >> 1] ?? 0,
    longest: lengths.at(-1) ?? 0,
    nucleotides,
    problems,
    problem,
    looked: lengths.length,
    notes: [...notes].map(([note, count]) => ({ note, count })),
  };
}

/**
 * What is known of an input that cannot be read.
 * @param {unknown} error
 * @returns {Window}
 */
function unread(error) {
  if (isTrap(error)) throw error;
  const problem = { index: 0, line: null, record: null, message: message(error), fatal: true };
  return { batches: [], problems: [problem], notes: [], bytes_read: 0, done: true };
}
