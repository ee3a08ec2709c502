// @ts-check
import { Task, initialState } from '@lit/task';
import { html, nothing } from 'lit';
import { saveTsv } from '../state/files.js';
import { term } from '../explained-term.js';
import { failureLine } from './failure-line.js';
import { RnaCard } from './rna-card.js';
import { inWords } from '../engine/words.js';

/** @import { FoundMotif } from '../engine/types/core.js' */

const MOTIF_TERM =
  'A motif is a short pattern of nucleotides that proteins are known to bind. Letters other than A, C, G and U stand for several: R is A or G, Y is C or U, W is A or U, N is any.';
const CHANCE_TERM =
  'How often the motif occurs by chance in an RNA of this length and composition. A short motif occurs nearly everywhere.';

/** Motifs of the literature, and the person's own, in one RNA. */
export class MotifsCard extends RnaCard {
  static properties = {
    found: { state: true },
    shown: { state: true },
  };

  constructor() {
    super();
    /** @type {FoundMotif[]} */
    this.found = [];
    /** Letters of the motif drawn over the RNA. @type {string | null} */
    this.shown = null;
    /** The person's own motifs; they stay from RNA to RNA. @type {string[]} */
    this.own = [];
    /** Looks for the literature's motifs and these. @type {Task<[string[]], { found: FoundMotif[], own: string[] }>} */
    this.search = new Task(this, {
      autoRun: false,
      task: async ([own]) => {
        const { results, explained, compartment } = this;
        if (!results || !explained) return initialState;
        return { found: await results.ask('motifs', explained.sequence, compartment, own), own };
      },
      onComplete: ({ found, own }) => {
        [this.found, this.own, this.failure] = [found, own, ''];
        this.show(this.shown);
      },
      onError: (error) => (this.failure = inWords(error)),
    });
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has('explained') || changed.has('compartment')) this.search.run([this.own]);
  }

  /** @param {string | null} letters */
  show(letters) {
    const found = this.found.find(({ motif, starts }) => motif.letters === letters && starts.length > 0) ?? null;
    this.shown = letters;
    this.dispatchEvent(new CustomEvent('motif-shown', { detail: found }));
  }

  /** @param {SubmitEvent} event */
  async look(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const letters = String(new FormData(form).get('letters') ?? '');
    const own = [...this.own, letters];
    await this.search.run([own]);
    // They are kept if they are motifs.
    if (this.own !== own) return;
    form.reset();
    const added = this.found.at(-1)?.motif.letters ?? null;
    // One that was there before, however it was spelt, need not stand twice.
    if (this.found.findIndex(({ motif }) => motif.letters === added) < this.found.length - 1) {
      this.found = this.found.slice(0, -1);
      this.own = this.own.slice(0, -1);
    }
    this.show(added);
  }

  async saveTable() {
    const { results, explained, compartment, own } = this;
    if (!results || !explained) return;
    const { id, sequence } = explained;
    this.failure = await saveTsv(`${id}-motifs`, results.ask('motifs_tsv', id, sequence, compartment, own));
  }

  render() {
    const here = this.found.filter(({ starts }) => starts.length > 0);
    const absent = this.found.filter(({ starts }) => starts.length === 0);
    return html`<section aria-label="Motifs">
      <div class="bar">
        <h2>${term('Motifs', MOTIF_TERM)} <span class="hint">${this.model?.compartments[this.compartment]}</span></h2>
        <div class="row small">
          <form class="row small" @submit=${this.look}>
            <label class="plain" for="motif-letters">Your own</label>
            <input id="motif-letters" type="text" name="letters" size="12" maxlength="32" placeholder="UGUANAUA" autocomplete="off" spellcheck="false" required />
            <button type="submit">Find</button>
          </form>
          <button type="button" @click=${this.saveTable}>Motifs as TSV</button>
        </div>
      </div>
      ${failureLine(this.failure)}
      ${here.length > 0 ? this.table(here) : html`<p class="hint">No known motif was found in this RNA.</p>`}
      ${this.own.length > 0 ? html`<p class="hint">Your own: ${this.own.map((letters) => this.removable(letters))}</p>` : nothing}
      ${absent.length > 0 ? html`<p class="hint">Not in this RNA: ${absent.map(({ motif }, i) => html`${i > 0 ? ', ' : ''}${term(motif.name, about(motif))}`)}.</p>` : nothing}
      <p class="hint">Press a motif to show or hide its places on the tracks. Attention on the occurrences of each motif: uniform attention is 1. A match is not evidence of binding, and attention on it is not evidence that the network learned the motif.</p>
    </section>`;
  }

  /** @param {string} letters one of the person's own */
  removable(letters) {
    const remove = () => this.search.run([this.own.filter((other) => other !== letters)]);
    return html`<span><code>${letters}</code> <button type="button" class="link" aria-label="Remove the motif ${letters}" @click=${remove}>Remove</button></span>`;
  }

  /** @param {FoundMotif[]} here */
  table(here) {
    return html`<div class="scroll" tabindex="0" role="region" aria-label="Motifs in this RNA"><table class="motifs">
      <thead><tr><th scope="col">Motif</th><th scope="col">Letters</th><th scope="col" class="number">Places</th><th scope="col" class="number">${term('By chance', CHANCE_TERM)}</th><th scope="col" class="number">Attention</th></tr></thead>
      <tbody>${here.map((found) => this.line(found))}</tbody>
    </table></div>`;
  }

  /** @param {FoundMotif} found */
  line({ motif, starts, expected, attention }) {
    const on = this.shown === motif.letters;
    return html`<tr>
      <th scope="row"><button type="button" class="link" aria-pressed=${on} @click=${() => this.show(on ? null : motif.letters)}>${motif.name}</button></th>
      <td><code>${motif.about ? term(motif.letters, motif.about) : motif.letters}</code></td>
      <td class="number">${starts.length.toLocaleString('en')}</td>
      <td class="number">${often(expected)}</td>
      <td class="number">${attention === null ? term('–', 'None of its occurrences was read') : `${attention.toFixed(2)} ×`}</td>
    </tr>`;
  }
}

/** @param {number} expected */
function often(expected) {
  if (expected < 0.01) return '< 0.01';
  return expected < 10 ? expected.toFixed(2) : Math.round(expected).toLocaleString('en');
}

/** @param {FoundMotif['motif']} motif */
function about({ letters, about }) {
  return about ? `${letters}: ${about}` : `${letters}: your own`;
}

customElements.define('motifs-card', MotifsCard);
