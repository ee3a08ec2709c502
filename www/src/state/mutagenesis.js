// @ts-check
/** In-silico mutagenesis of one RNA. */
import { Parted } from '../engine/parted.js';
import { study } from './study.js';

/** @import { MutationPart } from '../engine/types/core.js' */

const LETTERS = 4;
const FIRST_PART = 10;
const LARGEST_PART = 320;

export class Mutagenesis extends Parted {
  /**
   * @param {number} row of the results
   * @param {string} sequence
   * @param {number} compartments
   * @param {() => void} onChange
   */
  constructor(row, sequence, compartments, onChange) {
    super(onChange, FIRST_PART, LARGEST_PART);
    this.row = row;
    this.sequence = sequence;
    this.compartments = compartments;
    /** @type {MutationPart[]} */
    this.parts = [];
    /** By compartment: change by position and letter, NaN where not asked yet. */
    this.changes = Array.from({ length: compartments }, () => new Float32Array(sequence.length * LETTERS).fill(NaN));
    this.tops = new Float32Array(compartments).fill(1e-6);
    this.known = new Uint8Array(sequence.length);
  }

  /**
   * Asks what is not known yet of the positions from `start` to `end` (from 0, end-exclusive).
   * @param {number} start
   * @param {number} end
   */
  run(start, end) {
    const waiting = Array.from({ length: end - start }, (_, i) => start + i).filter((i) => !this.known[i]);
    return this.over(
      waiting,
      (from, to) => study('mutate', this.row, from, to),
      (part) => this.take(part),
    );
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
  }

  /** As the command line writes it. */
  tsv() {
    return study('mutationsTsv', this.row, this.parts.toSorted((a, b) => a.start - b.start));
  }
}
