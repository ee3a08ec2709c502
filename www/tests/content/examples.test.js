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
  expect(exampleFor('mRNA')).toMatch(/^>HBB .*NM_000518\.5\n/);
  expect(exampleFor('human-lncrna-tuned')).toMatch(/^>H19 .*NR_002196\.2\n/);
  const both = exampleFor(null);
  expect(both).toContain('>SNORD13\n');
  expect(both).toContain('>hsa-miR-21-5p\n');
});

test.each(['miRNA', 'snoRNA', 'lncRNA', 'mRNA'])('the example for %s is well-formed', (rnaClass) => {
  const found = records(exampleFor(rnaClass));
  expect(found.length).toBeGreaterThan(1);
  for (const [, sequence] of found) expect(sequence).toMatch(/^([ACGU]+|[ACGT]+)$/);
});

test('the mRNAs encode what they are named after', () => {
  const start = (/** @type {string} */ sequence) => sequence.slice(sequence.indexOf('AUG')).slice(0, 24);
  expect(records(exampleFor('mRNA')).map(([, sequence]) => start(sequence))).toEqual([
    'AUGGUGCAUCUGACUCCUGAGGAG',
    'AUGGCCCUGUGGAUGCGCCUCCUG',
  ]);
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
