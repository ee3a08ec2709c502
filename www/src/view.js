// @ts-check
import { LitElement } from 'lit';

/**
 * A view or part of one. It renders into the page itself, not a shadow tree: one
 * style sheet serves all, and labels and descriptions can refer across parts.
 */
export class View extends LitElement {
  createRenderRoot() {
    return this;
  }
}

/**
 * A listener for a form control, given its value.
 * @param {(value: string) => void} use
 * @returns {(event: Event) => void}
 */
export function onValue(use) {
  return ({ target }) => use(/** @type {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} */ (target).value);
}

/**
 * A listener for a checkbox, given whether it is checked.
 * @param {(checked: boolean) => void} use
 * @returns {(event: Event) => void}
 */
export function onChecked(use) {
  return ({ target }) => use(/** @type {HTMLInputElement} */ (target).checked);
}
