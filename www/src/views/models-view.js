// @ts-check
import { html, nothing } from 'lit';
import { StoreController } from '../store.js';
import { View } from '../view.js';
import { inWords } from '../engine/words.js';
import { addModel, fetchedModels, modelEntries, modelInfo, models, openModel } from '../state/models.js';
import { plural } from '../numbers.js';
import { pickFile, readBytes, stem } from '../state/files.js';
import { link } from '../state/address-bar.js';
import { failureLine } from '../parts/failure-line.js';
import { evaluated, limits } from '../parts/evaluations.js';
import { heldOut } from '../parts/held-out.js';

/** @import { ModelInfo } from '../engine/types/core.js' */
/** @import { ModelEntry } from '../types/page.js' */

/** The models there are, each with what its file says of itself. */
export class ModelsView extends View {
  static properties = { failure: { state: true } };

  constructor() {
    super();
    this.failure = '';
    new StoreController(this, models);
  }

  /** @param {string} name */
  async describe(name) {
    this.failure = '';
    try {
      await openModel(name);
    } catch (error) {
      this.failure = inWords(error);
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
    const fetched = fetchedModels();
    return html`<div class="cards">
      <p class="cards-head">
        What every model learnt from, how good it is on RNAs it never saw, and where it should not be believed, as its own file says.
        <span class="row small"><button type="button" @click=${this.open}>Open a model file…</button> <span class="hint">or drop one here</span></span>
      </p>
      ${failureLine(this.failure)}
      ${modelEntries().map((entry) => this.card(entry, fetched.has(entry.name)))}
      ${modelEntries().length === 0 ? this.noModels() : nothing}
    </div>`;
  }

  noModels() {
    const why = models.get().failure || 'There are none beside this page. Train one, or open a model file.';
    return html`<section class="empty"><h2>No models yet</h2><p>${why}</p></section>`;
  }

  /**
   * @param {ModelEntry} entry
   * @param {boolean} fetched
   */
  card(entry, fetched) {
    const info = modelInfo(entry.name);
    return html`<section aria-label=${entry.name}>
      <h2>${entry.name} <span class="hint">${[entry.rna_class, entry.species].filter(Boolean).join(', ')}</span></h2>
      <p>${entry.summary}</p>
      ${info ? facts(entry.name, info) : html`<p class="hint">${entry.compartments.join(', ')}</p>`}
      <div class="row small below">
        <a class="button" href=${link('predict', { model: entry.name })} @click=${() => this.choose(entry.name)}>Use to predict</a>
        ${info ? nothing : html`<button type="button" @click=${() => this.describe(entry.name)}>Details${fetched ? '' : ' (fetches the file)'}</button>`}
      </div>
    </section>`;
  }
}

/** @param {string} name @param {ModelInfo} info */
function facts(name, { compartments, thresholds, config, fixed_length, hash, training }) {
  return html`
    <table class="facts">
      <thead>
        <tr><th scope="col">Compartment</th><th scope="col">Called from</th><th scope="col">RNAs in the data</th></tr>
      </thead>
      <tbody>
        ${compartments.map((compartment, i) => html`<tr><th scope="row">${compartment}</th><td>${thresholds[i].toFixed(2)}</td><td>${training?.support[i] ?? 'n/a'}</td></tr>`)}
      </tbody>
    </table>
    <p class="hint">
      Reads ${fixed_length.toLocaleString('en')} nt · ${config.k}-mers, stride ${config.stride} · ${config.hidden_units} LSTM units ·
      file <code>${hash.slice(0, 12)}</code>
    </p>
    ${
      training
        ? html`<p class="hint">
              Trained by ${training.software} on ${plural(training.records, 'RNA')} of ${training.lengths[0].toLocaleString('en')}–${training.lengths[2].toLocaleString('en')} nt, seed
              ${training.seed}, data <code>${training.data_sha256.slice(0, 12)}</code>.
            </p>
            ${training.evaluations?.length ? evaluated(name, training.evaluations, training.parts, training.best_epoch) : heldOut(training.held_out, training.parts, training.best_epoch)} ${limits(training, compartments)}`
        : html`<p class="hint">This file has no training record.</p>`
    }
  `;
}

customElements.define('models-view', ModelsView);
