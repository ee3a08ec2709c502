// @ts-check
import { html } from 'lit';
import { plural } from '../numbers.js';

/** @import { SetSummary } from '../engine/types/core.js' */

/**
 * What a labelled set holds, with what is odd about it in words.
 * @param {SetSummary} summary
 * @param {string} name
 */
export function setSummary(summary, name) {
  const { records, compartments, shortest, mean, longest, cardinality, notes } = summary;
  const most = Math.max(1, ...compartments.map(({ count }) => count));
  const labels = cardinality
    .map((count, i) => (count > 0 ? `${count.toLocaleString('en')} with ${i}` : ''))
    .filter(Boolean);
  return html`
    <p class="read">
      <b>${name}</b>: ${plural(records, 'RNA')}, ${shortest === longest ? `all of ${longest} nt` : `${shortest}–${longest} nt (mean ${mean.toFixed(0)})`}, ${plural(compartments.length, 'compartment')}.
      Compartments per RNA: ${labels.join(', ')}.
    </p>
    <table class="counts" aria-label="RNAs per compartment">
      <tbody>
        ${compartments.map(
          ({ name: compartment, count }) => html`<tr>
            <th scope="row">${compartment}</th>
            <td><div class="count-bar"><i aria-hidden="true" style="width:${(count / most) * 100}%"></i><span>${count.toLocaleString('en')}</span></div></td>
          </tr>`,
        )}
      </tbody>
    </table>
    ${notes.map((note) => html`<p class="note">${note}</p>`)}
  `;
}
