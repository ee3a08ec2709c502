// @ts-check
import { html } from 'lit';
import { plural } from '../numbers.js';

/** @import { Finding, SetSummary } from '../engine/types/core.js' */

/**
 * What a labelled set holds, with what is odd about it in words.
 * @param {SetSummary} summary
 * @param {string} name
 * @param {Finding[] | null} findings null until they are there
 */
export function setSummary(summary, name, findings) {
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
    ${findings ? findings.map(({ message }) => html`<p class="note">${message}.</p>`) : notes.map((note) => html`<p class="note">${note}.</p>`)}
    <p class="hint" aria-live="polite">${findings ? (findings.length === 0 ? 'Nothing odd was found in this set.' : '') : 'Looking for what is odd about the set…'}</p>
  `;
}
