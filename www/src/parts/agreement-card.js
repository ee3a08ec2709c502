// @ts-check
import { Task } from '@lit/task';
import { html, nothing } from 'lit';
import { View } from '../view.js';
import { inWords } from '../engine/words.js';
import { plural } from '../numbers.js';
import { VERDICTS, agreements } from '../state/agreement.js';
import { failureLine } from './failure-line.js';
import { figuresTable } from './held-out.js';

/** @import { Agreement, AgreementScore } from '../engine/types/core.js' */
/** @import { Results } from '../state/results.js' */

/** How the calls agree with the labels that the input itself names in `[location=…]`. */
export class AgreementCard extends View {
  static properties = {
    results: { attribute: false },
    count: { type: Number },
    thresholds: { attribute: false },
    busy: { type: Boolean },
  };

  constructor() {
    super();
    /** @type {Results | null} */
    this.results = null;
    this.count = 0;
    /** @type {number[]} */
    this.thresholds = [];
    /** While a run goes on, nothing is compared. */
    this.busy = false;
    /** @type {Task<[Results | null, number, number[], boolean], Agreement | null>} */
    this.comparison = new Task(this, {
      args: () => [this.results, this.count, this.thresholds, this.busy],
      task: async ([results, , thresholds, busy]) => {
        const found = results && !busy ? await results.agreement(thresholds) : null;
        agreements.set(new Map(found?.rnas.map((rna) => [rna.index, rna])));
        return found;
      },
    });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    agreements.set(new Map());
  }

  render() {
    return this.comparison.render({
      complete: (found) => (found && found.rnas.length > 0 ? comparison(found) : nothing),
      error: (error) => failureLine(inWords(error)),
    });
  }
}

/** @param {Agreement} found */
function comparison({ rnas, unknown, score, failure }) {
  const count = (/** @type {keyof typeof VERDICTS} */ verdict) =>
    rnas.filter((rna) => rna.verdict === verdict).length.toLocaleString('en');
  return html`<div class="agreement" role="region" aria-label="Agreement with the labels">
    <p>
      <b>Agreement with the labels in the input.</b> ${plural(rnas.length, 'RNA')} with <code>[location=…]</code>: ${count('all')} called exactly as labelled, ${count('some')} partly, ${count('none')} otherwise.
    </p>
    ${unknown.length > 0 ? html`<p class="note">The model does not have ${unknown.join(', ')}, so it can never call it.</p>` : nothing}
    ${failureLine(failure ? `No measures: ${failure}` : '')} ${score ? measures(score) : nothing}
  </div>`;
}

/** @param {AgreementScore} score */
function measures({ measures, intervals, judged, labelled, warning, notes }) {
  const interval = intervals.average_precision;
  const range = interval
    ? ` 95 % interval of the average precision: ${interval.low.toFixed(3)} to ${interval.high.toFixed(3)}.`
    : '';
  return html`${warning ? html`<p class="note">${warning}</p>` : nothing}
    ${figuresTable('Measures over the labelled RNAs', [['This run', measures]])}
    <p class="hint">
      ${judged.toLocaleString('en')} of ${plural(labelled, 'RNA')} judged, as <code>rmlocnet evaluate --model</code> does.${range} ${notes.map((note) => `${note}. `)}
    </p>`;
}

customElements.define('agreement-card', AgreementCard);
