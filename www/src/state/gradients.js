// @ts-check
/** Integrated gradients of one RNA for one compartment: added up from points that are computed in parts. */
import { engine } from './engine.js';
import { Job, upTo } from './job.js';

/** @import { GradientPart } from '../engine/types/core.js' */
/** @import { Rna } from '../engine/types/engine.js' */
/** @import { Results } from './results.js' */

const FIRST_PART = 2;

export class Gradients extends Job {
  /**
   * @param {Results} results
   * @param {Rna} rna
   * @param {number} compartment
   * @param {() => void} onChange
   */
  constructor(results, rna, compartment, onChange) {
    super(onChange, { first: FIRST_PART, largest: Infinity });
    this.results = results;
    this.rna = rna;
    this.compartment = compartment;
    /** What each nucleotide adds to the score, so far. */
    this.values = new Float32Array(rna.sequence.length);
    this.padding = 0;
    /** The scores of the empty input and of the RNA. @type {Float32Array | null} */
    this.ends = null;
    this.points = 0;
    /** Points known. @type {Set<number>} */
    this.known = new Set();
    this.top = 1e-6;
  }

  /** Whether every point is known: some of them mean nothing. */
  get complete() {
    return this.points > 0 && this.known.size === this.points;
  }

  /** Computes what is not known yet. */
  async run() {
    this.points ||= await engine.askCore('gradient_points');
    const { sequence } = this.rna;
    await this.over(
      upTo(this.points).filter((i) => !this.known.has(i)),
      (from, to) => this.results.ask('gradients', sequence, this.compartment, from, to),
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
    const { id, sequence } = this.rna;
    const name = this.results.model.compartments[this.compartment];
    return this.results.ask('gradients_tsv', id, name, sequence, this.values);
  }
}
