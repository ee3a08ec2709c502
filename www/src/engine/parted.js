// @ts-check
/** A question asked part by part, over all workers, until done or stopped. */

/** A part should take about so many milliseconds: progress is seen, and stopping is quick. */
const PART_MS = 400;

export class Parted {
  /**
   * @param {() => void} onChange
   * @param {number} first size of the first parts
   * @param {number} largest
   */
  constructor(onChange, first, largest) {
    this.onChange = onChange;
    this.largest = largest;
    this.partSize = first;
    this.asked = 0;
    this.done = 0;
    this.running = false;
    this.stopped = false;
    this.since = 0;
  }

  /** Milliseconds still to go, once that can be said. */
  get left() {
    const share = this.done / Math.max(1, this.asked);
    const elapsed = performance.now() - this.since;
    return this.running && share > 0.05 && elapsed > 1000 ? (elapsed / share) * (1 - share) : null;
  }

  /**
   * Asks about what is waiting, neighbours together: what is known already is not asked again.
   * @template P
   * @param {number[]} waiting ascending
   * @param {(start: number, end: number) => Promise<P>} ask end-exclusive
   * @param {(part: P) => void} take
   */
  async over(waiting, ask, take) {
    if (this.running) return;
    Object.assign(this, { running: true, stopped: false, asked: waiting.length, done: 0, since: performance.now() });
    let next = 0;
    const worker = async () => {
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
      await Promise.all(Array.from({ length: WORKERS }, worker));
    } finally {
      this.stopped = true;
      this.running = false;
      this.onChange();
    }
  }

  /** Asks no more; what is known stays. */
  stop() {
    this.stopped = true;
  }

  /**
   * @param {number} size
   * @param {number} took milliseconds
   */
  pace(size, took) {
    const wanted = (size * PART_MS) / Math.max(1, took);
    this.partSize = Math.round(Math.min(this.largest, 2 * this.partSize, Math.max(1, wanted)));
  }
}
