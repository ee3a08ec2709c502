// @ts-check
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Gradients } from '../../src/state/gradients.js';
import { Mutagenesis, positionsToChange } from '../../src/state/mutagenesis.js';
import { Survey } from '../../src/state/survey.js';

/** @import { Results } from '../../src/state/results.js' */

const { ask, askCore } = vi.hoisted(() => ({ ask: vi.fn(), askCore: vi.fn() }));
vi.mock('../../src/state/engine.js', () => ({ engine: { workers: 2, askCore } }));

beforeEach(() => {
  ask.mockReset();
  askCore.mockReset();
});

/**
 * Results of so many RNAs, whose model has two compartments.
 * @param {number} [count]
 */
function results(count = 1) {
  const rows = Array.from({ length: count }, (_, index) => ({ index }));
  const items = async (/** @type {number[]} */ rows) => rows;
  return /** @type {Results} */ (
    /** @type {unknown} */ ({ ask, items, rows, model: { compartments: ['Nucleus', 'Cytosol'] } })
  );
}

/** @param {number} start @param {number} end @returns {number[]} */
function range(start, end) {
  return Array.from({ length: end - start }, (_, i) => start + i);
}

/** @param {string} sequence */
function rna(sequence) {
  return { id: 'one', sequence };
}

describe('mutagenesis', () => {
  /** A change that tells its position, letter and compartment. */
  const change = (/** @type {number} */ position, /** @type {number} */ letter, /** @type {number} */ compartment) =>
    position + letter / 10 - 100 * compartment;

  beforeEach(() =>
    ask.mockImplementation(async (_method, _sequence, start, end) => ({
      start,
      end,
      reference: Float32Array.of(0.5, 0.5),
      changes: Float32Array.from({ length: (end - start) * 8 }, (_, i) =>
        change(start + Math.floor(i / 8), Math.floor((i % 8) / 2), i % 2),
      ),
    })),
  );

  test('puts every change at its compartment, position and letter', async () => {
    const mutagenesis = new Mutagenesis(results(), rna('ACGUACGUACGUACGUACGUACGU'), () => undefined);
    await mutagenesis.run(range(4, 20));
    expect(mutagenesis.changes[0][4 * 4 + 2]).toBeCloseTo(change(4, 2, 0));
    expect(mutagenesis.changes[1][4 * 19 + 3]).toBeCloseTo(change(19, 3, 1));
    expect(mutagenesis.changes[0][4 * 3]).toBeNaN();
    expect(mutagenesis.tops[0]).toBeCloseTo(change(19, 3, 0));
    expect(mutagenesis.tops[1]).toBeCloseTo(96);
  });

  test('asks only about what is not known yet, and writes in the order of the RNA', async () => {
    const mutagenesis = new Mutagenesis(results(), rna('A'.repeat(24)), () => undefined);
    await mutagenesis.run(range(10, 14));
    ask.mockClear();
    await mutagenesis.run(range(8, 16));
    const asked = ask.mock.calls.flatMap(([, , start, end]) => range(start, end));
    expect(asked.toSorted((a, b) => a - b)).toEqual([8, 9, 14, 15]);
    await mutagenesis.tsv();
    const [method, id, , parts] = ask.mock.lastCall ?? [];
    expect([method, id]).toEqual(['mutations_tsv', 'one']);
    expect(parts.map((/** @type {{ start: number }} */ part) => part.start)).toEqual([8, 10, 14]);
  });
});

describe('what a mutagenesis changes', () => {
  const read = [
    { start: 10, end: 12 },
    { start: 50, end: 53 },
  ];

  test('is all that is read, whatever is in view', () => {
    expect(positionsToChange(read, { start: 0, end: 20 })).toEqual([10, 11, 50, 51, 52]);
  });

  test('is what is read and in view of an RNA of which much is read, and never more than 2,000 nt', () => {
    const long = [{ start: 100, end: 9000 }];
    expect(positionsToChange(long, { start: 0, end: 103 })).toEqual([100, 101, 102]);
    expect(positionsToChange(long, { start: 0, end: 100 })).toEqual([]);
    expect(positionsToChange(long, { start: 0, end: 9000 })).toEqual(range(100, 2100));
  });
});

describe('integrated gradients', () => {
  beforeEach(() => {
    askCore.mockResolvedValue(9);
    ask.mockImplementation(async (_method, _sequence, _compartment, start, end) => ({
      start,
      end,
      nucleotides: Float32Array.of(end - start, -(end - start), 0),
      padding: 0.5 * (end - start),
      ends: start === 0 ? Float32Array.of(-1, 2) : null,
    }));
  });

  test('are the sum over all points', async () => {
    const gradients = new Gradients(results(), rna('ACG'), 1, () => undefined);
    expect(gradients.complete).toBe(false);
    await gradients.run();
    expect(gradients.complete).toBe(true);
    expect([...gradients.values]).toEqual([9, -9, 0]);
    expect(gradients).toMatchObject({ padding: 4.5, top: 9, ends: Float32Array.of(-1, 2) });
  });

  test('add no point twice when they are asked for again', async () => {
    const gradients = new Gradients(results(), rna('ACG'), 1, () => undefined);
    await gradients.run();
    await gradients.run();
    expect([...gradients.values]).toEqual([9, -9, 0]);
  });
});

describe('a survey', () => {
  beforeEach(() =>
    ask.mockImplementation(async (method, batch, _k, _thresholds, before) =>
      method === 'survey' ? `${before ?? ''}[${batch.length}]` : [],
    ),
  );

  test('takes rows evenly where there are too many', () => {
    expect(new Survey(results(900), 4, [], () => undefined).rows).toHaveLength(900);
    const { rows } = new Survey(results(2500), 4, [], () => undefined);
    expect(rows).toHaveLength(1000);
    expect([rows[0], rows[1], rows.at(-1)]).toEqual([0, 2, 2497]);
    expect(new Set(rows).size).toBe(1000);
  });

  test('goes on from what the batches before it found', async () => {
    const survey = new Survey(results(70), 4, [0.5], () => undefined);
    expect(await survey.tsv()).toBe('');
    await survey.run();
    expect(survey).toMatchObject({ found: '[32][32][6]', done: 70, running: false });
  });

  test('asks no more after a stop, and keeps what is known', async () => {
    const survey = new Survey(results(70), 4, [0.5], () => survey.stop());
    await survey.run();
    expect(survey).toMatchObject({ found: '[32]', done: 32, running: false });
  });
});
