// @ts-check
import { html } from 'lit';

/**
 * What to do, in the words that suit the reader's hand: the style sheet shows one of the two.
 * @param {unknown} pointer for a mouse or trackpad
 * @param {unknown} touch for fingers
 */
export function byInput(pointer, touch) {
  return html`<span class="by-pointer">${pointer}</span><span class="by-touch">${touch}</span>`;
}
