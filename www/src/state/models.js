// @ts-check
/** The models a visitor can choose: those beside the page, opened files, and what was trained here. */
import { Store } from '../store.js';
import { message } from '../engine/words.js';
import { isTrap } from '../engine/trap.js';
import { engine } from './engine.js';
import { lookForUpdate } from './update.js';

/** @import { ModelInfo } from '../engine/types/core.js' */
/** @import { ModelEntry } from '../types/page.js' */

/**
 * entries: the choice.
 * files: those that are here, by model.
 * infos: what files say of themselves, once they were opened.
 * failure: why the list of the site's models could not be had, in words; else empty.
 * @typedef {{ entries: readonly ModelEntry[], files: ReadonlyMap<string, Uint8Array>, infos: ReadonlyMap<string, ModelInfo>, failure: string }} Models
 */

/** @type {Store<Models>} */
export const models = new Store(
  /** @type {Models} */ ({ entries: [], files: new Map(), infos: new Map(), failure: '' }),
);

/** @param {Partial<Models>} changed */
function change(changed) {
  models.set({ ...models.get(), ...changed });
}

export function modelEntries() {
  return models.get().entries;
}

/** @param {string} name */
export function modelInfo(name) {
  return models.get().infos.get(name) ?? null;
}

/** @param {string} name @param {Uint8Array} bytes */
function withFile(name, bytes) {
  return { files: new Map(models.get().files).set(name, bytes) };
}

/** @param {string} name @param {ModelInfo} info */
function withInfo(name, info) {
  return { infos: new Map(models.get().infos).set(name, info) };
}

/** @type {Promise<void> | undefined} */
let listing;

/** Reads models/index.json, once; after a failure, again with the next call. Throws in words. */
export function listModels() {
  listing ??= readIndex().catch((error) => {
    // What failed once, for want of a network, may be had later.
    listing = undefined;
    change({ failure: message(error) });
    throw error;
  });
  return listing;
}

async function readIndex() {
  const response = await fetch('models/index.json').catch(() => null);
  // A connection that breaks off in the middle fails here.
  const text = response?.ok ? await response.text().catch(() => null) : null;
  if (!response || text === null) {
    const why = response && !response.ok ? `HTTP ${response.status}` : 'there is no connection, or it broke off';
    throw new Error(`The list of models could not be fetched (${why}). You can still open a model file.`);
  }
  const index = parsed(text);
  if (!Array.isArray(index?.models))
    throw new Error(
      'The file models/index.json of this site is not a list of models. You can still open a model file.',
    );
  const listed = index.models.map((model) => ({ ...model, origin: /** @type {const} */ ('site') }));
  change({ entries: [...listed, ...modelEntries()], failure: '' });
}

/**
 * @param {string} text
 * @returns {{ models: Omit<ModelEntry, 'origin'>[] } | null} null if it is not JSON
 */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Files that are being fetched, by model. @type {Map<string, Promise<Uint8Array>>} */
const fetching = new Map();

/** @param {string} name */
async function modelBytes(name) {
  const held = models.get().files.get(name);
  if (held) return held;
  const entry = modelEntries().find((model) => model.name === name);
  if (!entry?.file) throw new Error(`There is no model named ${name}.`);
  const { file } = entry;
  if (!fetching.has(name))
    fetching.set(
      name,
      fetchModel(name, file).finally(() => fetching.delete(name)),
    );
  return /** @type {Promise<Uint8Array>} */ (fetching.get(name));
}

/** The SHA-256 of every model file that this page was built with, by file name. @type {Record<string, string>} */
const HASHES = JSON.parse(import.meta.env.MODEL_HASHES ?? '{}');

/** The header of a safetensors file is JSON behind eight bytes. */
const HEADER_AT = 8;
const HEADER_BEGINS = '{'.charCodeAt(0);

/** @param {string} name @param {string} file */
async function fetchModel(name, file) {
  const hash = HASHES[file];
  // With its hash in the address, a stored file of another version of the page is never taken for it.
  const response = await fetch(`models/${file}${hash ? `?${hash}` : ''}`).catch(() => null);
  if (response && !response.ok)
    throw new Error(
      `The model ${name} could not be fetched: this site has no models/${file} (HTTP ${response.status}). Choose another model, or open a model file.`,
    );
  // A connection that breaks off in the middle fails here.
  const buffer = await response?.arrayBuffer().catch(() => null);
  if (!buffer)
    throw new Error(
      `The model ${name} could not be fetched: there is no connection, or it broke off. Connect to the network and press Predict again, or choose a model that was fetched before.`,
    );
  const bytes = new Uint8Array(buffer);
  if (bytes[HEADER_AT] !== HEADER_BEGINS) {
    lookForUpdate();
    throw new Error(
      `This site sends something else than a model at models/${file}, perhaps a web page. Choose another model, and tell whoever runs the site.`,
    );
  }
  change(withFile(name, bytes));
  return bytes;
}

/**
 * Sees to it that the prediction worker has the model open.
 * @param {string} name
 * @returns {Promise<ModelInfo>}
 */
export async function openModel(name) {
  const known = modelInfo(name);
  if (known && (await isOpenModel(name))) return known;
  const bytes = await modelBytes(name);
  const info = await openBytes(name, bytes);
  checkVersion(name, info);
  change(withInfo(name, info));
  return info;
}

/** @param {string} name @param {Uint8Array} bytes */
async function openBytes(name, bytes) {
  // A core that cannot start is not the model's fault.
  await engine.predictor.ready();
  try {
    return await engine.predictor.ask((coordinator) => coordinator.open(name, bytes));
  } catch (error) {
    if (isTrap(error)) throw error;
    // What arrived damaged may arrive whole the next time.
    forgetFile(name);
    throw new Error(`The model ${name} cannot be opened: ${message(error)}`);
  }
}

/**
 * Throws in words if a model of the site is not the one that this page was built with.
 * @param {string} name
 * @param {ModelInfo} info
 */
function checkVersion(name, { hash }) {
  const file = modelEntries().find((model) => model.name === name)?.file ?? '';
  if (HASHES[file] === undefined || HASHES[file].startsWith(hash)) return;
  forgetFile(name);
  lookForUpdate();
  throw new Error(
    `The model ${name} is not the one that this version of the page has: a newer version was published meanwhile. Reload the page.`,
  );
}

/** @param {string} name of a model that can be fetched again */
function forgetFile(name) {
  const file = modelEntries().find((model) => model.name === name)?.file;
  const files = new Map(models.get().files);
  if (file && files.delete(name)) change({ files });
}

/** @param {string} name */
export async function isOpenModel(name) {
  return models.get().infos.has(name) && engine.predictor.ask((coordinator) => coordinator.isOpen(name));
}

/** @param {string} wanted */
function freeName(wanted) {
  const taken = new Set(modelEntries().map((model) => model.name));
  if (!taken.has(wanted)) return wanted;
  let number = 2;
  while (taken.has(`${wanted}-${number}`)) number += 1;
  return `${wanted}-${number}`;
}

/**
 * Adds a model file to the choice; a file that is not a model throws.
 * @param {string} wantedName
 * @param {Uint8Array} bytes
 * @param {'file' | 'trained'} origin
 * @returns {Promise<string>} the name it is listed under
 */
export async function addModel(wantedName, bytes, origin) {
  const name = freeName(wantedName);
  const info = await engine.predictor.ask((coordinator) => coordinator.open(name, bytes));
  const { compartments, figures } = info;
  const summary = origin === 'trained' ? 'Trained on this page.' : 'Opened from a file.';
  const entry = { name, rna_class: null, species: null, compartments, summary, figures, origin };
  change({ entries: [...modelEntries(), entry], ...withFile(name, bytes), ...withInfo(name, info) });
  return name;
}

/** Names of the models whose files are here already. */
export function fetchedModels() {
  return new Set(models.get().files.keys());
}
