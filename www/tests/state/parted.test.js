// @ts-check
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Parted } from '../../src/state/parted.js';

vi.mock('../../src/state/engine.js', () => ({ WORKERS: 3 }));

/** @param {number} first @param {number} [largest] */
function parted(first, largest = 100) {
  const changed = vi.fn();
  return { question: new Parted(changed, first, largest), changed };
}

const UP_TO_20 = Array.from({ length: 20 }, (_, i) => i);

/** Now, in milliseconds: it moves only where a test says so. */
let now = 0;
beforeEach(() => {
  now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
});

describe('a question asked in parts', () => {
  test('is asked about everything once, by all workers at once', async () => {
    const { question, changed } = parted(4, 4);
    /** @type {number[]} */
    const known = [];
    let [atWork, most] = [0, 0];
    await question.over(
      UP_TO_20,
      async (from, to) => {
        most = Math.max(most, ++atWork);
        await Promise.resolve();
        atWork -= 1;
        return UP_TO_20.slice(from, to);
      },
      (part) => known.push(...part),
    );
    expect(known.toSorted((a, b) => a - b)).toEqual(UP_TO_20);
    expect(most).toBe(3);
    expect(question).toMatchObject({ running: false, asked: 20, done: 20 });
    expect(changed).toHaveBeenCalled();
  });

  test('never spans a gap of what is known already', async () => {
    const { question } = parted(10);
    /** @type {[number, number][]} */
    const parts = [];
    await question.over(
      [0, 1, 2, 7, 8, 15],
      async (from, to) => parts.push([from, to]),
      () => undefined,
    );
    expect(parts).toEqual([
      [0, 3],
      [7, 9],
      [15, 16],
    ]);
  });

  test('is asked no more after a stop, and again from there', async () => {
    const { question } = parted(1, 1);
    /** @type {number[]} */
    const known = [];
    const take = (/** @type {number} */ from) => {
      known.push(from);
      if (known.length === 5) question.stop();
    };
    await question.over(UP_TO_20, async (from) => from, take);
    // The three workers' present parts are still taken.
    expect(known.length).toBeLessThan(9);
    await question.over(
      UP_TO_20.filter((i) => !known.includes(i)),
      async (from) => from,
      take,
    );
    expect(known.toSorted((a, b) => a - b)).toEqual(UP_TO_20);
  });

  test('is over when it fails, and tells why', async () => {
    const { question } = parted(1);
    await expect(
      question.over(
        UP_TO_20,
        () => Promise.reject(new Error('no memory')),
        () => undefined,
      ),
    ).rejects.toThrow('no memory');
    expect(question.running).toBe(false);
  });

  test('has parts that take about the same time, and grow at most twofold', () => {
    const { question } = parted(10, 320);
    question.pace(10, 100);
    expect(question.partSize).toBe(20);
    question.pace(20, 1600);
    expect(question.partSize).toBe(5);
    question.pace(5, 1e9);
    expect(question.partSize).toBe(1);
    for (let i = 0; i < 20; i += 1) question.pace(1000, 1);
    expect(question.partSize).toBe(320);
  });

  test('tells the time left once a twentieth and a second have passed', () => {
    const { question } = parted(10);
    Object.assign(question, { running: true, asked: 100, done: 20, since: 0 });
    now = 900;
    expect(question.left).toBeNull();
    now = 2000;
    expect(question.left).toBeCloseTo(8000);
    question.done = 4;
    expect(question.left).toBeNull();
  });
});
