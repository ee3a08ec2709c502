// @ts-check
/** The attention over many RNAs, read batch by batch until done or stopped. */
import { Job, upTo } from './job.js';

/** @import { SurveyPart } from '../engine/types/core.js' */
/** @import { Results } from './results.js' */

const BATCH = 32;

export class Survey extends Job {
  /** RNAs that are read at most, evenly taken from all. */
  static MOST = 1000;

  /**
   * @param {Results} results
   * @param {number} k
   * @param {number[]} thresholds
   * @param {() => void} onChange
   */
  constructor(results, k, thresholds, onChange) {
    // Each batch is added to what those before it have found.
    super(onChange, { first: BATCH, largest: BATCH, lanes: 1 });
    this.results = results;
    const { length } = results.rows;
    const read = Math.min(length, Survey.MOST);
    this.rows = Array.from({ length: read }, (_, i) => Math.floor((i * length) / read));
    this.k = k;
    this.thresholds = Float32Array.from(thresholds);
    /** @type {string | null} */
    this.found = null;
    /** @type {SurveyPart[]} */
    this.report = [];
  }

  run() {
    return this.over(
      upTo(this.rows.length),
      (from, to) => this.read(this.rows.slice(from, to)),
      (report) => (this.report = report),
    );
  }

  /** @param {number[]} rows */
  async read(rows) {
    const items = await this.results.items(rows);
    this.found = await this.results.ask('survey', items, this.k, this.thresholds, this.found ?? undefined);
    return this.results.ask('survey_report', this.found);
  }

  async tsv() {
    return this.found ? this.results.ask('survey_tsv', this.found) : '';
  }
}
