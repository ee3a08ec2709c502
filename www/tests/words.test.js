// @ts-check
import { expect, test } from 'vitest';
import { trapped } from '../src/trap.js';
import { cpuAfter, cpuBecause, inWords, message } from '../src/words.js';

test('an error is told by its message, whatever was thrown', () => {
  expect(message(new TypeError('no such model'))).toBe('no such model');
  expect(message('Cancelled.')).toBe('Cancelled.');
  expect(inWords(new Error('There is no model named x.'))).toBe('There is no model named x.');
});

test('a core that stopped is told with what to do about it', () => {
  expect(inWords(trapped('unreachable'))).toMatch(
    /^The computation stopped unexpectedly \(unreachable\).*try fewer or shorter sequences/,
  );
});

test('the CPU computes for a reason, in the words of the core', () => {
  expect(cpuBecause('as requested')).toEqual({
    kind: 'cpu',
    reason: 'CPU: as requested',
    adapter: null,
    speedup: null,
  });
  expect(cpuAfter(trapped('out of memory')).reason).toBe('CPU: the WebGPU engine stopped (out of memory)');
  expect(cpuAfter(new Error('no device')).reason).toBe('CPU: the WebGPU engine could not be started (no device)');
});
