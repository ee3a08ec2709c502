// @ts-check
import { html, nothing } from 'lit';

/**
 * A share as a bar and in words, such as a probability with its threshold as a tick.
 * @param {number} share 0..1
 * @param {string} words
 * @param {{ tick?: number, isStrong: boolean }} look
 */
export function shareBar(share, words, { tick, isStrong }) {
  return html`<div class="cell ${isStrong ? 'on' : ''}">
    <i aria-hidden="true"><span style="width:${share * 100}%"></span>${tick === undefined ? nothing : html`<u style="left:${tick * 100}%"></u>`}</i>
    <b>${words}</b>
  </div>`;
}
