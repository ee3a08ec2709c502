// @ts-check
import { describe, expect, test, vi } from 'vitest';
import { estimate, likelyClasses, suggestions } from '../../src/state/peeking.js';

/** @import { ModelInfo } from '../../src/engine/types/core.js' */
/** @import { Peek } from '../../src/engine/types/engine.js' */
/** @import { ModelEntry } from '../../src/types/page.js' */

const { pace, isOpenModel } = vi.hoisted(() => ({
  pace: vi.fn(async () => 0.5),
  isOpenModel: vi.fn(async () => true),
}));
vi.mock('../../src/state/engine.js', () => ({
  engine: { workers: 4, predictor: { ask: (/** @type {Function} */ work) => work({ pace }) } },
}));
vi.mock('../../src/state/models.js', () => ({ isOpenModel }));

/** @param {Partial<Peek>} about @returns {Peek} */
function peek(about) {
  return {
    records: 10,
    whole: true,
    shortest: 20,
    median: 22,
    longest: 24,
    nucleotides: 220,
    problems: 0,
    problem: '',
    looked: 10,
    notes: [],
    ...about,
  };
}

/** @param {string} name @param {string | null} rna_class @param {string | null} species @returns {ModelEntry} */
function entry(name, rna_class, species) {
  return { name, rna_class, species, compartments: [], summary: '', origin: 'site' };
}

const ENTRIES = [
  entry('human-mirna', 'miRNA', 'human'),
  entry('human-lncrna', 'lncRNA', 'human'),
  entry('mouse-mirna', 'miRNA', 'mouse'),
  entry('mouse-lncrna', 'lncRNA', 'mouse'),
  entry('own', null, null),
];

describe('another model is suggested', () => {
  test('by the length of half of the RNAs', () => {
    expect([22, 130, 2000].map((median) => likelyClasses(peek({ median }))[0])).toEqual(['miRNA', 'snoRNA', 'mRNA']);
  });

  test('of the same species where there is one', () => {
    expect(suggestions(peek({ median: 22 }), ENTRIES, 'mouse-lncrna')).toEqual([
      { model: 'mouse-mirna', rnaClass: 'miRNA' },
    ]);
    const withMrna = [...ENTRIES, entry('human-mrna', 'mRNA', 'human')];
    expect(suggestions(peek({ median: 2000 }), withMrna, 'mouse-mirna')).toEqual([
      { model: 'human-mrna', rnaClass: 'mRNA' },
      { model: 'mouse-lncrna', rnaClass: 'lncRNA' },
    ]);
  });

  test('not where the chosen one fits, where its class is unknown, or where no RNA was read', () => {
    expect(suggestions(peek({ median: 22 }), ENTRIES, 'human-mirna')).toEqual([]);
    // A precursor of a miRNA is as long as a snoRNA.
    expect(suggestions(peek({ median: 80 }), ENTRIES, 'human-mirna')).toEqual([]);
    expect(suggestions(peek({ median: 2000 }), ENTRIES, 'own')).toEqual([]);
    expect(suggestions(peek({ median: 2000, looked: 0 }), ENTRIES, 'human-mirna')).toEqual([]);
  });
});

test('the time of a prediction counts what the model reads, over all workers, and times a model once', async () => {
  const info = /** @type {ModelInfo} */ ({ fixed_length: 100 });
  expect(await estimate('m', info, peek({ records: 10, nucleotides: 220 }))).toBeCloseTo((220 * 0.5) / 4);
  expect(await estimate('m', info, peek({ records: 10, nucleotides: 50_000 }))).toBeCloseTo((10 * 100 * 0.5) / 4);
  expect(pace).toHaveBeenCalledTimes(1);
  isOpenModel.mockResolvedValueOnce(false);
  expect(await estimate('m', info, peek({}))).toBeNull();
});
