// @ts-check
import { html, nothing } from 'lit';
import { inWords } from '../state/engine.js';
import { study } from '../state/study.js';
import { RnaCard } from './rna-card.js';
import { wordList } from './word-list.js';

/** @import { Word } from '../types/core.js' */

const SIZES = [1, 2, 3, 4, 5, 6, 7, 8];

/** The k-mers of one RNA by the attention they draw. */
export class WordsCard extends RnaCard {
  static properties = {
    k: { state: true },
    words: { state: true },
  };

  constructor() {
    super();
    this.k = 4;
    /** @type {Word[]} */
    this.words = [];
  }

  /** @param {Map<string, unknown>} changed */
  updated(changed) {
    if (['explained', 'compartment', 'k'].some((name) => changed.has(name)) && this.row) this.ask(this.row.index);
  }

  /** @param {number} row */
  async ask(row) {
    const asked = ++this.asked;
    try {
      const words = await study('patterns', row, this.compartment, this.k);
      if (asked === this.asked) this.words = words;
    } catch (error) {
      if (asked === this.asked) this.failure = inWords(error);
    }
  }

  render() {
    return html`<section aria-label="Informative k-mers">
      <div class="bar">
        <h2>
          Informative <span class="term" tabindex="0" title="A k-mer is a word of k nucleotides, such as GAUU for k = 4. Here it counts wherever it stands in this RNA.">k-mers</span>
          <span class="hint">${this.model?.compartments[this.compartment]}</span>
        </h2>
        <div class="row small">
          <label class="plain" for="words-k">k</label>
          <select id="words-k" @change=${(/** @type {any} */ event) => (this.k = Number(event.target.value))}>
            ${SIZES.map((k) => html`<option ?selected=${k === this.k}>${k}</option>`)}
          </select>
        </div>
      </div>
      ${wordList(this.words, '')}
      <p class="hint">Larger and darker: more attention. Uniform attention is 1; hover for the number.</p>
      ${this.failure ? html`<p class="failure" role="alert">${this.failure}</p>` : nothing}
    </section>`;
  }
}

customElements.define('words-card', WordsCard);
