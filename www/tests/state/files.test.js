// @ts-check
import { afterEach, describe, expect, test, vi } from 'vitest';
import { trapped } from '../../src/trap.js';
import { isModelFile, readBytes, saveTsv, stem } from '../../src/state/files.js';

test('the stem of a file name is without the endings of sequences, tables and models', () => {
  expect(stem('nucleus.fa.gz')).toBe('nucleus');
  expect(stem('set.v2.tsv')).toBe('set.v2');
  expect(stem('human-mirna.safetensors')).toBe('human-mirna');
  expect(stem('notes.pdf')).toBe('notes.pdf');
});

test('a model file is told by its ending', () => {
  expect(isModelFile('A.SAFETENSORS')).toBe(true);
  expect(isModelFile('safetensors.fa')).toBe(false);
});

test('the bytes of a file are read', async () => {
  expect([...(await readBytes(new File([Uint8Array.of(62, 10, 255)], 'input.fa')))]).toEqual([62, 10, 255]);
});

describe('a table is saved', () => {
  const link = { href: '', download: '', click: vi.fn() };
  const createObjectURL = vi.fn((/** @type {Blob} */ _) => 'blob:table');
  vi.stubGlobal('document', { createElement: () => link });
  vi.stubGlobal('URL', { createObjectURL, revokeObjectURL: vi.fn() });
  afterEach(() => vi.clearAllMocks());

  test('under its name, once it is written', async () => {
    expect(await saveTsv('hsa-let-7a-motifs', Promise.resolve('motif\tplaces\n'))).toBe('');
    expect(link.click).toHaveBeenCalledTimes(1);
    expect(link.download).toBe('hsa-let-7a-motifs.tsv');
    expect(await createObjectURL.mock.calls[0][0].text()).toBe('motif\tplaces\n');
  });

  test('not where it cannot be written, and what went wrong is told', async () => {
    expect(await saveTsv('a', Promise.reject(new Error('There is no such row.')))).toBe('There is no such row.');
    expect(await saveTsv('a', Promise.reject(trapped('out of memory')))).toMatch(/stopped unexpectedly/);
    expect(link.click).not.toHaveBeenCalled();
  });
});
