// @ts-check
import { Task, TaskStatus, initialState } from '@lit/task';
import { html, nothing } from 'lit';
import { onValue } from '../view.js';
import { plural } from '../numbers.js';
import { saveTsv } from '../state/files.js';
import { engine } from '../state/engine.js';
import { failureLine } from './failure-line.js';
import { RnaCard } from './rna-card.js';
import '../pictures/aligned-tracks.js';
import '../pictures/picture-frame.js';
import { madeWith } from '../pictures/provenance.js';
import { inWords } from '../engine/words.js';

/** @import { Stretch } from '../engine/types/core.js' */
/** @import { Explained } from '../engine/types/engine.js' */

/** @typedef {{ first: Explained, second: Explained, stretches: Stretch[] }} Compared */

/** Changes listed; all are in the TSV. */
const SHOWN = 40;
/** Letters of a change shown in the list. */
const LETTERS = 24;

/** @param {string} letters */
function short(letters) {
  if (letters === '') return '–';
  return letters.length > LETTERS ? `${letters.slice(0, LETTERS)}… (${letters.length})` : letters;
}

/** One RNA beside a variant of it: what changes in the answer and in the attention. */
export class CompareCard extends RnaCard {
  static properties = {
    text: { state: true },
    compared: { state: true },
  };

  constructor() {
    super();
    this.text = '';
    /** @type {Compared | null} */
    this.compared = null;
    /** Of the RNA with letters; none if there is nothing to compare. @type {Task<[string] | [], Compared>} */
    this.comparison = new Task(this, {
      autoRun: false,
      task: ([letters]) => (letters === undefined ? initialState : this.compareWith(letters)),
      onComplete: (compared) => (this.compared = compared),
      onError: (error) => (this.failure = inWords(error)),
    });
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (!changed.has('explained') || !this.explained) return;
    this.text = this.explained.sequence;
    this.compared = null;
    this.failure = '';
    this.comparison.run([]);
  }

  compare() {
    this.failure = '';
    // What is pasted may be a FASTA record; its name is of no use here.
    this.comparison.run([this.text.replace(/^\s*>.*\n/, '')]);
  }

  /**
   * @param {string} letters
   * @returns {Promise<Compared>}
   */
  async compareWith(letters) {
    const { results, row } = this;
    if (!results || !row) throw new Error('There is no RNA to compare with. Predict again.');
    const { first, second } = await results.compare(row.index, letters);
    return { first, second, stretches: await engine.askCore('align_rnas', first.sequence, second.sequence) };
  }

  async saveChanges() {
    const { results, compared } = this;
    if (!results || !compared) return;
    const { first, second } = compared;
    this.failure = await saveTsv(`${first.id}-variant`, results.ask('comparison_tsv', first.sequence, second.sequence));
  }

  render() {
    if (!this.explained) return nothing;
    const running = this.comparison.status === TaskStatus.PENDING;
    return html`<section aria-label="Compare with a variant">
      <details ?open=${this.compared !== null}>
        <summary><span class="summary-title">Compare with a variant</span> change a letter, or paste another isoform</summary>
        <label for="variant">The variant: T or U, either case</label>
        <textarea id="variant" class="variant" spellcheck="false" autocomplete="off" autocapitalize="off" .value=${this.text} @input=${onValue((value) => (this.text = value))}></textarea>
        <div class="row small below">
          <button type="button" ?disabled=${running} @click=${this.compare}>${running ? 'Comparing…' : 'Compare'}</button>
          <button type="button" class="plain-button" @click=${() => (this.text = this.explained?.sequence ?? '')}>Reset</button>
          ${this.compared ? html`<button type="button" @click=${this.saveChanges}>Changes as TSV</button>` : nothing}
        </div>
        ${failureLine(this.failure)} ${this.compared ? this.result(this.compared) : nothing}
      </details>
    </section>`;
  }

  /** @param {Compared} compared */
  result({ first, second, stretches }) {
    const changes = stretches.filter(({ same }) => !same);
    if (changes.length === 0) return html`<p class="verdict">Both RNAs are the same: nothing changes.</p>`;
    return html`
      <p class="verdict">${plural(changes.length, 'change')}; ${first.sequence.length.toLocaleString('en')} and ${second.sequence.length.toLocaleString('en')} nt.</p>
      <div class="scroll" tabindex="0" role="region" aria-label="Probabilities of both">
        <table class="facts">
          <thead><tr><th scope="col">Compartment</th><th scope="col">${first.id}</th><th scope="col">variant</th><th scope="col">change</th></tr></thead>
          <tbody>
            ${this.model?.compartments.map((name, c) => {
              const change = second.probabilities[c] - first.probabilities[c];
              return html`<tr>
                <th scope="row">${name}</th><td>${first.probabilities[c].toFixed(3)}</td><td>${second.probabilities[c].toFixed(3)}</td>
                <td>${change >= 0 ? '+' : '−'}${Math.abs(change).toFixed(3)}</td>
              </tr>`;
            })}
          </tbody>
        </table>
      </div>
      ${this.picture({ first, second, stretches })}
      <div class="scroll" tabindex="0" role="region" aria-label="Changes">
        <table class="facts">
          <thead><tr><th scope="col">Position</th><th scope="col">${first.id}</th><th scope="col">variant</th></tr></thead>
          <tbody>
            ${changes.slice(0, SHOWN).map(
              (change) => html`<tr>
                <td>${change.first.start + 1}</td>
                <td><code>${short(first.sequence.slice(change.first.start, change.first.end))}</code></td>
                <td><code>${short(second.sequence.slice(change.second.start, change.second.end))}</code></td>
              </tr>`,
            )}
          </tbody>
        </table>
      </div>
      ${changes.length > SHOWN ? html`<p class="hint">${plural(changes.length - SHOWN, 'more change')} in the TSV.</p>` : nothing}
    `;
  }

  /** @param {Compared} compared */
  picture({ first, second, stretches }) {
    return html`<picture-frame
      class="after-picture"
      what="the comparison"
      .heading=${html`<h3>Attention over both</h3>`}
      .file=${`${first.id}-variant`}
      .caption=${`${first.id} (${first.sequence.length} nt) and a variant (${second.sequence.length} nt), attention`}
      .provenance=${this.model ? madeWith(this.model) : ''}
      ready
    >
      <aligned-tracks .first=${first} .second=${second} .stretches=${stretches}></aligned-tracks>
    </picture-frame>`;
  }
}

customElements.define('compare-card', CompareCard);
