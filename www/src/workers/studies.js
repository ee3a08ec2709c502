// @ts-check
/**
 * Questions about the results on show, asked of the workers in small parts: the page
 * shows how far they are, and leaves off by asking no more.
 */
import { askCpu } from './held-models.js';
import { isTrap } from '../trap.js';

/** @import * as Comlink from 'comlink' */
/** @import { DeletionPoint, Item, Prediction, Problem } from '../types/core.js' */
/** @import { FileForm, Row } from '../types/page.js' */
/** @import { Computing } from './compute.js' */
/** @import { HeldModel } from './held-models.js' */
/** @import { Pool } from './pool.js' */

/** RNAs that are written at a time. */
const PIECE = 256;

/** @typedef {{ id: string, sequence: string }} Kept */

/** @param {Kept} kept @param {number} index @returns {Item} */
function item({ id, sequence }, index) {
  return { index, id, sequence, line: 0, notes: [], renamed: null };
}

export class Studies {
  /**
   * @param {Pool<Computing>} pool
   * @param {HeldModel} model
   * @param {Kept[]} kept by row
   */
  constructor(pool, model, kept) {
    this.pool = pool;
    this.model = model;
    this.kept = kept;
  }

  /** @param {number} row */
  at(row) {
    const kept = this.kept[row];
    if (!kept) throw new Error('This RNA is no longer held. Predict again.');
    return kept;
  }

  /**
   * Asks a worker. One that stops over it is replaced; a fresh one, with all its memory free, may manage.
   * @template R
   * @param {(worker: Comlink.Remote<Computing>, key: string) => Promise<R>} work
   */
  async ask(work) {
    const once = () => askCpu(this.pool, this.model, (worker) => work(worker, this.model.key), { first: true });
    try {
      return await once();
    } catch (error) {
      if (!isTrap(error)) throw error;
      return once();
    }
  }

  /** @param {number} row */
  async explain(row) {
    const kept = this.at(row);
    const explanation = await this.ask((worker, key) => worker.explain(key, kept.sequence));
    return { ...explanation, ...kept };
  }

  /**
   * What every single change from `start` to `end` (from 0, end-exclusive) does.
   * @param {number} row
   * @param {number} start
   * @param {number} end
   */
  mutate(row, start, end) {
    const { sequence } = this.at(row);
    return this.ask((worker, key) => worker.mutagenesis(key, sequence, start, end));
  }

  /**
   * @param {number} row
   * @param {import('../types/core.js').MutationPart[]} parts
   */
  mutationsTsv(row, parts) {
    const { id, sequence } = this.at(row);
    return this.ask((worker, key) => worker.mutationsTsv(key, id, sequence, parts));
  }

  /** Points that integrated gradients are added up over. */
  gradientPoints() {
    return this.ask((worker) => worker.gradientPoints());
  }

  /**
   * What points `start` to `end` (end-exclusive) add to the integrated gradients of a compartment.
   * @param {number} row
   * @param {number} compartment
   * @param {number} start
   * @param {number} end
   */
  gradients(row, compartment, start, end) {
    const { sequence } = this.at(row);
    return this.ask((worker, key) => worker.gradients(key, sequence, compartment, start, end));
  }

  /**
   * @param {number} row
   * @param {number} compartment
   * @param {Float32Array} values by nucleotide
   */
  gradientsTsv(row, compartment, values) {
    const { id, sequence } = this.at(row);
    return this.ask((worker, key) => worker.gradientsTsv(key, id, this.model.info.compartments[compartment], sequence, values));
  }

  /** Steps of a deletion curve. */
  deletionSteps() {
    return this.ask((worker) => worker.deletionSteps());
  }

  /**
   * @param {number} row
   * @param {number} compartment
   * @param {number} step
   */
  deletionPoint(row, compartment, step) {
    const { sequence } = this.at(row);
    return this.ask((worker, key) => worker.deletionPoint(key, sequence, compartment, step));
  }

  /**
   * @param {number} row
   * @param {number} compartment
   * @param {DeletionPoint[]} points
   */
  deletionTsv(row, compartment, points) {
    const { id } = this.at(row);
    return this.ask((worker, key) => worker.deletionTsv(key, id, this.model.info.compartments[compartment], points));
  }

  /**
   * @param {number} compartment
   * @param {DeletionPoint[]} points
   */
  verdict(compartment, points) {
    return this.ask((worker) => worker.verdict(this.model.info.compartments[compartment], points));
  }

  /**
   * @param {number} row
   * @param {number} compartment
   * @param {number} k
   */
  patterns(row, compartment, k) {
    const { sequence } = this.at(row);
    return this.ask((worker, key) => worker.patterns(key, sequence, compartment, k));
  }

  /**
   * Motifs of the literature and a person's own in one RNA.
   * @param {number} row
   * @param {number} compartment
   * @param {string[]} own
   */
  motifs(row, compartment, own) {
    const { sequence } = this.at(row);
    return this.ask((worker, key) => worker.motifs(key, sequence, compartment, own));
  }

  /**
   * @param {number} row
   * @param {number} compartment
   * @param {string[]} own
   */
  motifsTsv(row, compartment, own) {
    const { id, sequence } = this.at(row);
    return this.ask((worker, key) => worker.motifsTsv(key, id, sequence, compartment, own));
  }

  /**
   * Another RNA beside one of the results; it is read as any input is.
   * @param {number} row
   * @param {string} letters
   */
  async compare(row, letters) {
    const first = await this.explain(row);
    const second = await this.ask((worker, key) => worker.explain(key, letters));
    const sequence = await this.ask((worker) => worker.letters(letters));
    const stretches = await this.ask((worker) => worker.align(first.sequence, sequence));
    return { first, second: { ...second, id: 'variant', sequence }, stretches };
  }

  /** @param {number} row @param {string} letters */
  comparisonTsv(row, letters) {
    const { sequence } = this.at(row);
    return this.ask((worker, key) => worker.comparisonTsv(key, sequence, letters));
  }

  /**
   * Adds RNAs to a survey; null starts one.
   * @param {number[]} rows
   * @param {number} k
   * @param {number[]} thresholds
   * @param {string | null} before
   */
  survey(rows, k, thresholds, before) {
    const items = rows.map((row) => item(this.at(row), row));
    return this.ask((worker, key) => worker.survey(key, items, k, thresholds, before));
  }

  /** @param {string} survey */
  surveyReport(survey) {
    return this.ask((worker, key) => worker.surveyReport(key, survey));
  }

  /** @param {string} survey */
  surveyTsv(survey) {
    return this.ask((worker, key) => worker.surveyTsv(key, survey));
  }

  /**
   * @param {Float32Array} values rows one after another
   * @param {number} width
   */
  clustered(values, width) {
    return this.ask((worker) => worker.clustered(values, width));
  }

  /**
   * The results as the file the command line writes, piece by piece.
   * @param {FileForm} form
   * @param {Row[]} rows
   * @param {number[] | null} thresholds null: the model's own
   * @param {Problem[]} problems
   * @param {(written: number) => void} onProgress told how many RNAs have been written
   */
  async write(form, rows, thresholds, problems, onProgress) {
    /** @type {string[]} */
    const parts = [];
    await this.ask(async (worker, key) => {
      parts.length = 0;
      parts.push(await worker.openWriter(key, form, thresholds));
      for (let from = 0; from < rows.length; from += PIECE) {
        /** @type {Prediction[]} */
        const piece = rows.slice(from, from + PIECE).map((row) => ({ ...row, sequence: this.at(row.index).sequence }));
        parts.push(await worker.write(piece));
        onProgress(Math.min(rows.length, from + PIECE));
      }
      parts.push(await worker.closeWriter(problems));
    });
    return new Blob(parts, { type: 'text/plain' });
  }
}
