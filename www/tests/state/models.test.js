// @ts-check
import { beforeEach, describe, expect, test, vi } from 'vitest';

const { worker, lookForUpdate } = vi.hoisted(() => ({
  worker: { isOpen: vi.fn(), open: vi.fn() },
  lookForUpdate: vi.fn(),
}));
vi.mock('../../src/state/update.js', () => ({ lookForUpdate }));
vi.mock('../../src/state/engine.js', () => ({
  engine: { predictor: { ready: async () => {}, ask: async (/** @type {Function} */ work) => work(worker) } },
}));

const INDEX = {
  models: [
    {
      name: 'human-mirna',
      rna_class: 'miRNA',
      species: 'human',
      compartments: ['Nucleus'],
      summary: '',
      file: 'human-mirna.safetensors',
    },
  ],
};
/** Begins as a model file does. */
const FILE = '12345678{}';
const INFO = { name: 'human-mirna', hash: '0123456789ab', compartments: ['Nucleus', 'Cytosol'] };

/** @param {unknown} body */
const answer = (body) => new Response(typeof body === 'string' ? body : JSON.stringify(body));

const fetched = vi.fn();
vi.stubGlobal('fetch', fetched);

/** @type {typeof import('../../src/state/models.js')} */
let state;
beforeEach(async () => {
  vi.resetModules();
  vi.clearAllMocks();
  fetched.mockImplementation(async (url) => answer(url === 'models/index.json' ? INDEX : FILE));
  worker.open.mockResolvedValue(INFO);
  worker.isOpen.mockResolvedValue(true);
  state = await import('../../src/state/models.js');
});

describe('the list of models', () => {
  test('is fetched once, and followed', async () => {
    const listener = vi.fn();
    state.models.subscribe(listener);
    await Promise.all([state.listModels(), state.listModels()]);
    expect(fetched).toHaveBeenCalledTimes(1);
    expect(state.modelEntries()).toMatchObject([{ name: 'human-mirna', origin: 'site' }]);
    expect(listener).toHaveBeenCalled();
  });

  test.each([
    ['is not there', async () => new Response('', { status: 404 }), /could not be fetched \(HTTP 404\)/],
    [
      'cannot be reached',
      () => Promise.reject(new TypeError('Failed to fetch')),
      /could not be fetched \(there is no connection, or it broke off\)/,
    ],
    ['is a web page', async () => answer('<!doctype html>'), /is not a list of models/],
  ])('that %s is told in words, and asked for again', async (_, failing, words) => {
    fetched.mockImplementationOnce(failing);
    await expect(state.listModels()).rejects.toThrow(words);
    expect(state.models.get().failure).toMatch(words);
    await state.listModels();
    expect(state.models.get().failure).toBe('');
    expect(state.modelEntries()).toHaveLength(1);
  });
});

describe('a model', () => {
  test('is fetched and opened once', async () => {
    await state.listModels();
    expect(state.modelInfo('human-mirna')).toBeNull();
    expect(await state.openModel('human-mirna')).toBe(INFO);
    await state.openModel('human-mirna');
    expect(worker.open).toHaveBeenCalledTimes(1);
    expect(fetched.mock.calls.map(([url]) => url)).toEqual(['models/index.json', 'models/human-mirna.safetensors']);
    expect(state.modelInfo('human-mirna')).toBe(INFO);
    expect([...state.fetchedModels()]).toEqual(['human-mirna']);
  });

  test('that a fresh worker does not hold is opened again, from the bytes that are here', async () => {
    await state.listModels();
    await state.openModel('human-mirna');
    worker.isOpen.mockResolvedValue(false);
    await state.openModel('human-mirna');
    expect(worker.open).toHaveBeenCalledTimes(2);
    expect(fetched).toHaveBeenCalledTimes(2);
  });

  test('that cannot be had is told in words', async () => {
    await state.listModels();
    await expect(state.openModel('no-such')).rejects.toThrow('There is no model named no-such.');
    fetched.mockRejectedValueOnce(new TypeError('Failed to fetch'));
    await expect(state.openModel('human-mirna')).rejects.toThrow(
      'The model human-mirna could not be fetched: there is no connection',
    );
  });

  test('in whose place something else is sent is refused in words', async () => {
    await state.listModels();
    fetched.mockResolvedValueOnce(answer('<!doctype html>'));
    await expect(state.openModel('human-mirna')).rejects.toThrow('something else than a model');
    expect(worker.open).not.toHaveBeenCalled();
    expect(await state.openModel('human-mirna')).toBe(INFO);
  });

  test('that arrived damaged is named, and fetched again', async () => {
    await state.listModels();
    worker.open.mockRejectedValueOnce(new Error('this file is cut short'));
    await expect(state.openModel('human-mirna')).rejects.toThrow(
      'The model human-mirna cannot be opened: this file is cut short',
    );
    expect(await state.openModel('human-mirna')).toBe(INFO);
    expect(fetched.mock.calls.filter(([url]) => url.includes('safetensors'))).toHaveLength(2);
  });

  test('of another version of the page is refused, and a newer version is looked for', async () => {
    vi.stubEnv('MODEL_HASHES', '{ "human-mirna.safetensors": "another" }');
    vi.resetModules();
    state = await import('../../src/state/models.js');
    await state.listModels();
    await expect(state.openModel('human-mirna')).rejects.toThrow('a newer version was published');
    expect(fetched).toHaveBeenCalledWith('models/human-mirna.safetensors?another');
    expect(lookForUpdate).toHaveBeenCalledTimes(1);
    expect(state.modelInfo('human-mirna')).toBeNull();
    expect(state.fetchedModels().size).toBe(0);
    vi.unstubAllEnvs();
  });

  test('from a file is listed under a name that is free', async () => {
    await state.listModels();
    expect(await state.addModel('human-mirna', Uint8Array.of(1), 'file')).toBe('human-mirna-2');
    expect(await state.addModel('human-mirna', Uint8Array.of(2), 'trained')).toBe('human-mirna-3');
    expect(state.modelEntries()).toMatchObject([
      { name: 'human-mirna' },
      { name: 'human-mirna-2', origin: 'file', compartments: INFO.compartments },
      { name: 'human-mirna-3', origin: 'trained' },
    ]);
    expect(await state.isOpenModel('human-mirna-3')).toBe(true);
  });

  test('file that is not a model changes nothing', async () => {
    await state.listModels();
    const before = state.models.get();
    worker.open.mockRejectedValueOnce(new Error('not a model file'));
    await expect(state.addModel('notes', Uint8Array.of(1), 'file')).rejects.toThrow('not a model file');
    expect(state.models.get()).toBe(before);
  });
});
