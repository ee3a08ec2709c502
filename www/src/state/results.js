// @ts-check
/** What one model has predicted of a run, and questions about it. */

/** @import { Model, Problem } from '../engine/types/core.js' */
/** @import { FileFormat, Row, Source, SourcedProblem } from '../engine/types/engine.js' */
/** @import { ModelMethod } from '../engine/call.js' */
/** @import { PortionHandle } from '../engine/run-handle.js' */

export class Results {
  /** @type {PortionHandle} */
  #portion;

  /**
   * @param {PortionHandle} portion
   * @param {Source[]} inputs
   * @param {boolean} isPart whether other models predicted other RNAs of the inputs
   */
  constructor(portion, inputs, isPart) {
    this.#portion = portion;
    this.model = portion.model;
    this.modelName = portion.modelName;
    this.inputs = inputs;
    this.isPart = isPart;
    /** In effect for them: the model's own until a person moves them. */
    this.thresholds = [...portion.model.thresholds];
    /** @type {Row[]} */
    this.rows = [];
    /** What could not be read, and what the model could not predict. @type {SourcedProblem[]} */
    this.problems = [];
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
    return this.#portion.ask(method, ...given);
  }

  /**
   * The attention over an RNA, with the RNA.
   * @param {number} row
   */
  explain(row) {
    return this.#portion.explain(row);
  }

  /**
   * RNAs, as the model takes them.
   * @param {number[]} rows
   */
  items(rows) {
    return this.#portion.items(rows);
  }

  /**
   * Another RNA beside one of the results; it is read as any input is.
   * @param {number} row
   * @param {string} letters
   */
  async compare(row, letters) {
    const first = await this.explain(row);
    const second = await this.ask('explain', letters);
    const sequence = await this.#portion.readSequence(letters);
    return { first, second: { ...second, id: 'variant', sequence } };
  }

  /**
   * The results whose definition lines name compartments, next to these; null if there are none.
   * @param {number[]} thresholds
   */
  async agreement(thresholds) {
    const labelled = this.rows.filter((row) => row.definition);
    return labelled.length > 0 ? this.#portion.agreement(labelled, thresholds) : null;
  }

  /**
   * The file that the command line writes.
   * @param {FileFormat} format
   * @param {number[] | null} thresholds null: the model's own
   * @param {Problem[]} problems
   * @param {(written: number) => boolean} onProgress told how many RNAs have been written; false stops
   */
  write(format, thresholds, problems, onProgress) {
    return this.#portion.write(format, this.rows, thresholds, problems, onProgress);
  }
}
