// @ts-check

/** @import { Prediction } from '../types/core.js' */
/** @import { Row } from '../types/engine.js' */
/** @import { HeldModel } from './held-models.js' */

/** What one model predicts of a run: all RNAs, or those that are likely to be of a class. */
export class Portion {
  /**
   * @param {number} id
   * @param {string} name of the model
   * @param {string | null} rnaClass null: all RNAs
   * @param {HeldModel} model
   */
  constructor(id, name, rnaClass, model) {
    this.id = id;
    this.name = name;
    this.rnaClass = rnaClass;
    this.model = model;
    /** What was predicted and given to the page, by row. @type {{ id: string, sequence: string }[]} */
    this.kept = [];
  }

  /** @param {number} row */
  rna(row) {
    const kept = this.kept[row];
    if (!kept) throw new Error('This RNA is no longer held. Predict again.');
    return kept;
  }

  /**
   * Keeps the sequence, and gives the row for the page.
   * @param {Prediction} prediction
   * @returns {Row}
   */
  keep({ sequence, ...row }) {
    this.kept.push({ id: row.id, sequence });
    return { ...row, index: this.kept.length - 1 };
  }
}
