// @ts-check
import { beforeEach, expect, test, vi } from 'vitest';

const bar = { hash: '' };
const history = { replaceState: vi.fn((_state, _title, hash) => (bar.hash = hash)) };
const window = new EventTarget();
vi.stubGlobal('location', bar);
vi.stubGlobal('history', history);
vi.stubGlobal('window', window);

/** @type {typeof import('../../src/state/address-bar.js')} */
let state;
beforeEach(async () => {
  vi.resetModules();
  vi.clearAllMocks();
  bar.hash = '#predict?model=human-snorna&device=cpu&rna=3';
  state = await import('../../src/state/address-bar.js');
});

test('the address is read when the page opens, and when the person goes elsewhere', () => {
  expect(state.address.get()).toMatchObject({ view: 'predict', model: 'human-snorna', device: 'cpu', rna: 2 });
  const listener = vi.fn();
  state.address.subscribe(listener);
  bar.hash = '#help';
  window.dispatchEvent(new Event('hashchange'));
  expect(listener).toHaveBeenCalledTimes(1);
  expect(state.address.get()).toMatchObject({ view: 'help', model: null, device: 'auto' });
});

test('a link keeps what it does not name', () => {
  expect(state.link('train')).toBe('#train?model=human-snorna&device=cpu&rna=3');
  expect(state.link('predict', { model: 'human-mirna', rna: 0 })).toBe('#predict?model=human-mirna&device=cpu');
});

test('what changes on the page is recorded without a new entry in the history, and told', () => {
  const listener = vi.fn();
  state.address.subscribe(listener);
  state.record({ rna: 7, device: 'auto' });
  expect(history.replaceState).toHaveBeenCalledExactlyOnceWith(null, '', '#predict?model=human-snorna&rna=8');
  expect(state.address.get()).toMatchObject({ rna: 7, device: 'auto' });
  expect(listener).toHaveBeenCalledTimes(1);
});

test('a visit sets the address, so that the way back leads here', () => {
  state.visit('models', { model: null });
  expect(bar.hash).toBe('#models?device=cpu&rna=3');
  expect(history.replaceState).not.toHaveBeenCalled();
});
