// @ts-check
/** A prediction run, and its portions: the RNAs that one model predicts. A run by class has several. */
import * as Comlink from 'comlink';

/** @import { Item, Model, Problem } from './types/core.js' */
/** @import { FileFormat, PortionStart, Row, RunStart } from './types/engine.js' */
/** @import { Coordinator } from './workers/coordinate.js' */
/** @import { ModelMethod } from './call.js' */
/** @import { WorkerSlot } from './worker-slot.js' */

export class RunHandle {
  /**
   * @param {WorkerSlot<Coordinator>} predictor
   * @param {RunStart} start
   */
  constructor(predictor, { run, portions, bytes_total }) {
    this.predictor = predictor;
    this.run = run;
    this.portions = portions.map((portion) => new PortionHandle(predictor, portion));
    this.bytesTotal = bytes_total;
  }

  /** The next results, as soon as there are some. After `stop`, and after the last ones, there are none. */
  next() {
    return this.predictor.ask((coordinator) => coordinator.next(this.run));
  }

  /** Ends the run; what it has given can still be asked about. */
  stop() {
    return this.predictor.ask((coordinator) => coordinator.stop(this.run));
  }
}

/** What one model predicts of a run, and questions about it. */
export class PortionHandle {
  /**
   * @param {WorkerSlot<Coordinator>} predictor
   * @param {PortionStart} start
   */
  constructor(predictor, { id, name, model }) {
    this.predictor = predictor;
    this.id = id;
    this.modelName = name;
    /** The model as it was when the run began. */
    this.model = model;
  }

  /**
   * Asks the model.
   * @template {ModelMethod} M
   * @param {M} method
   * @param {Parameters<Model[M]>} given
   * @returns {Promise<Awaited<ReturnType<Model[M]>>>}
   */
  ask(method, ...given) {
    return this.predictor.ask((coordinator) => /** @type {any} */ (coordinator).ask(this.id, method, ...given));
  }

  /**
   * The attention over an RNA of the results, with the RNA.
   * @param {number} row
   */
  explain(row) {
    return this.predictor.ask((coordinator) => coordinator.explain(this.id, row));
  }

  /**
   * RNAs of the results, as the model takes them.
   * @param {number[]} rows
   * @returns {Promise<Item[]>}
   */
  items(rows) {
    return this.predictor.ask((coordinator) => coordinator.items(this.id, rows));
  }

  /**
   * A sequence as the reader reads it.
   * @param {string} letters
   */
  readSequence(letters) {
    return this.predictor.ask((coordinator) => coordinator.readSequence(this.id, letters));
  }

  /**
   * Results next to the labels in their definition lines.
   * @param {Row[]} rows
   * @param {number[]} thresholds
   */
  agreement(rows, thresholds) {
    const limits = Float32Array.from(thresholds);
    return this.predictor.ask((coordinator) => coordinator.agreement(this.id, rows, limits));
  }

  /**
   * Results as the file that the command line writes.
   * @param {FileFormat} format
   * @param {Row[]} rows
   * @param {number[] | null} thresholds null: the model's own
   * @param {Problem[]} problems
   * @param {(written: number) => boolean} onProgress told how many RNAs have been written; false stops
   */
  write(format, rows, thresholds, problems, onProgress) {
    const progress = Comlink.proxy(onProgress);
    return this.predictor.ask((coordinator) =>
      coordinator.write(this.id, format, rows, thresholds, problems, progress),
    );
  }
}
