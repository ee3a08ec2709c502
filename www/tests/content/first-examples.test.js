// @ts-check
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { exampleFor } from '../../src/content/examples.js';
import { FIRST_EXAMPLES, KNOWN_PLACES, weightsOf } from '../../src/content/first-examples.js';
import { unreadOf } from '../../src/pictures/attention-strip.js';

const ROOT = new URL('../../../', import.meta.url);

/** @type {{ name: string, file: string, rna_class: string, compartments: string[] }[]} */
const MODELS = JSON.parse(readFileSync(new URL('models/index.json', ROOT), 'utf8')).models;

test('there is one for each class of RNA', () => {
  expect(FIRST_EXAMPLES.map(({ rna_class: rnaClass }) => rnaClass)).toEqual(['miRNA', 'snoRNA', 'lncRNA', 'mRNA']);
});

describe.each(FIRST_EXAMPLES)('the example of $rna_class', (example) => {
  const model = MODELS.find(({ name }) => name === example.model.name);

  test('was computed with the model that is shipped; if not, run scripts/examples.sh', () => {
    const bytes = readFileSync(new URL(`models/${model?.file}`, ROOT));
    expect(createHash('sha256').update(bytes).digest('hex')).toMatch(new RegExp(`^${example.model.hash}`));
    expect(model?.rna_class).toBe(example.rna_class);
    expect(example.compartments.map(({ name }) => name)).toEqual(model?.compartments);
  });

  test('is an RNA of the example that the page fills in', () => {
    const record = exampleFor(example.rna_class)
      .split(/^>/m)
      .find((one) => one.split(/\s/)[0] === example.id);
    const sequence = record?.split('\n').slice(1).join('') ?? '';
    expect(sequence).toHaveLength(example.length);
    if (example.sequence) expect(example.sequence).toBe(sequence);
    expect(KNOWN_PLACES[example.id]).toBeTruthy();
  });

  test('is small, and its parts agree with one another', () => {
    expect(JSON.stringify(example).length).toBeLessThan(8000);
    for (const { probability, threshold, called } of example.compartments)
      if (Math.abs(probability - threshold) > 1e-4) expect(called).toBe(probability > threshold);
    const { compartment, steps } = example.attention;
    const likeliest = [...example.compartments].sort((a, b) => b.probability - a.probability)[0];
    expect(compartment).toBe(likeliest.name);
    const weights = weightsOf(steps);
    expect(weights).toHaveLength(example.length);
    const read = weights.filter((weight) => !Number.isNaN(weight));
    // Multiples of uniform attention are 1 on average.
    expect(read.reduce((sum, weight) => sum + weight, 0) / read.length).toBeCloseTo(1, 1);
  });
});

test('weights are spread over the nucleotides; a stretch without any was not read', () => {
  const weights = weightsOf([2, 0, 3, 1.5, 5, 0.25, 6, 0]);
  expect([...weights]).toEqual([NaN, NaN, 1.5, 0.25, 0.25, NaN]);
  expect(unreadOf(weights)).toEqual([
    { start: 0, end: 2 },
    { start: 5, end: 6 },
  ]);
});
