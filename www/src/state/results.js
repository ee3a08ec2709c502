// @ts-check
/** The results of one prediction run, and questions about them. */

/** @import { Model, Problem } from '../engine/types/core.js' */
/** @import { FileFormat, Row, Source } from '../engine/types/engine.js' */
/** @import { ModelMethod } from '../engine/call.js' */
/** @import { RunHandle } from '../engine/run-handle.js' */

export class Results {
  /** @type {RunHandle} */
  #run;

  /**
   * @param {RunHandle} run
   * @param {string} modelName
   * @param {Source[]} inputs
   */
  constructor(run, modelName, inputs) {
    this.#run = run;
    this.model = run.model;
    this.modelName = modelName;
    this.inputs = inputs;
    /** @type {Row[]} */
    this.rows = [];
    this.started = performance.now();
    /** Milliseconds from the start to the latest row. */
    this.took = 0;
    /** What they were computed on so far, in words. */
    this.device = '';
  }

  /** @param {Row[]} rows */
  add(rows) {
    for (const row of rows) this.rows.push(row);
    this.took = performance.now() - this.started;
  }

  /**
   * Asks the model that predicted them.
   * @template {ModelMethod} M
   * @param {M} method
   * @param {Parameters<Model[M]>} given
   */
  ask(method, ...given) {
    return this.#run.ask(method, ...given);
  }

  /**
   * The attention over an RNA, with the RNA.
   * @param {number} row
   */
  explain(row) {
    return this.#run.explain(row);
  }

  /**
   * RNAs, as the model takes them.
   * @param {number[]} rows
   */
  items(rows) {
    return this.#run.items(rows);
  }

  /**
   * Another RNA beside one of the results; it is read as any input is.
   * @param {number} row
   * @param {string} letters
   */
  async compare(row, letters) {
    const first = await this.explain(row);
    const second = await this.ask('explain', letters);
    const sequence = await this.#run.readSequence(letters);
    return { first, second: { ...second, id: 'variant', sequence } };
  }

  /**
   * The file that the command line writes.
   * @param {FileFormat} format
   * @param {number[] | null} thresholds null: the model's own
   * @param {Problem[]} problems
   * @param {(written: number) => boolean} onProgress told how many RNAs have been written; false stops
   */
  write(format, thresholds, problems, onProgress) {
    return this.#run.write(format, this.rows, thresholds, problems, onProgress);
  }
}
