// @ts-check
/** What the attention over each looked-at RNA was, epoch by epoch. */

/** @import { AttentionNow, Span } from '../engine/types/core.js' */

/** @typedef {{ epoch: number, heads: Float32Array[] }} Entry */
/** @typedef {{ sequence: string, read: Span[], heads: string[], entries: Entry[] }} OfRna */

/** @type {OfRna} */
const NOTHING = { sequence: '', read: [], heads: [], entries: [] };

export class AttentionRecord {
  constructor() {
    /** @type {Map<number, OfRna>} */
    this.byRna = new Map();
  }

  /**
   * @param {number} rna index into the set
   * @param {number} epoch
   * @param {AttentionNow} now
   */
  add(rna, epoch, now) {
    const of = this.byRna.get(rna) ?? {
      sequence: now.sequence,
      read: now.read,
      heads: now.heads.map(({ compartment }) => compartment ?? 'All compartments'),
      entries: [],
    };
    of.entries.push({ epoch, heads: now.heads.map(({ weights }) => weights) });
    this.byRna.set(rna, of);
  }

  /**
   * Drops what came after an epoch.
   * @param {number} epoch
   */
  forgetAfter(epoch) {
    for (const of of this.byRna.values()) of.entries = of.entries.filter((entry) => entry.epoch <= epoch);
  }

  /**
   * @param {number} rna
   * @param {number} epoch
   */
  has(rna, epoch) {
    return this.of(rna).entries.some((entry) => entry.epoch === epoch);
  }

  /** @param {number} rna */
  of(rna) {
    return this.byRna.get(rna) ?? NOTHING;
  }

  /**
   * @param {number} rna
   * @param {number} head
   */
  rows(rna, head) {
    return this.of(rna).entries.map(({ epoch, heads }) => ({
      epoch,
      weights: heads[Math.min(head, heads.length - 1)],
    }));
  }
}
