// @ts-check
import { expect, test, vi } from 'vitest';
import { heldFiles, isRunFile, runFileName } from '../../src/state/run-file.js';

// What the core does with run files is tested in Rust, and in a browser.
vi.mock('../../src/state/engine.js', () => ({ engine: {} }));

const RUN = {
  model: { name: 'human-mirna', sha256: '0123456789ab' },
  thresholds: {},
  inputs: [
    { name: 'Text box', sha256: '01' },
    { name: 'set.fa.gz', sha256: '02' },
  ],
};

test('a run file is known by its name', () => {
  expect(isRunFile(runFileName('human-mirna'))).toBe(true);
  expect(isRunFile('settings.json')).toBe(false);
});

test('a run file that holds the sequences gives back the same files', async () => {
  const bytes = Uint8Array.from([0, 255, 10]);
  const held = heldFiles({ ...RUN, contents: [new TextEncoder().encode('>one\nACGU\n'), bytes] });
  expect(held.map(({ name }) => name)).toEqual(['Text box', 'set.fa.gz']);
  expect(await held[0].text()).toBe('>one\nACGU\n');
  expect(new Uint8Array(await held[1].arrayBuffer())).toEqual(bytes);
});

test('a run file without the sequences holds no file', () => {
  expect(heldFiles({ ...RUN, contents: [null, null] })).toEqual([]);
});
