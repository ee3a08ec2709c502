// @ts-check
/** The browser's address bar: the only file that reads and writes it. */
import { Store } from '../store.js';
import { parse, serialise } from './address.js';

/** @import { Address, Values, View } from './address.js' */

/** @type {Store<Address>} */
export const address = new Store(parse(location.hash));

window.addEventListener('hashchange', () => address.set(parse(location.hash)));

/**
 * The link to a view. What is not named stays as it is.
 * @param {View} view
 * @param {Partial<Values>} [values]
 */
export function link(view, values = {}) {
  return serialise(view, { ...address.get(), ...values });
}

/**
 * Goes to a view; the browser's back button leads back.
 * @param {View} view
 * @param {Partial<Values>} [values]
 */
export function visit(view, values = {}) {
  location.hash = link(view, values);
}

/**
 * Changes values in the address, without a new entry in the browser's history.
 * @param {Partial<Values>} values
 */
export function record(values) {
  history.replaceState(null, '', link(address.get().view, values));
  address.set(parse(location.hash));
}
