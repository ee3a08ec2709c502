// @ts-check
import { html } from 'lit';

/**
 * The button that goes on with a view's work. It stays the same element while what it does changes, so
 * that it keeps the keyboard's focus; for the same reason it is never disabled while work is under way.
 * @param {{ words: string, isPrimary: boolean, isDisabled?: boolean, isWaiting?: boolean }} look isWaiting: a press has no effect yet
 * @param {() => void} press
 */
export function mainButton({ words, isPrimary, isDisabled = false, isWaiting = false }, press) {
  const onClick = (/** @type {MouseEvent & { currentTarget: HTMLElement }} */ { currentTarget, detail }) => {
    // A tap alone does not move the focus in every browser.
    currentTarget.focus({ preventScroll: true });
    // The second press of a double click was not meant for what the button does now.
    if (!isWaiting && detail < 2) press();
  };
  // Nor was a key that is held down.
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    if (event.repeat) event.preventDefault();
  };
  return html`<button type="button" class=${isPrimary ? 'main-button primary' : 'main-button grow'} ?disabled=${isDisabled} aria-disabled=${isWaiting} @click=${onClick} @keydown=${onKey}>${words}</button>`;
}
