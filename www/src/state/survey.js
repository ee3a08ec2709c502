// @ts-check
/** The attention over many RNAs, read batch by batch until done or stopped. */
import { study } from './study.js';

/** @import { SurveyPart } from '../engine/types/core.js' */

const BATCH = 32;

export class Survey {
  /** RNAs that are read at most, evenly taken from all. */
  static MOST = 1000;

  /**
   * @param {number} rnas in the results
   * @param {number} k
   * @param {number[]} thresholds
   * @param {() => void} onChange
   */
  constructor(rnas, k, thresholds, onChange) {
    const every = Math.ceil(rnas / Survey.MOST);
    this.rows = Array.from({ length: Math.ceil(rnas / every) }, (_, i) => i * every);
    this.k = k;
    this.thresholds = thresholds;
    this.onChange = onChange;
    /** @type {string | null} */
    this.state = null;
    /** @type {SurveyPart[]} */
    this.report = [];
    this.done = 0;
    this.running = false;
    this.stopped = false;
  }

  async run() {
    this.running = true;
    try {
      while (this.done < this.rows.length && !this.stopped) {
        const batch = this.rows.slice(this.done, this.done + BATCH);
        this.state = await study('survey', batch, this.k, this.thresholds, this.state);
        this.done += batch.length;
        this.report = await study('surveyReport', this.state);
        this.onChange();
      }
    } finally {
      this.running = false;
      this.onChange();
    }
  }

  stop() {
    this.stopped = true;
  }

  async tsv() {
    return this.state ? study('surveyTsv', this.state) : '';
  }
}
