// @ts-check
/** A run that a run file describes: its model, and its inputs among the files that are here. */
import { listModels, modelEntries, modelInfo, openModel } from './models.js';
import { findInputs, heldFiles, readRunFile } from './run-file.js';

/** @import { SavedRun } from '../engine/types/core.js' */

/**
 * Reads a run file and opens the model of the run; throws in words.
 * @param {File} file
 */
export async function openSavedRun(file) {
  const run = await readRunFile(file);
  await listModels();
  if (!modelEntries().some(({ name }) => name === run.model.name))
    throw new Error(
      `the run was made with the model ${run.model.name}, which is not here. Open its file, then drop the run file again.`,
    );
  await openModel(run.model.name);
  return run;
}

/**
 * The inputs of a run, from its file or among others, the names of those that are not there, and what a person should
 * know if its model is another version than the one that is here.
 * @param {SavedRun} run
 * @param {File[]} files
 */
export async function inputsOf(run, files) {
  const { name, sha256 } = run.model;
  const otherModel = sha256.startsWith(modelInfo(name)?.hash ?? '')
    ? ''
    : `The run was made with another version of the model ${name}, so results may differ.`;
  const held = heldFiles(run);
  return { ...(await findInputs(run, held.length > 0 ? held : files)), otherModel };
}
