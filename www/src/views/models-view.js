// @ts-check
import { html, nothing } from 'lit';
import { StoreController } from '../store.js';
import { View } from '../view.js';
import { inWords } from '../engine/words.js';
import { addModel, modelEntries, modelInfo, models, openModel } from '../state/models.js';
import { pickFile, readBytes, stem } from '../state/files.js';
import { link } from '../state/address-bar.js';
import { figuresCells } from '../parts/model-figures.js';
import { failureLine } from '../parts/failure-line.js';
import { modelCard } from '../parts/model-card.js';

/** @import { ModelEntry } from '../types/page.js' */

/** The columns of the table; the last one has buttons. */
const COLUMNS = ['Model', 'Class', 'Species', 'RNAs', 'Average precision', 'Best baseline', 'Use'];

/** The models there are, each with what its file says of itself. */
export class ModelsView extends View {
  static properties = { failure: { state: true }, opened: { state: true } };

  constructor() {
    super();
    this.failure = '';
    /** Names of the models whose cards are open. @type {ReadonlySet<string>} */
    this.opened = new Set();
    new StoreController(this, models);
  }

  /**
   * Opens or closes a model's card.
   * @param {string} name
   */
  async toggle(name) {
    const opened = new Set(this.opened);
    if (!opened.delete(name)) opened.add(name);
    this.opened = opened;
    this.failure = '';
    try {
      if (opened.has(name)) await openModel(name);
    } catch (error) {
      this.failure = inWords(error);
      this.opened = new Set([...this.opened].filter((other) => other !== name));
    }
  }

  /** @param {string} name */
  choose(name) {
    this.dispatchEvent(new CustomEvent('model-chosen', { detail: name, bubbles: true }));
  }

  async open() {
    const file = await pickFile('.safetensors');
    if (!file) return;
    this.failure = '';
    try {
      this.choose(await addModel(stem(file.name), await readBytes(file), 'file'));
    } catch (error) {
      this.failure = `${file.name}: ${inWords(error)}`;
    }
  }

  render() {
    const entries = modelEntries();
    return html`<div class="cards">
      <p class="cards-head">
        What every model learnt from, how good networks like it are on RNAs they never saw, and what a simple baseline reaches on the same RNAs.
        <span class="row small"><button type="button" @click=${this.open}>Open a model file…</button> <span class="hint">or drop one here</span></span>
      </p>
      ${failureLine(this.failure)}
      ${entries.length > 0 ? this.table(entries) : this.noModels()}
    </div>`;
  }

  /** @param {readonly ModelEntry[]} entries */
  table(entries) {
    return html`<section aria-label="All models">
      <table class="models rows-as-cards" role="table" aria-label="All models">
        <thead role="rowgroup">
          <tr role="row">${COLUMNS.map((column) => html`<th scope="col" role="columnheader">${column}</th>`)}</tr>
        </thead>
        <tbody role="rowgroup">${entries.map((entry) => this.rows(entry))}</tbody>
      </table>
      <p class="hint">
        Average precision is 1 if every compartment of an RNA is ranked above all others. In brackets: its 95 % interval over the RNAs. A model for teaching only is no better than its best baseline.
      </p>
    </section>`;
  }

  noModels() {
    const why = models.get().failure || 'There are none beside this page. Train one, or open a model file.';
    return html`<section class="empty"><h2>No models yet</h2><p>${why}</p></section>`;
  }

  /** @param {ModelEntry} entry */
  rows(entry) {
    const { name } = entry;
    const isOpen = this.opened.has(name);
    return html`<tr role="row">
        <th scope="row" role="rowheader">${name}</th>
        ${figuresCells(entry, COLUMNS)}
        <td role="cell" class="actions">
          <div class="row small">
            <a class="button" href=${link('predict', { model: name })} @click=${() => this.choose(name)}>Use to predict</a>
            <button type="button" aria-expanded=${isOpen} @click=${() => this.toggle(name)}>Accuracy and limits</button>
          </div>
        </td>
      </tr>
      ${isOpen ? html`<tr role="row" class="opened"><td role="cell" colspan=${COLUMNS.length}>${this.card(entry)}</td></tr>` : nothing}`;
  }

  /** @param {ModelEntry} entry */
  card({ name, summary }) {
    const info = modelInfo(name);
    return html`<div role="region" aria-label=${name}>
      <p>${summary}.</p>
      ${info ? modelCard(name, info) : html`<p class="hint" role="status">Fetching the model…</p>`}
    </div>`;
  }
}

customElements.define('models-view', ModelsView);
