// @ts-check
import { expect, test } from 'vitest';
import { exampleFor } from '../../src/content/examples.js';
import { teachingSet } from '../../src/content/teaching-set.js';

/** @param {string} fasta @returns {[string, string][]} name and sequence of each record */
function records(fasta) {
  return fasta
    .split(/^>/m)
    .slice(1)
    .map((record) => {
      const [name, ...lines] = record.trim().split('\n');
      return [name, lines.join('')];
    });
}

test('the example suits the class of the model', () => {
  expect(exampleFor('miRNA')).toContain('>hsa-let-7a-5p\nUGAGGUAGUAGGUUGUAUAGUU\n');
  expect(exampleFor('miRNA')).not.toContain('SNORD');
  expect(exampleFor('snoRNA')).not.toContain('hsa-');
  const both = exampleFor(null);
  expect(both).toContain('>SNORD13\n');
  expect(both).toContain('>hsa-miR-21-5p\n');
});

test('one of the examples is the same RNA spelt as DNA', () => {
  const named = new Map(records(exampleFor('snorna')));
  expect(named.get('SNORD3A-as-DNA')).toMatch(/^[ACGT]+$/);
  expect(named.get('SNORD3A-as-DNA')?.replaceAll('T', 'U')).toBe(named.get('SNORD3A'));
});

test('long sequences are written in lines of sixty', () => {
  expect(
    Math.max(
      ...exampleFor('snorna')
        .split('\n')
        .map((line) => line.length),
    ),
  ).toBe(60);
});

test('in the demo set the planted words decide the compartments', async () => {
  const set = records(await teachingSet().text());
  expect(set).toHaveLength(160);
  for (const [name, sequence] of set) {
    expect(sequence).toMatch(/^[ACGU]{60}$/);
    const planted = [
      ['UGAUGAGCUGA', 'Nucleolus'],
      ['CCUACCCCAUC', 'Cytoplasm'],
    ].filter(([word]) => sequence.includes(word));
    expect(name).toContain(`[location=${planted.map(([, compartment]) => compartment).join(';')}]`);
    expect(planted.length).toBeGreaterThan(0);
  }
  expect(await teachingSet().text()).toBe(await teachingSet().text());
});
