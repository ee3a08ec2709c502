// @ts-check
import { html, nothing } from 'lit';
import { testedInWords } from './result-row.js';

/** @import { ModelInfo } from '../engine/types/core.js' */
/** @import { CallCounts } from '../state/calls.js' */

/**
 * For how many RNAs of the whole run each compartment is called, and how many RNAs need a second look. A
 * press shows only these RNAs, a second press all.
 * @param {ModelInfo} model
 * @param {CallCounts} counts
 * @param {string} kind the filter's
 * @param {(kind: string) => void} choose
 */
export function callCounts(model, counts, kind, choose) {
  const button = (/** @type {string} */ value, /** @type {string} */ words, /** @type {number} */ count, rest = '') =>
    html`<button type="button" aria-pressed=${kind === value} ?disabled=${count === 0 && kind !== value} @click=${() => choose(kind === value ? 'all' : value)}>
      <span>${words} <b>${count.toLocaleString('en')}</b></span> ${rest ? html`<span class="quiet">${rest}</span>` : nothing}
    </button>`;
  const tested = (/** @type {number} */ i) => {
    const precision = model.call_precision?.[i];
    return precision ? testedInWords(precision) : '';
  };
  return html`<div class="call-counts" role="group" aria-label="Show only RNAs with this call">
    ${model.compartments.map((name, i) => button(`${i}`, name, counts.called[i], tested(i)))}
    ${button('none', 'None called', counts.none)} ${button('uncertain', 'Uncertain', counts.uncertain)}
    ${button('warned', 'With a warning', counts.warned)}
  </div>`;
}
