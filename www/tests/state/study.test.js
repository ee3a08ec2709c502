// @ts-check
import { expect, test, vi } from 'vitest';
import { study } from '../../src/state/study.js';

const { ask } = vi.hoisted(() => ({ ask: vi.fn() }));
vi.mock('../../src/state/engine.js', () => ({ predictor: { get: async () => ({ study: ask }) } }));

test('a question goes to the coordinator with all it is about, and its answer comes back', async () => {
  ask.mockResolvedValueOnce('id\tchange\n');
  expect(await study('comparisonTsv', 3, 'ACGU')).toBe('id\tchange\n');
  expect(ask).toHaveBeenCalledExactlyOnceWith('comparisonTsv', 3, 'ACGU');
});

test('a question that fails fails here', async () => {
  ask.mockRejectedValueOnce(new Error('There is no such row.'));
  await expect(study('explain', 99)).rejects.toThrow('no such row');
});
