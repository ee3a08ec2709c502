// @ts-check
/** In-silico mutagenesis of one RNA. */
import { Job } from './job.js';

/** @import { MutationPart, Span } from '../engine/types/core.js' */
/** @import { Rna } from '../engine/types/engine.js' */
/** @import { Results } from './results.js' */

const LETTERS = 4;
/** If a model reads more nucleotides of an RNA, only those in view are changed, and at most so many. */
const MOST_POSITIONS = 2000;
const FIRST_PART = 10;
const LARGEST_PART = 320;

/**
 * The positions that a mutagenesis changes. Where nothing is read a change moves nothing that the LSTM sees,
 * so only what is read is changed: all of it, or what is in view if it is long.
 * @param {Span[]} read
 * @param {Span} view
 * @returns {number[]} from 0, ascending
 */
export function positionsToChange(read, view) {
  const all = read.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, i) => start + i));
  if (all.length <= MOST_POSITIONS) return all;
  return all.filter((i) => view.start <= i && i < view.end).slice(0, MOST_POSITIONS);
}

export class Mutagenesis extends Job {
  /**
   * @param {Results} results
   * @param {Rna} rna
   * @param {() => void} onChange
   */
  constructor(results, rna, onChange) {
    super(onChange, { first: FIRST_PART, largest: LARGEST_PART });
    this.results = results;
    this.rna = rna;
    this.compartments = results.model.compartments.length;
    const { length } = rna.sequence;
    /** @type {MutationPart[]} */
    this.parts = [];
    /** By compartment: change by position and letter, NaN if it is not known yet. */
    this.changes = Array.from({ length: this.compartments }, () => new Float32Array(length * LETTERS).fill(NaN));
    this.tops = new Float32Array(this.compartments).fill(1e-6);
    this.known = new Uint8Array(length);
  }

  /**
   * Computes what is not known yet of some positions.
   * @param {number[]} positions from 0, ascending
   */
  run(positions) {
    return this.over(
      positions.filter((i) => !this.known[i]),
      (from, to) => this.results.ask('mutagenesis', this.rna.sequence, from, to),
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
    const parts = this.parts.toSorted((a, b) => a.start - b.start);
    // The core reads plain arrays here.
    const plain = parts.map((part) => ({ ...part, reference: [...part.reference], changes: [...part.changes] }));
    return this.results.ask('mutations_tsv', this.rna.id, this.rna.sequence, plain);
  }
}
