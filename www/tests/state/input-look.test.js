// @ts-check
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { InputLook } from '../../src/state/input-look.js';

const { peekAt, estimate } = vi.hoisted(() => ({ peekAt: vi.fn(), estimate: vi.fn() }));
vi.mock('../../src/state/peeking.js', () => ({ peekAt, estimate }));
vi.mock('../../src/state/models.js', () => ({ modelInfo: () => ({ fixed_length: 100 }) }));

const host = {
  addController: () => undefined,
  removeController: () => undefined,
  requestUpdate: vi.fn(),
  updateComplete: Promise.resolve(true),
};
/** @param {string} name */
const source = (name) => [{ name, content: '>a\nACGU\n', size: 8 }];

let busy = false;
/** @type {InputLook} */
let look;
beforeEach(() => {
  vi.useFakeTimers();
  vi.clearAllMocks();
  busy = false;
  look = new InputLook(host, () => busy);
  peekAt.mockImplementation(async ([{ name }]) => ({ name }));
  estimate.mockResolvedValue(1234);
});
afterEach(() => vi.useRealTimers());

describe('the input is looked at', () => {
  test('a moment after its last change, once', async () => {
    look.soon(source('first'), 'm');
    await vi.advanceTimersByTimeAsync(300);
    look.soon(source('second'), 'm');
    await vi.advanceTimersByTimeAsync(300);
    expect(peekAt).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1000);
    expect(peekAt).toHaveBeenCalledTimes(1);
    expect(look).toMatchObject({ peek: { name: 'second' }, expected: 1234 });
    expect(host.requestUpdate).toHaveBeenCalled();
  });

  test('and an answer that comes after another change is not shown', async () => {
    /** @type {(peek: unknown) => void} */
    let answer = () => undefined;
    peekAt.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)));
    look.soon(source('first'), 'm');
    await vi.advanceTimersByTimeAsync(500);
    look.soon(source('second'), null);
    answer({ name: 'first' });
    await vi.advanceTimersByTimeAsync(0);
    expect(look.peek).toBeNull();
    await vi.advanceTimersByTimeAsync(500);
    // Without a model nothing can be said about the time.
    expect(look).toMatchObject({ peek: { name: 'second' }, expected: null });
  });

  test('not while a run is under way, and not when it is empty', async () => {
    busy = true;
    look.soon(source('first'), 'm');
    await vi.advanceTimersByTimeAsync(1000);
    expect(peekAt).not.toHaveBeenCalled();
    busy = false;
    look.soon(source('first'), 'm');
    await vi.advanceTimersByTimeAsync(1000);
    expect(look.peek).not.toBeNull();
    look.soon([], 'm');
    await vi.advanceTimersByTimeAsync(0);
    expect(look.peek).toBeNull();
  });

  test('and what is wrong with it is left for the prediction to tell', async () => {
    peekAt.mockRejectedValueOnce(new Error('cannot be read'));
    look.soon(source('first'), 'm');
    await vi.advanceTimersByTimeAsync(1000);
    expect(look).toMatchObject({ peek: null, expected: null });
  });
});
