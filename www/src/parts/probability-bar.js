// @ts-check
import { html } from 'lit';

/**
 * A probability as a bar with the threshold as a tick, and as a number.
 * @param {number} probability
 * @param {number} threshold
 * @param {boolean} called
 */
export function probabilityBar(probability, threshold, called) {
  return html`<div class="cell ${called ? 'on' : ''}">
    <i aria-hidden="true"><span style="width:${probability * 100}%"></span><u style="left:${threshold * 100}%"></u></i>
    <b>${probability.toFixed(2)}</b>
  </div>`;
}
