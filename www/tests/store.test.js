// @ts-check
import { describe, expect, test, vi } from 'vitest';
import { Store, StoreController } from '../src/store.js';

describe('a store', () => {
  test('tells of a new value, and not of the same one', () => {
    const store = new Store(1);
    const listener = vi.fn(() => expect(store.get()).toBe(2));
    store.subscribe(listener);
    store.set(1);
    expect(listener).not.toHaveBeenCalled();
    store.set(2);
    expect(listener).toHaveBeenCalledTimes(1);
  });

  test('tells nobody who has unsubscribed, even while it tells', () => {
    const store = new Store('');
    /** @type {(() => void)[]} */
    const ends = [];
    const listener = vi.fn();
    ends[0] = store.subscribe(() => ends.forEach((end) => end()));
    ends[1] = store.subscribe(listener);
    store.set('first');
    store.set('second');
    expect(listener.mock.calls.length).toBeLessThanOrEqual(1);
  });
});

test('an element follows its stores only while it is on the page', () => {
  const host = {
    addController: vi.fn(),
    requestUpdate: vi.fn(),
    removeController: vi.fn(),
    updateComplete: Promise.resolve(true),
  };
  const stores = [new Store(0), new Store(0)];
  const controller = new StoreController(host, ...stores);
  expect(host.addController).toHaveBeenCalledExactlyOnceWith(controller);
  stores[0].set(1);
  expect(host.requestUpdate).not.toHaveBeenCalled();
  controller.hostConnected();
  stores[0].set(2);
  stores[1].set(2);
  expect(host.requestUpdate).toHaveBeenCalledTimes(2);
  controller.hostDisconnected();
  stores[0].set(3);
  expect(host.requestUpdate).toHaveBeenCalledTimes(2);
  controller.hostConnected();
  stores[1].set(4);
  expect(host.requestUpdate).toHaveBeenCalledTimes(3);
});
