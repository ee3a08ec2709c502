// @ts-check
import { html, nothing } from 'lit';
import { plural } from '../numbers.js';

/** @import { SourcedProblem } from '../types/page.js' */

/** Listed at first; the rest on request. */
const SHOWN = 8;

/** @param {SourcedProblem} problem */
function entry({ source, message }) {
  return html`<li>${source ? html`<b>${source}</b>: ` : nothing}${message}</li>`;
}

/**
 * What could not be read, in words, in a calm panel.
 * @param {SourcedProblem[]} problems
 * @param {() => void} dismiss
 */
export function problemList(problems, dismiss) {
  const [first, rest] = [problems.slice(0, SHOWN), problems.slice(SHOWN)];
  return html`<section class="problems" ?hidden=${problems.length === 0} aria-label="Problems with the input">
    <div class="bar">
      <h2>${plural(problems.length, 'problem')} with the input</h2>
      <div class="row small"><button type="button" @click=${dismiss}>Dismiss</button></div>
    </div>
    <ul role="list" aria-live="polite">${first.map(entry)}</ul>
    ${rest.length > 0 ? html`<details><summary>${plural(rest.length, 'more problem')}</summary><ul>${rest.slice(0, 500).map(entry)}</ul></details>` : nothing}
  </section>`;
}
