// @ts-check
/** Integrated gradients of one RNA for one compartment: added up from points that are asked in parts. */
import { Parted } from '../engine/parted.js';
import { study } from './study.js';

/** @import { GradientPart } from '../engine/types/core.js' */

const FIRST_PART = 2;

export class Gradients extends Parted {
  /**
   * @param {number} row of the results
   * @param {number} compartment
   * @param {number} nucleotides
   * @param {() => void} onChange
   */
  constructor(row, compartment, nucleotides, onChange) {
    super(onChange, FIRST_PART, Infinity);
    this.row = row;
    this.compartment = compartment;
    /** What each nucleotide adds to the score, so far. */
    this.values = new Float32Array(nucleotides);
    this.padding = 0;
    /** The scores with every k-mer withheld and of the RNA. @type {Float32Array | null} */
    this.ends = null;
    this.points = 0;
    /** Points known. @type {Set<number>} */
    this.known = new Set();
    this.top = 1e-6;
  }

  /** Whether every point is known: parts of the way say nothing. */
  get complete() {
    return this.points > 0 && this.known.size === this.points;
  }

  /** Asks what is not known yet. */
  async run() {
    this.points ||= await study('gradientPoints');
    const waiting = Array.from({ length: this.points }, (_, i) => i).filter((i) => !this.known.has(i));
    await this.over(
      waiting,
      (from, to) => study('gradients', this.row, this.compartment, from, to),
      (part) => this.take(part),
    );
  }

  /** @param {GradientPart} part */
  take({ start, end, nucleotides, padding, ends }) {
    nucleotides.forEach((value, i) => (this.values[i] += value));
    this.padding += padding;
    this.ends ??= ends;
    for (let point = start; point < end; point += 1) this.known.add(point);
    this.top = this.values.reduce((top, value) => Math.max(top, Math.abs(value)), 1e-6);
  }

  /** As the command line writes it. */
  tsv() {
    return study('gradientsTsv', this.row, this.compartment, this.values);
  }
}
