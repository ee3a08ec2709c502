// @ts-check
/** Keeps the keyboard's focus, and what is in sight, where the work goes on. */

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

/** A part of which less than this share of the window's height is in sight is gone to. */
const LEAST_IN_SIGHT = 0.4;

/**
 * Goes to a part of the page that is out of sight, with the focus on its heading, so that a screen reader
 * goes on there too.
 * @param {Element} part
 * @param {HTMLElement | null} heading
 */
export function goTo(part, heading) {
  const { top } = part.getBoundingClientRect();
  if (top >= 0 && top <= window.innerHeight * (1 - LEAST_IN_SIGHT)) return;
  const isCalm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  part.scrollIntoView({ block: 'start', behavior: isCalm ? 'auto' : 'smooth' });
  heading?.focus({ preventScroll: true });
}
