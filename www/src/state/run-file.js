// @ts-check
/**
 * Run files of this page: everything that determines its predictions, to repeat them. The core
 * reads and writes them, as for the command line.
 */
import { engine } from './engine.js';
import { stem } from './files.js';

/** @import { SavedRun } from '../engine/types/core.js' */
/** @import { Results } from './results.js' */

/** Also of one that a browser has numbered, because there was one of that name. @param {string} name */
export function isRunFile(name) {
  return /\.rmlocnet( ?\(\d+\))?\.json$/i.test(name);
}

/**
 * A run file of results. Those of a run by class are repeated with the RNAs of their model alone, as the FASTA file of
 * the results has them: another program would not divide the inputs in the same way.
 * @param {Results} results
 * @param {boolean} withSequences
 */
export async function runFile(results, withSequences) {
  const { model, modelName, thresholds } = results;
  const run = {
    made: new Date().toISOString(),
    model: { name: modelName, sha256: model.hash },
    thresholds: Object.fromEntries(model.compartments.map((name, i) => [name, thresholds[i]])),
    has_sequences: withSequences,
  };
  const inputs = results.isPart ? [await ownInput(results)] : results.inputs;
  const names = inputs.map(({ name }) => name || 'Text box');
  const contents = inputs.map(({ content }) => (typeof content === 'string' ? new Blob([content]) : content));
  return new Blob([await engine.askCore('write_run_file', run, names, contents)], { type: 'application/json' });
}

/** The RNAs of results, under the name of the file that they are saved in. @param {Results} results */
async function ownInput(results) {
  return { name: resultsFileName(results, 'fa'), content: await results.write('fasta', null, [], () => true) };
}

/**
 * The name of a file of results.
 * @param {Results} results
 * @param {string} ending
 */
export function resultsFileName({ modelName }, ending) {
  return `${modelName}-predictions.${ending}`;
}

/**
 * Reads a run file; throws in words if it is not one.
 * @param {File} file
 * @returns {Promise<SavedRun>}
 */
export async function readRunFile(file) {
  return engine.askCore('read_run_file', new Uint8Array(await file.arrayBuffer()));
}

/**
 * The files a run file holds, to be predicted again.
 * @param {SavedRun} run
 */
export function heldFiles({ inputs, contents }) {
  return inputs.flatMap(({ name }, i) => {
    const content = contents[i];
    return content ? [new File([content], name)] : [];
  });
}

/**
 * The inputs of a run among these files, in the order of the run, and the names of those that are not there.
 * @param {SavedRun} run
 * @param {File[]} files
 */
export async function findInputs({ inputs }, files) {
  const { found, missing } = await engine.askCore('find_run_inputs', inputs, files);
  return { found: found.map((i) => files[i]), missing };
}

/** @param {string} modelName */
export function runFileName(modelName) {
  return `${stem(modelName)}.rmlocnet.json`;
}
