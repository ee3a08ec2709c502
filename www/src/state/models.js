// @ts-check
/** The models a visitor can choose: those beside the page, opened files, and what was trained here. */
import { predictor } from './engine.js';

/** @import { ModelInfo } from '../types/core.js' */
/** @import { ModelEntry } from '../types/page.js' */

/** @type {ModelEntry[]} */
let entries = [];
/** @type {Map<string, Uint8Array>} */
const bytesByName = new Map();
/** @type {Map<string, ModelInfo>} */
const infoByName = new Map();
const changes = new EventTarget();

function announce() {
  changes.dispatchEvent(new Event('change'));
}

/** @param {() => void} listener */
export function onModels(listener) {
  changes.addEventListener('change', listener);
  return () => changes.removeEventListener('change', listener);
}

export function modelEntries() {
  return entries;
}

/** @param {string} name */
export function modelInfo(name) {
  return infoByName.get(name) ?? null;
}

/** @type {Promise<void> | undefined} */
let listing;

/** Reads models/index.json, once; throws in words when it cannot be had. */
export function listModels() {
  listing ??= readIndex();
  return listing;
}

async function readIndex() {
  const response = await fetch('models/index.json');
  if (!response.ok) throw new Error(`The list of models could not be fetched (HTTP ${response.status}). Reload the page, or open a model file.`);
  /** @type {{ models: Omit<ModelEntry, 'origin'>[] }} */
  const { models } = await response.json();
  entries = [...models.map((model) => ({ ...model, origin: /** @type {const} */ ('site') })), ...entries];
  announce();
}

/** @param {string} name */
async function modelBytes(name) {
  const held = bytesByName.get(name);
  if (held) return held;
  const entry = entries.find((model) => model.name === name);
  if (!entry?.file) throw new Error(`There is no model named ${name}.`);
  const response = await fetch(`models/${entry.file}`).catch(() => null);
  if (!response?.ok) throw new Error(`The model ${name} could not be fetched. Connect to the network again, or choose a model that was fetched before.`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  bytesByName.set(name, bytes);
  return bytes;
}

/**
 * Sees to it that the prediction worker has the model open.
 * @param {string} name
 * @returns {Promise<ModelInfo>}
 */
export async function openModel(name) {
  const worker = await predictor.get();
  const known = infoByName.get(name);
  if (known && (await worker.isOpen(name))) return known;
  const info = await worker.open(name, await modelBytes(name));
  infoByName.set(name, info);
  announce();
  return info;
}

/** @param {string} name */
export async function isOpenModel(name) {
  return infoByName.has(name) && (await predictor.get()).isOpen(name);
}

/** @param {string} wanted */
function freeName(wanted) {
  const taken = new Set(entries.map((model) => model.name));
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
  const worker = await predictor.get();
  const info = await worker.open(name, bytes);
  bytesByName.set(name, bytes);
  infoByName.set(name, info);
  const { compartments } = info;
  const summary = origin === 'trained' ? 'Trained on this page.' : 'Opened from a file.';
  entries = [...entries, { name, rna_class: null, species: null, compartments, summary, origin }];
  announce();
  return name;
}

/** Names of the models whose files are here already. */
export function fetchedModels() {
  return new Set(bytesByName.keys());
}
