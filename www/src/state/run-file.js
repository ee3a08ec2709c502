// @ts-check
/**
 * The run file: everything that decides a prediction, as JSON. Inputs are named by
 * size and SHA-256; their sequences go in only where the visitor asks for it.
 */
import { sha256 } from '../sha256.js';
import { stem } from './files.js';

/** @import { ModelInfo } from '../engine/types/core.js' */
/** @import { Source } from '../engine/types/engine.js' */

const FORMAT = 1;

/** @typedef {{ name: string, size: number, sha256: string, content?: string }} RunInput content: base64, where asked for */
/** @typedef {{ rmlocnet_run: number, version: string, made: string, model: { name: string, sha256: string }, thresholds: Record<string, number>, inputs: RunInput[] }} RunFile */

/** Also of one that a browser has numbered, because there was one of that name. @param {string} name */
export function isRunFile(name) {
  return /\.rmlocnet( ?\(\d+\))?\.json$/i.test(name);
}

/** @param {Source} source */
async function bytesOf({ content }) {
  return typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(await content.arrayBuffer());
}

/** @param {Uint8Array} bytes */
function base64(bytes) {
  let text = '';
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}

/**
 * @param {{ model: ModelInfo, modelName: string, inputs: Source[] }} run
 * @param {number[]} thresholds
 * @param {boolean} withSequences
 * @returns {Promise<Blob>}
 */
export async function runFile({ model, modelName, inputs }, thresholds, withSequences) {
  const described = inputs.map(async (source) => {
    const { name, content, size } = source;
    const input = { name: name || 'Text box', size, sha256: await sha256(content) };
    return withSequences ? { ...input, content: base64(await bytesOf(source)) } : input;
  });
  /** @type {RunFile} */
  const run = {
    rmlocnet_run: FORMAT,
    version: model.version,
    made: new Date().toISOString(),
    model: { name: modelName, sha256: model.hash },
    thresholds: Object.fromEntries(model.compartments.map((name, i) => [name, thresholds[i]])),
    inputs: await Promise.all(described),
  };
  return new Blob([`${JSON.stringify(run, null, 2)}\n`], { type: 'application/json' });
}

/**
 * Reads a run file; throws in words where it is none.
 * @param {File} file
 * @returns {Promise<RunFile>}
 */
export async function readRunFile(file) {
  /** @type {any} */
  let run;
  try {
    run = JSON.parse(await file.text());
  } catch {
    throw new Error(`${file.name} is not a run file: it is not JSON.`);
  }
  const whole =
    run &&
    typeof run.model?.name === 'string' &&
    Array.isArray(run.inputs) &&
    run.thresholds &&
    typeof run.thresholds === 'object';
  if (!whole || !run.rmlocnet_run) throw new Error(`${file.name} is not a run file of this program.`);
  if (run.rmlocnet_run > FORMAT)
    throw new Error(
      `${file.name} was written by a newer version (format ${run.rmlocnet_run}); this one reads up to ${FORMAT}.`,
    );
  const problem = problemOf(run);
  if (problem) throw new Error(`${file.name}: ${problem}.`);
  return run;
}

/**
 * What is wrong with the entries of a run file, in words; empty if nothing is.
 * @param {any} run
 */
function problemOf({ thresholds, inputs }) {
  for (const [name, value] of Object.entries(thresholds)) {
    const isProbability = typeof value === 'number' && value >= 0 && value <= 1;
    if (!isProbability) return `the threshold of ${name} is ${JSON.stringify(value)}, not a number from 0 to 1`;
  }
  for (const [i, input] of inputs.entries()) {
    const place = `input ${i + 1}`;
    if (typeof input?.name !== 'string' || typeof input.sha256 !== 'string') return `${place} has no name or no sha256`;
    if (input.content !== undefined && decoded(input.content) === null) return `the content of ${place} is not base64`;
  }
  return '';
}

/**
 * The bytes that a base64 text stands for; null if it is not base64.
 * @param {unknown} content
 */
function decoded(content) {
  if (typeof content !== 'string') return null;
  try {
    return Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  } catch {
    return null;
  }
}

/**
 * The files a run file holds, to be predicted again.
 * @param {RunFile} run
 */
export function heldFiles({ inputs }) {
  return inputs.flatMap(({ name, content }) => {
    if (content === undefined) return [];
    return [new File([decoded(content) ?? new Uint8Array()], name)];
  });
}

/**
 * The inputs of a run among these files, in the order of the run, and the names of those that are not there.
 * @param {RunFile} run
 * @param {File[]} files
 */
export async function findInputs({ inputs }, files) {
  const hashes = await Promise.all(files.map((file) => sha256(file)));
  const place = (/** @type {RunInput} */ input) => hashes.indexOf(input.sha256);
  return {
    found: inputs.filter((input) => place(input) >= 0).map((input) => files[place(input)]),
    missing: inputs.filter((input) => place(input) < 0).map(({ name }) => name),
  };
}

/** @param {string} modelName */
export function runFileName(modelName) {
  return `${stem(modelName)}.rmlocnet.json`;
}
