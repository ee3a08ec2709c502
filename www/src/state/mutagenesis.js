// @ts-check
/** In-silico mutagenesis of one RNA: asked part by part, over all workers, until done or stopped. */
import { WORKERS } from './engine.js';
import { study } from './study.js';

/** @import { MutationPart } from '../types/core.js' */

const LETTERS = 4;
const FIRST_PART = 10;
const LARGEST_PART = 320;
/** A part should take about so many milliseconds: progress is seen, and stopping is quick. */
const PART_MS = 400;

export class Mutagenesis {
  /**
   * @param {number} row of the results
   * @param {string} sequence
   * @param {number} compartments
   * @param {() => void} onChange
   */
  constructor(row, sequence, compartments, onChange) {
    this.row = row;
    this.sequence = sequence;
    this.compartments = compartments;
    this.onChange = onChange;
    /** @type {MutationPart[]} */
    this.parts = [];
    /** By compartment: change by position and letter, NaN where not asked yet. */
    this.changes = Array.from({ length: compartments }, () => new Float32Array(sequence.length * LETTERS).fill(NaN));
    this.tops = new Float32Array(compartments).fill(1e-6);
    this.known = new Uint8Array(sequence.length);
    this.asked = 0;
    this.done = 0;
    this.running = false;
    this.stopped = false;
    this.partSize = FIRST_PART;
    this.since = 0;
  }

  /** Milliseconds still to go, once that can be said. */
  get left() {
    const share = this.done / Math.max(1, this.asked);
    const elapsed = performance.now() - this.since;
    return this.running && share > 0.05 && elapsed > 1000 ? (elapsed / share) * (1 - share) : null;
  }

  /**
   * Asks what is not known yet of the positions from `start` to `end` (from 0, end-exclusive).
   * @param {number} start
   * @param {number} end
   */
  async run(start, end) {
    if (this.running) return;
    const waiting = Array.from({ length: end - start }, (_, i) => start + i).filter((i) => !this.known[i]);
    Object.assign(this, { running: true, stopped: false, asked: waiting.length, done: 0, since: performance.now() });
    let next = 0;
    const worker = async () => {
      while (next < waiting.length && !this.stopped) {
        const from = waiting[next];
        let to = from;
        // Neighbours only: a stretch known already is not asked again.
        while (next < waiting.length && waiting[next] === to && to - from < this.partSize) {
          to += 1;
          next += 1;
        }
        const began = performance.now();
        this.take(await study('mutate', this.row, from, to));
        this.pace(to - from, performance.now() - began);
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
   * @param {number} positions
   * @param {number} took milliseconds
   */
  pace(positions, took) {
    const wanted = (positions * PART_MS) / Math.max(1, took);
    this.partSize = Math.round(Math.min(LARGEST_PART, 2 * this.partSize, Math.max(1, wanted)));
  }

  /** @param {MutationPart} part */
  take(part) {
    this.parts.push(part);
    const { start, end, changes } = part;
    for (let i = 0; i < (end - start) * LETTERS; i += 1) {
      for (let c = 0; c < this.compartments; c += 1) {
        const change = changes[i * this.compartments + c];
        this.changes[c][start * LETTERS + i] = change;
        this.tops[c] = Math.max(this.tops[c], Math.abs(change));
      }
    }
    this.known.fill(1, start, end);
    this.done += end - start;
    this.onChange();
  }

  /** As the command line writes it. */
  tsv() {
    return study('mutationsTsv', this.row, this.parts.toSorted((a, b) => a.start - b.start));
  }
}
