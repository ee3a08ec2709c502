// @ts-check
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { heldFiles, isRunFile, missing, readRunFile, runFile, runFileName } from '../../src/state/run-file.js';

/** @import { ModelInfo } from '../../src/types/core.js' */

const MODEL = /** @type {ModelInfo} */ (
  /** @type {unknown} */ ({ version: '1.2.3', hash: 'abc', compartments: ['Nucleus', 'Cytosol'] })
);
const TEXT = '>one\nACGU\n';
/** Larger than one call of `String.fromCharCode` takes, and not text. */
const BYTES = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 7) % 256);

/** @param {Uint8Array | string} content */
function sha256(content) {
  return createHash('sha256').update(content).digest('hex');
}

/** @param {boolean} withSequences */
async function written(withSequences) {
  const inputs = [
    { name: '', content: TEXT, size: TEXT.length },
    { name: 'set.fa.gz', content: new File([BYTES], 'set.fa.gz'), size: BYTES.length },
  ];
  const blob = await runFile({ model: MODEL, modelName: 'human-mirna', inputs }, [0.25, 0.5], withSequences);
  return new File([blob], runFileName('human-mirna'));
}

/** @param {unknown} content */
function fileOf(content) {
  return new File([typeof content === 'string' ? content : JSON.stringify(content)], 'x.rmlocnet.json');
}

describe('a run file', () => {
  test('names inputs by size and hash, and holds no sequence unless asked to', async () => {
    const file = await written(false);
    expect(isRunFile(file.name)).toBe(true);
    expect(await file.text()).not.toContain('content');
    const run = await readRunFile(file);
    expect(run).toMatchObject({
      rmlocnet_run: 1,
      version: '1.2.3',
      model: { name: 'human-mirna', sha256: 'abc' },
      thresholds: { Nucleus: 0.25, Cytosol: 0.5 },
    });
    expect(run.inputs).toEqual([
      { name: 'Text box', size: TEXT.length, sha256: sha256(TEXT) },
      { name: 'set.fa.gz', size: BYTES.length, sha256: sha256(BYTES) },
    ]);
    expect(heldFiles(run)).toEqual([]);
  });

  test('that holds the sequences gives back the same files', async () => {
    const held = heldFiles(await readRunFile(await written(true)));
    expect(held.map(({ name }) => name)).toEqual(['Text box', 'set.fa.gz']);
    expect(await held[0].text()).toBe(TEXT);
    expect(new Uint8Array(await held[1].arrayBuffer())).toEqual(BYTES);
  });

  test('names the inputs that are not here, whatever the files are called', async () => {
    const run = await readRunFile(await written(false));
    expect(await missing(run, [new File([TEXT], 'renamed.fa')])).toEqual(['set.fa.gz']);
    expect(await missing(run, [new File([BYTES], 'a'), new File([TEXT], 'b')])).toEqual([]);
  });
});

test.each([
  ['no JSON', '>one\nACGU', 'it is not JSON'],
  ['null', null, 'not a run file of this program'],
  ['no format', { model: { name: 'm' }, inputs: [], thresholds: {} }, 'not a run file of this program'],
  ['no inputs', { rmlocnet_run: 1, model: { name: 'm' }, thresholds: {} }, 'not a run file of this program'],
  ['no model', { rmlocnet_run: 1, model: {}, inputs: [], thresholds: {} }, 'not a run file of this program'],
  [
    'a newer format',
    { rmlocnet_run: 2, model: { name: 'm' }, inputs: [], thresholds: {} },
    'written by a newer version (format 2)',
  ],
])('a file with %s is refused in words', async (_, content, message) => {
  await expect(readRunFile(fileOf(content))).rejects.toThrow(message);
});
