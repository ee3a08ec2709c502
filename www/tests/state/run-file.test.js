// @ts-check
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { findInputs, heldFiles, isRunFile, readRunFile, runFile, runFileName } from '../../src/state/run-file.js';

/** @import { ModelInfo } from '../../src/engine/types/core.js' */

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
    expect((await findInputs(run, [new File([TEXT], 'renamed.fa')])).missing).toEqual(['set.fa.gz']);
    const files = [new File(['>other\nAC\n'], 'other'), new File([BYTES], 'a'), new File([TEXT], 'b')];
    const { found, missing } = await findInputs(run, files);
    expect(missing).toEqual([]);
    expect(found.map(({ name }) => name)).toEqual(['b', 'a']);
  });
});

const INPUT = { name: 'a', size: 1, sha256: 'abc' };
const GOOD = { rmlocnet_run: 1, model: { name: 'm' }, inputs: [INPUT], thresholds: {} };

test.each([
  ['no JSON', '>one\nACGU', 'it is not JSON'],
  ['null', null, 'not a run file of this program'],
  ['no format', { model: { name: 'm' }, inputs: [], thresholds: {} }, 'not a run file of this program'],
  ['no inputs', { rmlocnet_run: 1, model: { name: 'm' }, thresholds: {} }, 'not a run file of this program'],
  ['no model', { rmlocnet_run: 1, model: {}, inputs: [], thresholds: {} }, 'not a run file of this program'],
  ['an input without a name', { ...GOOD, inputs: [null] }, 'input 1 has no name or no sha256'],
  ['broken content', { ...GOOD, inputs: [{ ...INPUT, content: '%%' }] }, 'the content of input 1 is not base64'],
  ['a threshold in words', { ...GOOD, thresholds: { Nucleus: 'high' } }, 'the threshold of Nucleus is "high"'],
  ['a threshold of 7', { ...GOOD, thresholds: { Nucleus: 7 } }, 'not a number from 0 to 1'],
  [
    'a newer format',
    { rmlocnet_run: 2, model: { name: 'm' }, inputs: [], thresholds: {} },
    'written by a newer version (format 2)',
  ],
])('a file with %s is refused in words', async (_, content, message) => {
  await expect(readRunFile(fileOf(content))).rejects.toThrow(message);
});
