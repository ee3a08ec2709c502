// @ts-check
/** A long computation, done in parts by all workers until it is finished or stopped. */
import { engine } from './engine.js';

/** A part should take about so many milliseconds: progress is seen, and stopping is quick. */
const PART_MS = 400;

export class Job {
  /**
   * @param {() => void} onChange called when another part is known, and at the end
   * @param {object} size
   * @param {number} size.first units of the first parts
   * @param {number} size.largest
   * @param {number} [size.lanes] parts that are computed at once
   */
  constructor(onChange, { first, largest, lanes = engine.workers }) {
    this.onChange = onChange;
    this.largest = largest;
    this.lanes = lanes;
    this.partSize = first;
    /** Units that were asked for, and those that are known by now. */
    this.total = 0;
    this.done = 0;
    this.running = false;
    this.stopped = false;
    this.since = 0;
  }

  /** Milliseconds still to go, once that can be said. */
  get left() {
    const share = this.done / Math.max(1, this.total);
    const elapsed = performance.now() - this.since;
    return this.running && share > 0.05 && elapsed > 1000 ? (elapsed / share) * (1 - share) : null;
  }

  /**
   * Computes some units, neighbours together. Whoever calls it again leaves out what is known.
   * @template P
   * @param {number[]} waiting ascending
   * @param {(start: number, end: number) => Promise<P>} ask for a part; end-exclusive
   * @param {(part: P) => void} take
   */
  async over(waiting, ask, take) {
    if (this.running) return;
    Object.assign(this, { running: true, stopped: false, total: waiting.length, done: 0, since: performance.now() });
    let next = 0;
    const lane = async () => {
      while (next < waiting.length && !this.stopped) {
        const from = waiting[next];
        let to = from;
        while (next < waiting.length && waiting[next] === to && to - from < this.partSize) {
          to += 1;
          next += 1;
        }
        const began = performance.now();
        take(await ask(from, to));
        this.done += to - from;
        this.pace(to - from, performance.now() - began);
        this.onChange();
      }
    };
    try {
      await Promise.all(Array.from({ length: this.lanes }, lane));
    } finally {
      this.stopped = true;
      this.running = false;
      this.onChange();
    }
  }

  /** Asks for no more parts; what is known stays. */
  stop() {
    this.stopped = true;
  }

  /**
   * Sizes the next parts.
   * @param {number} size
   * @param {number} took milliseconds
   */
  pace(size, took) {
    const wanted = (size * PART_MS) / Math.max(1, took);
    this.partSize = Math.round(Math.min(this.largest, 2 * this.partSize, Math.max(1, wanted)));
  }
}

/** @param {number} count @returns {number[]} 0, 1, 2 and so on */
export function upTo(count) {
  return Array.from({ length: count }, (_, i) => i);
}
