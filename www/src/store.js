// @ts-check
/** Values that several parts of the page follow. */

/** @import { ReactiveController, ReactiveControllerHost } from 'lit' */

/**
 * A value, and those who are told when another one takes its place.
 * @template T
 */
export class Store {
  /** @type {Set<() => void>} */
  #listeners = new Set();
  /** @type {T} */
  #value;

  /** @param {T} value */
  constructor(value) {
    this.#value = value;
  }

  get() {
    return this.#value;
  }

  /** @param {T} value */
  set(value) {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of [...this.#listeners]) listener();
  }

  /**
   * @param {() => void} listener
   * @returns {() => void} ends it
   */
  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/**
 * Renders an element again whenever one of its stores changes, as long as the element is on the page.
 * @implements {ReactiveController}
 */
export class StoreController {
  /** @type {(() => void)[]} */
  #ends = [];
  #host;
  #stores;

  /**
   * @param {ReactiveControllerHost} host
   * @param {Store<any>[]} stores
   */
  constructor(host, ...stores) {
    this.#host = host;
    this.#stores = stores;
    host.addController(this);
  }

  hostConnected() {
    this.#ends = this.#stores.map((store) => store.subscribe(() => this.#host.requestUpdate()));
  }

  hostDisconnected() {
    for (const end of this.#ends) end();
    this.#ends = [];
  }
}
