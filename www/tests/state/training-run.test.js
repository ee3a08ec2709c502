// @ts-check
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { TrainingRun } from '../../src/state/training-run.js';

/** @import { TrainingStep } from '../../src/types/core.js' */

vi.mock('../../src/state/training-engine.js', () => ({ TrainingEngine: class {} }));

const STEPS = 100;
const attention = { id: 'one', sequence: 'ACGU', heads: [{ compartment: null, weights: Float32Array.of(1) }] };

/** @type {TrainingRun} */
let run;
beforeEach(() => {
  run = new TrainingRun(() => undefined);
  run.engine = /** @type {any} */ ({ ask: async () => attention });
});

/**
 * One call's answer: steps `from + 1` to `to` of an epoch.
 * @param {number} epoch
 * @param {number} from
 * @param {number} to
 * @returns {TrainingStep}
 */
function step(epoch, from, to) {
  const ends = to === STEPS;
  return {
    epoch: ends ? epoch + 1 : epoch,
    epochs: 1000,
    step: ends ? 0 : to,
    steps_per_epoch: STEPS,
    training_loss: 0.5,
    losses: Array.from({ length: to - from }, () => 0.5),
    finished_epochs: ends ? [{ epoch, training_loss: 0.5, validation_loss: 0.6 }] : [],
    done: false,
  };
}

/** @param {string} kind */
function pointsOf(kind) {
  return run.points.filter((point) => point.kind === kind).map(({ epoch }) => epoch);
}

describe('a training run', () => {
  test('draws every step at its place between epochs, and each epoch as it ends', async () => {
    await run.take(step(1, 0, 50));
    await run.take(step(1, 50, 100));
    const perStep = pointsOf('training, per step');
    expect(perStep).toHaveLength(STEPS);
    expect(perStep[0]).toBeCloseTo(0.01);
    expect(perStep[49]).toBeCloseTo(0.5);
    expect(perStep.at(-1)).toBeCloseTo(1);
    expect(pointsOf('training')).toEqual([1]);
    expect(pointsOf('validation')).toEqual([1]);
    expect(run.finishedEpochs).toBe(1);
    expect(run.record.has(0, 1)).toBe(true);
  });

  test('thins the points of steps when there are many, and never those of epochs', async () => {
    const epochs = 40;
    for (let epoch = 1; epoch <= epochs; epoch += 1) await run.take(step(epoch, 0, STEPS));
    expect(run.points.length).toBeLessThanOrEqual(1500);
    expect(pointsOf('training, per step').length).toBeGreaterThan(500);
    expect(pointsOf('training')).toHaveLength(epochs);
    expect(pointsOf('validation')).toHaveLength(epochs);
  });

  test('forgets what came after the epoch that it goes on from', async () => {
    for (const epoch of [1, 2, 3]) await run.take(step(epoch, 0, STEPS));
    await run.take(step(4, 0, 30));
    run.wentOn('CPU: the WebGPU engine stopped', 2);
    expect(Math.max(...run.points.map(({ epoch }) => epoch))).toBeCloseTo(2);
    expect(run.finishedEpochs).toBe(2);
    expect(run.record.has(0, 3)).toBe(false);
    expect(run.notices).toEqual(['CPU: the WebGPU engine stopped']);
  });

  test('takes the place it went on from out of the next step where the core knows it', async () => {
    for (const epoch of [1, 2]) await run.take(step(epoch, 0, STEPS));
    await run.take(step(3, 0, 60));
    run.wentOn('CPU: the GPU was lost', null);
    await run.take(step(3, 0, 10));
    expect(pointsOf('training, per step')).toHaveLength(2 * STEPS + 10);
    expect(run.share).toBeCloseTo((2 * STEPS + 10) / (1000 * STEPS));
  });

  test('says what was trained on what and how', () => {
    run.set = 'set.fa';
    run.options = { preset: 'human-mirna', epochs: 5, seed: 3, overrides: { k: 3 } };
    expect(run.inWords()).toBe('trained on set.fa, preset human-mirna with k 3, seed 3, 0 of 5 epochs');
  });
});
