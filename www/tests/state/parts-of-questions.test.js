// @ts-check
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Gradients } from '../../src/state/gradients.js';
import { Mutagenesis } from '../../src/state/mutagenesis.js';
import { Survey } from '../../src/state/survey.js';

const { study } = vi.hoisted(() => ({ study: vi.fn() }));
vi.mock('../../src/state/engine.js', () => ({ WORKERS: 2 }));
vi.mock('../../src/state/study.js', () => ({ study }));

beforeEach(() => study.mockReset());

describe('mutagenesis', () => {
  /** A change that tells its position, letter and compartment. */
  const change = (/** @type {number} */ position, /** @type {number} */ letter, /** @type {number} */ compartment) =>
    position + letter / 10 - 100 * compartment;

  beforeEach(() =>
    study.mockImplementation(async (_question, _row, start, end) => ({
      start,
      end,
      reference: Float32Array.of(0.5, 0.5),
      changes: Float32Array.from({ length: (end - start) * 8 }, (_, i) =>
        change(start + Math.floor(i / 8), Math.floor((i % 8) / 2), i % 2),
      ),
    })),
  );

  test('puts every change at its compartment, position and letter', async () => {
    const mutagenesis = new Mutagenesis(0, 'ACGUACGUACGUACGUACGUACGU', 2, () => undefined);
    await mutagenesis.run(4, 20);
    expect(mutagenesis.changes[0][4 * 4 + 2]).toBeCloseTo(change(4, 2, 0));
    expect(mutagenesis.changes[1][4 * 19 + 3]).toBeCloseTo(change(19, 3, 1));
    expect(mutagenesis.changes[0][4 * 3]).toBeNaN();
    expect(mutagenesis.tops[0]).toBeCloseTo(change(19, 3, 0));
    expect(mutagenesis.tops[1]).toBeCloseTo(96);
  });

  test('asks only about what is not known yet, and writes in the order of the RNA', async () => {
    const mutagenesis = new Mutagenesis(7, 'A'.repeat(24), 2, () => undefined);
    await mutagenesis.run(10, 14);
    study.mockClear();
    await mutagenesis.run(8, 16);
    const asked = study.mock.calls.flatMap(([, , start, end]) =>
      Array.from({ length: end - start }, (_, i) => start + i),
    );
    expect(asked.toSorted((a, b) => a - b)).toEqual([8, 9, 14, 15]);
    await mutagenesis.tsv();
    const [question, row, parts] = study.mock.lastCall ?? [];
    expect([question, row]).toEqual(['mutationsTsv', 7]);
    expect(parts.map((/** @type {{ start: number }} */ part) => part.start)).toEqual([8, 10, 14]);
  });
});

describe('integrated gradients', () => {
  beforeEach(() =>
    study.mockImplementation(async (question, _row, _compartment, start, end) => {
      if (question === 'gradientPoints') return 9;
      return {
        start,
        end,
        nucleotides: Float32Array.of(end - start, -(end - start), 0),
        padding: 0.5 * (end - start),
        ends: start === 0 ? Float32Array.of(-1, 2) : null,
      };
    }),
  );

  test('are the sum over all points', async () => {
    const gradients = new Gradients(0, 1, 3, () => undefined);
    expect(gradients.complete).toBe(false);
    await gradients.run();
    expect(gradients.complete).toBe(true);
    expect([...gradients.values]).toEqual([9, -9, 0]);
    expect(gradients).toMatchObject({ padding: 4.5, top: 9, ends: Float32Array.of(-1, 2) });
  });

  test('add no point twice when they are asked for again', async () => {
    const gradients = new Gradients(0, 1, 3, () => undefined);
    await gradients.run();
    await gradients.run();
    expect([...gradients.values]).toEqual([9, -9, 0]);
  });
});

describe('a survey', () => {
  beforeEach(() =>
    study.mockImplementation(async (question, batch, _k, _thresholds, before) =>
      question === 'survey' ? `${before ?? ''}[${batch.length}]` : [],
    ),
  );

  test('takes rows evenly where there are too many', () => {
    expect(new Survey(900, 4, [], () => undefined).rows).toHaveLength(900);
    const { rows } = new Survey(2500, 4, [], () => undefined);
    expect(rows).toHaveLength(834);
    expect([rows[0], rows[1], rows.at(-1)]).toEqual([0, 3, 2499]);
  });

  test('goes on from what the batches before it found', async () => {
    const survey = new Survey(70, 4, [0.5], () => undefined);
    expect(await survey.tsv()).toBe('');
    await survey.run();
    expect(survey).toMatchObject({ state: '[32][32][6]', done: 70, running: false });
  });

  test('asks no more after a stop, and keeps what is known', async () => {
    const survey = new Survey(70, 4, [0.5], () => survey.stop());
    await survey.run();
    expect(survey).toMatchObject({ state: '[32]', done: 32, running: false });
  });
});
