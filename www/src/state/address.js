// @ts-check
/**
 * Everything that the page's address can hold: `#view?name=value&…`. An address is stored in the
 * browser's history and passed on as a link, so there is no parameter for a sequence, and text that
 * could be one is left out.
 */

/** @import { DeviceWanted } from '../engine/types/core.js' */

/** @typedef {'predict' | 'train' | 'models' | 'help'} View */
/** @type {View[]} */
export const VIEWS = ['predict', 'train', 'models', 'help'];
/** @type {DeviceWanted[]} */
export const DEVICES = ['auto', 'cpu', 'webgpu'];
/** What a link can hide, for a lesson: the links to the views, and the choice of the device. */
export const HIDABLE = /** @type {const} */ ([...VIEWS, 'device']);
/** The colour scales of attention: of its own for each row, or one for all rows. */
export const SCALES = /** @type {const} */ (['row', 'common']);

/** Longer names are left out. */
const MAX_NAME = 100;

/**
 * One value of the address.
 * @template T
 * @typedef {object} Parameter
 * @property {T} standard left out of the address
 * @property {(text: string) => T} read gives the standard value if the text is out of range
 * @property {(value: T) => string} write
 */

/**
 * One of several words.
 * @template {string} T
 * @param {readonly T[]} words
 * @param {T} standard
 * @returns {Parameter<T>}
 */
function oneOf(words, standard) {
  return { standard, read: (text) => words.find((word) => word === text) ?? standard, write: (word) => word };
}

/**
 * A whole number. The address counts from 1, as the page does; the value from 0.
 * @param {number} most in the address
 * @returns {Parameter<number>}
 */
function place(most) {
  const read = (/** @type {string} */ text) => (/^[1-9]\d*$/.test(text) && Number(text) <= most ? Number(text) - 1 : 0);
  return { standard: 0, read, write: (value) => `${value + 1}` };
}

/**
 * Several of some words, each once, in the order of the list.
 * @template {string} T
 * @param {readonly T[]} words
 * @returns {Parameter<readonly T[]>}
 */
function someOf(words) {
  const read = (/** @type {string} */ text) => words.filter((word) => text.split(',').includes(word));
  return { standard: [], read, write: (chosen) => words.filter((word) => chosen.includes(word)).join(',') };
}

/**
 * The name of something that the page lists.
 * @returns {Parameter<string | null>}
 */
function name() {
  const kept = (/** @type {string | null} */ text) =>
    text && text.length <= MAX_NAME && !couldBeSequence(text) ? text : null;
  return { standard: null, read: kept, write: (value) => kept(value) ?? '' };
}

/**
 * Whether a name has nothing but nucleotides in it, or twelve or more in a row.
 * @param {string} text
 */
function couldBeSequence(text) {
  return /^[acgtun\W\d_]*$/i.test(text) || /[acgtun]{12}/i.test(text);
}

export const PARAMETERS = {
  /** The model that predicts. */
  model: name(),
  /** What to compute on. */
  device: oneOf(DEVICES, 'auto'),
  /** The RNA of the results that is explained. */
  rna: place(1e9),
  /** Whether each row of attention has colours of its own, or all have the same. */
  scale: oneOf(SCALES, 'row'),
  /** What the page does not show. */
  hide: someOf(HIDABLE),
};

/** @typedef {{ [K in keyof typeof PARAMETERS]: (typeof PARAMETERS)[K]['standard'] }} Values */
/** @typedef {Values & { view: View }} Address */

const ENTRIES = /** @type {[keyof Values, Parameter<any>][]} */ (Object.entries(PARAMETERS));

/**
 * The view and the value of every parameter. Unknown names are ignored.
 * @param {string} hash with its `#`, or empty
 * @returns {Address}
 */
export function parse(hash) {
  const [path, query = ''] = hash.replace(/^#/, '').split('?');
  const parameters = new URLSearchParams(query);
  const values = ENTRIES.map(([key, { read, standard }]) => [
    key,
    parameters.has(key) ? read(parameters.get(key) ?? '') : standard,
  ]);
  return { view: VIEWS.find((view) => view === path) ?? 'predict', ...Object.fromEntries(values) };
}

/**
 * The part of an address after the page's own, with its `#`. Standard values are left out, and so
 * is what would not be read as the same value.
 * @param {View} view
 * @param {Partial<Values>} values
 */
export function serialise(view, values) {
  const parameters = new URLSearchParams();
  for (const [key, { standard, read, write }] of ENTRIES) {
    const text = write(values[key] ?? standard);
    if (text !== write(standard) && text === write(read(text))) parameters.set(key, text);
  }
  const query = `${parameters}`.replaceAll('%2C', ',');
  return query ? `#${view}?${query}` : `#${view}`;
}
