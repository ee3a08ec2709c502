// @ts-check
import { expect, test } from 'vitest';
import { trapped } from '../../src/engine/trap.js';
import { cpuAfter, cpuBecause, inWords, message, sentence } from '../../src/engine/words.js';

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

test('a file that cannot be read is told with what to do about it', () => {
  const error = new DOMException('A requested file could not be found.', 'NotFoundError');
  expect(inWords(error)).toMatch(/cannot read this file any more.*open it again\.$/);
});

test('a sentence begins with a capital, and the name of a file stays as it is', () => {
  expect(sentence('there is no sequence')).toBe('There is no sequence');
  expect(sentence('nucleus.fa: there is no label')).toBe('nucleus.fa: there is no label');
  expect(sentence('')).toBe('');
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
