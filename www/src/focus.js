// @ts-check
/** Keeps the keyboard's focus where the work goes on. */

/** @import { ReactiveController, ReactiveControllerHost } from 'lit' */

/**
 * Gives the focus to another element if the one that had it is gone after rendering, so that it does
 * not fall back to the beginning of the page.
 * @implements {ReactiveController}
 */
export class FocusKeeper {
  #host;
  #within;
  #instead;
  #held = false;

  /**
   * @param {ReactiveControllerHost & HTMLElement} host
   * @param {string} within selects the part of the host whose focus is kept
   * @param {string} instead selects who gets the focus
   */
  constructor(host, within, instead) {
    this.#host = host;
    this.#within = within;
    this.#instead = instead;
    host.addController(this);
  }

  hostUpdate() {
    this.#held = this.#host.querySelector(this.#within)?.contains(document.activeElement) ?? false;
  }

  hostUpdated() {
    if (!this.#held) return;
    const part = this.#host.querySelector(this.#within);
    const focused = document.activeElement;
    if (!part || !focused) return;
    if (part.contains(focused) && !focused.matches(':disabled, [hidden]')) return;
    /** @type {HTMLElement | null} */ (this.#host.querySelector(this.#instead))?.focus({ preventScroll: true });
  }
}
