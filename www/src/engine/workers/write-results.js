// @ts-check
/** Writes results as the file that the command line writes. */

/** @import * as Comlink from 'comlink' */
/** @import { Prediction, Problem } from '../types/core.js' */
/** @import { FileFormat } from '../types/engine.js' */
/** @import { Computing } from './compute.js' */

/** RNAs that are written at a time. */
const PIECE = 256;

/**
 * @param {Comlink.Remote<Computing>} worker
 * @param {string} key of the model
 * @param {object} file
 * @param {FileFormat} file.format
 * @param {number} file.count of the predictions
 * @param {(from: number, to: number) => Prediction[]} file.predictions end-exclusive
 * @param {number[] | null} file.thresholds null: the model's own
 * @param {Problem[]} file.problems
 * @param {(written: number) => boolean | Promise<boolean>} onProgress told how many RNAs have been written; false stops
 */
export async function writeResults(worker, key, { format, count, predictions, thresholds, problems }, onProgress) {
  const parts = [await worker.openWriter(key, format, thresholds)];
  for (let from = 0; from < count; from += PIECE) {
    const to = Math.min(count, from + PIECE);
    parts.push(await worker.write(predictions(from, to)));
    if (!(await onProgress(to))) throw new Error('Cancelled.');
  }
  parts.push(await worker.closeWriter(problems));
  return new Blob(parts, { type: 'text/plain' });
}
