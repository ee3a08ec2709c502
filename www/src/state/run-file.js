// @ts-check
/**
 * The run file: everything that decides a prediction, as JSON. Inputs are named by
 * size and SHA-256; their sequences go in only where the visitor asks for it.
 */
import { stem } from './files.js';

/** @import { ModelInfo } from '../engine/types/core.js' */
/** @import { Source } from '../engine/types/engine.js' */

const FORMAT = 1;

/** @typedef {{ name: string, size: number, sha256: string, content?: string }} RunInput content: base64, where asked for */
/** @typedef {{ rmlocnet_run: number, version: string, made: string, model: { name: string, sha256: string }, thresholds: Record<string, number>, inputs: RunInput[] }} RunFile */

/** @param {string} name */
export function isRunFile(name) {
  return /\.rmlocnet\.json$/i.test(name);
}

/** @param {ArrayBuffer} bytes */
async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @param {Source} source */
async function bytesOf({ content }) {
  return typeof content === 'string'
    ? /** @type {ArrayBuffer} */ (new TextEncoder().encode(content).buffer)
    : content.arrayBuffer();
}

/** @param {ArrayBuffer} bytes */
function base64(bytes) {
  let text = '';
  const view = new Uint8Array(bytes);
  for (let i = 0; i < view.length; i += 0x8000) text += String.fromCharCode(...view.subarray(i, i + 0x8000));
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
    const bytes = await bytesOf(source);
    const input = { name: source.name || 'Text box', size: bytes.byteLength, sha256: await sha256(bytes) };
    return withSequences ? { ...input, content: base64(bytes) } : input;
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
  return run;
}

/**
 * The files a run file holds, to be predicted again.
 * @param {RunFile} run
 */
export function heldFiles({ inputs }) {
  return inputs.flatMap(({ name, content }) => {
    if (content === undefined) return [];
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    return [new File([bytes], name)];
  });
}

/**
 * What of a run's inputs is not among these files, in words; empty where all are.
 * @param {RunFile} run
 * @param {File[]} files
 */
export async function missing({ inputs }, files) {
  const hashes = new Set(await Promise.all(files.map(async (file) => sha256(await file.arrayBuffer()))));
  return inputs.filter((input) => !hashes.has(input.sha256)).map(({ name }) => name);
}

/** @param {string} modelName */
export function runFileName(modelName) {
  return `${stem(modelName)}.rmlocnet.json`;
}
