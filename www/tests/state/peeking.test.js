// @ts-check
import { describe, expect, test, vi } from 'vitest';
import { classModels } from '../../src/state/class-models.js';
import { estimate, offersFor, suggestions } from '../../src/state/peeking.js';

/** @import { ModelInfo, Peek } from '../../src/engine/types/core.js' */
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
    classes: [],
    commonest: null,
    frames: null,
    mixture: null,
    ...about,
  };
}

/** An input most of whose RNAs are likely to be of one class. @param {string} rna_class */
function peekOf(rna_class) {
  const suitable = { snoRNA: ['snoRNA', 'miRNA'] }[rna_class] ?? [rna_class];
  const candidates = { mRNA: ['mRNA', 'lncRNA'], lncRNA: ['lncRNA', 'mRNA'] }[rna_class] ?? [rna_class];
  return peek({ classes: [{ rna_class, count: 10, suitable, candidates }], commonest: rna_class });
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

const MRNA = entry('human-mrna', 'mRNA', 'human');

describe('another model is suggested', () => {
  test('of the same species where there is one', () => {
    expect(suggestions(peekOf('miRNA'), ENTRIES, 'mouse-lncrna')).toEqual([
      { model: 'mouse-mirna', rnaClass: 'miRNA' },
    ]);
    expect(suggestions(peekOf('mRNA'), [...ENTRIES, MRNA], 'mouse-mirna')).toEqual([
      { model: 'human-mrna', rnaClass: 'mRNA' },
      { model: 'mouse-lncrna', rnaClass: 'lncRNA' },
    ]);
  });

  test('of the likelier class first, and without the one that is chosen', () => {
    const names = (/** @type {string} */ rnaClass, /** @type {string} */ chosen) =>
      suggestions(peekOf(rnaClass), [...ENTRIES, MRNA], chosen).map(({ model }) => model);
    expect(names('lncRNA', 'human-mirna')).toEqual(['human-lncrna', 'human-mrna']);
    expect(names('lncRNA', 'human-mrna')).toEqual(['human-lncrna']);
    expect(names('mRNA', 'human-lncrna')).toEqual(['human-mrna']);
    expect(names('mRNA', 'human-mrna')).toEqual([]);
  });

  test('not where the chosen one suits them, where its class is unknown, or where no RNA was read', () => {
    expect(suggestions(peekOf('miRNA'), ENTRIES, 'human-mirna')).toEqual([]);
    expect(suggestions(peekOf('snoRNA'), ENTRIES, 'human-mirna')).toEqual([]);
    expect(suggestions(peekOf('mRNA'), ENTRIES, 'own')).toEqual([]);
    expect(suggestions(peek({ looked: 0 }), ENTRIES, 'human-mirna')).toEqual([]);
  });
});

describe('a model for each class is offered', () => {
  const mixed = peek({
    classes: [...peekOf('miRNA').classes, ...peekOf('mRNA').classes],
    commonest: 'miRNA',
    mixture: 'these look like 10 miRNAs, 10 mRNAs',
  });

  test('for lengths of several classes, instead of another model', () => {
    expect(offersFor(mixed, ENTRIES, 'human-mirna')).toEqual({ mixture: mixed.mixture, better: [] });
    expect(offersFor(mixed, ENTRIES, 'human-lncrna')).toEqual({ mixture: mixed.mixture, better: [] });
  });

  test('not if the chosen model suits all of them, or is of no known class', () => {
    const small = peek({ ...mixed, classes: [...peekOf('miRNA').classes, ...peekOf('snoRNA').classes] });
    expect(offersFor(small, ENTRIES, 'human-mirna')).toEqual({ mixture: null, better: [] });
    expect(offersFor(mixed, ENTRIES, 'own')).toEqual({ mixture: null, better: [] });
    expect(offersFor(peekOf('mRNA'), ENTRIES, 'human-mirna').mixture).toBeNull();
  });

  test('of the species of the chosen model, where there is one', () => {
    expect(classModels([...ENTRIES, MRNA], 'mouse-mirna')).toEqual([
      { name: 'mouse-mirna', rna_class: 'miRNA' },
      { name: 'mouse-lncrna', rna_class: 'lncRNA' },
      { name: 'human-mrna', rna_class: 'mRNA' },
    ]);
    const another = entry('human-mirna-2', 'miRNA', 'human');
    expect(classModels([...ENTRIES, another], 'human-mirna-2')[0].name).toBe('human-mirna-2');
    expect(classModels(ENTRIES, null)).toEqual([
      { name: 'human-mirna', rna_class: 'miRNA' },
      { name: 'human-lncrna', rna_class: 'lncRNA' },
    ]);
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
