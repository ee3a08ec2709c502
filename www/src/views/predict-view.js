// @ts-check
import { html, nothing } from 'lit';
import { View } from '../view.js';
import { nowPredictingOnCpu, settleDevice, wantedDevice } from '../state/device.js';
import { inWords, predictor } from '../state/engine.js';
import { addModel, listModels, modelEntries, modelInfo, onModels, openModel } from '../state/models.js';
import { exampleFor } from '../state/examples.js';
import { duration, isModelFile, pickFile, plural, readBytes, save, size, stem } from '../state/files.js';
import { problemList } from '../parts/problem-list.js';
import '../parts/results-table.js';

/** @import { ModelInfo } from '../types/core.js' */
/** @import { Explained, Row, SourcedProblem } from '../types/page.js' */
/** @import { AttentionMap } from '../pictures/attention-map.js' */

/** @typedef {{ model: ModelInfo, modelName: string, header: string, rows: Row[], started: number, took: number, sources: number, device: string }} Results */
/** @typedef {'idle' | 'preparing' | 'running' | 'cancelled' | 'failed' | 'done'} State */

/** Sequences in; the probability of each compartment and a map of the attention out. */
export class PredictView extends View {
  static properties = {
    model: { type: String },
    text: { state: true },
    files: { state: true },
    state: { state: true },
    progress: { state: true },
    results: { state: true },
    count: { state: true },
    problems: { state: true },
    chosen: { state: true },
    explained: { state: true },
    failure: { state: true },
    notice: { state: true },
  };

  constructor() {
    super();
    /** The chosen model's name. @type {string | null} */
    this.model = null;
    this.text = '';
    /** @type {File[]} */
    this.files = [];
    /** @type {State} */
    this.state = 'idle';
    this.progress = { read: 0, total: 0, records: 0, since: 0 };
    /** @type {Results | null} */
    this.results = null;
    this.count = 0;
    /** @type {SourcedProblem[]} */
    this.problems = [];
    this.chosen = 0;
    /** @type {Explained | null} */
    this.explained = null;
    this.failure = '';
    /** Why the run left the GPU. */
    this.notice = '';
    this.cancelling = false;
    this.asked = 0;
    onModels(() => this.requestUpdate());
  }

  /** @param {File[]} files */
  async addFiles(files) {
    const models = files.filter((file) => isModelFile(file.name));
    this.files = [...this.files, ...files.filter((file) => !models.includes(file))];
    for (const file of models) await this.openModelFile(file);
  }

  /** @param {File} file */
  async openModelFile(file) {
    this.failure = '';
    try {
      this.chooseModel(await addModel(stem(file.name), await readBytes(file), 'file'));
    } catch (error) {
      this.failure = `${file.name}: ${inWords(error)}`;
    }
  }

  /** @param {string} name */
  chooseModel(name) {
    this.dispatchEvent(new CustomEvent('model-chosen', { detail: name, bubbles: true }));
    openModel(name).catch((error) => (this.failure = inWords(error)));
  }

  /** @returns {{ name: string, content: string | File, size: number }[]} */
  sources() {
    const files = this.files.map((file) => ({ name: file.name, content: file, size: file.size }));
    if (!this.text.trim()) return files;
    // Problems in the text box need no name beside them unless files are there too.
    return [{ name: files.length > 0 ? 'Text box' : '', content: this.text, size: new Blob([this.text]).size }, ...files];
  }

  async predict() {
    const sources = this.sources();
    this.failure = '';
    if (sources.length === 0) {
      this.failure = 'There is nothing to predict yet. Paste RNA sequences in FASTA format, open a file, or press Example.';
      return;
    }
    this.cancelling = false;
    this.notice = '';
    this.state = 'preparing';
    this.problems = [];
    this.progress = { read: 0, total: 0, records: 0, since: performance.now() };
    try {
      // Pressed before the list of models has arrived: it is waited for.
      if (!this.model) await listModels();
      const model = this.model ?? modelEntries()[0]?.name;
      if (!model) throw new Error('There is no model here. Open a model file first.');
      await this.run(model, sources);
      this.state = this.cancelling ? 'cancelled' : 'done';
    } catch (error) {
      this.failure = inWords(error);
      this.state = 'failed';
    }
  }

  /**
   * @param {string} modelName
   * @param {{ name: string, content: string | File, size: number }[]} sources
   */
  async run(modelName, sources) {
    await openModel(modelName);
    // What was chosen by hand is waited for; what might be quicker is not.
    if (wantedDevice() === 'webgpu') await settleDevice(modelName);
    const worker = await predictor.get();
    const { model, header, bytes_total } = await worker.begin(modelName, sources);
    const started = performance.now();
    /** @type {Results} */
    const fresh = { model, modelName, header, rows: [], started, took: 0, sources: sources.length, device: '' };
    this.state = 'running';
    this.progress = { read: 0, total: bytes_total, records: 0, since: started };
    for (let done = false; !done && !this.cancelling;) {
      const batch = await worker.next();
      if (batch.device_changed) this.leftGpu(batch.device_changed);
      fresh.device = batch.device;
      this.problems = batch.problems.length > 0 ? [...this.problems, ...batch.problems] : this.problems;
      this.take(fresh, batch.rows);
      this.progress = { ...this.progress, read: Math.min(batch.bytes_read, bytes_total), records: fresh.rows.length };
      done = batch.done;
    }
  }

  /** Ends the run at once: what the page has by now is kept. */
  async cancel() {
    this.cancelling = true;
    if (this.state === 'running') await (await predictor.get()).stop();
  }

  /** @param {string} reason */
  leftGpu(reason) {
    this.notice = `${reason}. Nothing already predicted is lost.`;
    nowPredictingOnCpu(reason);
  }

  /**
   * Adds rows to the fresh results, which take the place of the former ones with
   * their first row: input without a readable record leaves the table as it was.
   * @param {Results} fresh
   * @param {Row[]} rows
   */
  take(fresh, rows) {
    if (rows.length === 0) return;
    for (const row of rows) fresh.rows.push(row);
    fresh.took = performance.now() - fresh.started;
    this.count = fresh.rows.length;
    if (this.results === fresh) return;
    this.results = fresh;
    this.choose(0);
  }

  /** @param {number} row */
  async choose(row) {
    this.chosen = row;
    const asked = ++this.asked;
    try {
      const worker = await predictor.get();
      const explained = await worker.explain(row);
      if (asked === this.asked) this.explained = explained;
    } catch (error) {
      if (asked === this.asked) this.failure = inWords(error);
    }
  }

  downloadTsv() {
    if (!this.results) return;
    const parts = [this.results.header, ...this.results.rows.map((row) => row.tsv)];
    save(`${this.results.modelName}-predictions.tsv`, new Blob(parts, { type: 'text/tab-separated-values' }));
  }

  /** @param {'svg' | 'png'} kind */
  async savePicture(kind) {
    if (!this.explained || !this.results) return;
    const { attentionSvg, savePicture } = await import('../pictures/attention-svg.js');
    const { name, version, hash } = this.results.model;
    const map = /** @type {AttentionMap | null} */ (this.querySelector('attention-map'));
    const svg = attentionSvg(this.explained, map?.chosen ?? 0, `rmlocnet ${version}, model ${name} (${hash.slice(0, 12)})`);
    try {
      await savePicture(`${this.explained.id}-attention`, kind, svg);
    } catch (error) {
      this.failure = inWords(error);
    }
  }

  render() {
    return html`<div class="page">
      ${this.inputPanel()}
      <div class="right">
        ${problemList(this.problems, () => (this.problems = []))} ${this.resultsPanel()} ${this.explanationPanel()}
      </div>
    </div>`;
  }

  get busy() {
    return this.state === 'preparing' || this.state === 'running';
  }

  inputPanel() {
    return html`<section aria-label="Input">
      <h2><label class="plain" for="sequences">RNA sequences (FASTA)</label></h2>
      <textarea
        id="sequences"
        spellcheck="false"
        autocomplete="off"
        autocapitalize="off"
        placeholder=">name&#10;UGAGGUAGUAGGUUGUAUAGUU"
        aria-describedby="input-hint"
        .value=${this.text}
        @input=${(/** @type {any} */ event) => (this.text = event.target.value)}
      ></textarea>
      <div class="row below">
        <input id="open-sequences" class="sr-only" type="file" multiple aria-label="Open files" @change=${this.onOpen} />
        <label class="button" for="open-sequences" aria-hidden="true">Open files…</label>
        <button type="button" @click=${this.example}>Example</button>
        <button type="button" class="plain-button" ?hidden=${!this.text && this.files.length === 0} @click=${this.clear}>Clear</button>
      </div>
      <p class="hint" id="input-hint">
        Paste, open, or drop files anywhere on the page: FASTA, .gz too, any number. A, C, G, U or T, either case; other IUPAC letters are read as unknown.
      </p>
      ${this.fileList()} ${this.modelChoice()}
      <div class="row below">
        ${
          this.busy
            ? html`<button type="button" class="grow" @click=${this.cancel}>Cancel</button>`
            : html`<button type="button" class="primary" @click=${this.predict}>Predict</button>`
        }
      </div>
      <div class="status">${this.statusLine()}</div>
      ${this.notice ? html`<p class="note" role="status">${this.notice}</p>` : nothing}
      ${this.failure ? html`<p class="failure" role="alert">${this.failure}</p>` : nothing}
      <p class="hint quiet">Nothing you paste or open leaves this machine.</p>
    </section>`;
  }

  fileList() {
    return html`<ul class="files" aria-label="Opened files" ?hidden=${this.files.length === 0}>
      ${this.files.map(
        (file) => html`<li>
          <span>${file.name}</span> <span class="quiet">${size(file.size)}</span>
          <button type="button" class="plain-button" aria-label="Remove ${file.name}" @click=${() => (this.files = this.files.filter((other) => other !== file))}>×</button>
        </li>`,
      )}
    </ul>`;
  }

  modelChoice() {
    const entries = modelEntries();
    const chosen = entries.find((entry) => entry.name === this.model);
    return html`<label for="model">Model</label>
      <div class="row">
        <select id="model" class="grow" aria-describedby="model-hint" @change=${(/** @type {any} */ event) => this.chooseModel(event.target.value)}>
          ${entries.length === 0 ? html`<option value="">reading the list…</option>` : nothing}
          ${entries.map((entry) => html`<option value=${entry.name} ?selected=${entry.name === this.model}>${entry.name}</option>`)}
        </select>
        <button type="button" title="Open a model file saved here or by the command line" @click=${this.onOpenModel}>Open…</button>
      </div>
      <p class="hint two-lines" id="model-hint">${chosen ? `${chosen.summary.replace(/\.$/, '')}. ${chosen.compartments.join(', ')}.` : ' '}</p>`;
  }

  statusLine() {
    const { read, total, records, since } = this.progress;
    const share = total > 0 ? read / total : 0;
    const elapsed = performance.now() - since;
    const left = share > 0.03 && share < 1 && elapsed > 2000 ? `, about ${duration((elapsed / share) * (1 - share))} left` : '';
    const words = {
      idle: ' ',
      preparing: 'Getting ready…',
      running: `${plural(records, 'RNA')} predicted, ${size(read)} of ${size(total)} read${left}`,
      cancelled: `Cancelled. The ${plural(records, 'RNA')} predicted so far are kept.`,
      failed: 'Stopped.',
      done: records > 0 ? `Done: ${plural(records, 'RNA')}.` : 'Done: no RNA could be read.',
    }[this.state];
    return html`<progress aria-label="Progress" max="1" .value=${this.state === 'done' ? 1 : share} ?hidden=${!this.busy}></progress>
      <p role="status">${words}</p>`;
  }

  resultsPanel() {
    const { results } = this;
    if (!results) {
      return html`<section class="empty" aria-label="Results">
        <h2>Where does an RNA go in the cell?</h2>
        <p>
          Paste RNA sequences and press Predict. For each RNA you will see the probability of every compartment of the
          model, which of them reach their threshold, and the nucleotides the network looked at.
        </p>
        <p class="hint">New here? Press Example, then Predict.</p>
      </section>`;
    }
    const stale = this.model !== results.modelName ? ' · predicted with another model than the one chosen now' : '';
    return html`<section aria-label="Results">
      <div class="bar">
        <h2>${plural(this.count, 'RNA')} <span class="hint">${results.modelName} · ${duration(results.took)} on ${results.device}${stale}</span></h2>
        <div class="row small"><button type="button" @click=${this.downloadTsv}>Download TSV</button></div>
      </div>
      <results-table
        .rows=${results.rows}
        .count=${this.count}
        .model=${results.model}
        .chosen=${this.chosen}
        @row-chosen=${(/** @type {CustomEvent<number>} */ event) => this.choose(event.detail)}
      ></results-table>
      <p class="hint">The tick on a bar is the compartment's threshold: at or above it the compartment is called.</p>
    </section>`;
  }

  explanationPanel() {
    const { results, explained } = this;
    if (!results) return nothing;
    if (!explained) return html`<section class="map-waiting" aria-label="Attention" aria-busy="true"><p class="hint">Reading the attention…</p></section>`;
    const row = results.rows[this.chosen];
    const called = row?.called.map((i) => results.model.compartments[i]).join(', ') || 'none called';
    return html`<section aria-label="Attention">
      <div class="bar">
        <h2>${explained.id} <span class="hint">${explained.sequence.length} nt · ${called}</span></h2>
        <div class="row small" role="group" aria-label="Save the picture">
          <button type="button" @click=${() => this.savePicture('svg')}>Save SVG</button>
          <button type="button" @click=${() => this.savePicture('png')}>Save PNG</button>
        </div>
      </div>
      ${row?.notes.map((note) => html`<p class="note">${note}</p>`)}
      <attention-map .explained=${explained} .likeliest=${likeliest(explained, results.model)}></attention-map>
    </section>`;
  }

  example() {
    const entry = modelEntries().find(({ name }) => name === this.model);
    // A model opened from a file tells its class by the preset it came from.
    this.text = exampleFor(entry?.rna_class ?? modelInfo(this.model ?? '')?.config.name ?? null);
  }

  clear() {
    this.text = '';
    this.files = [];
  }

  /** @param {Event} event */
  onOpen(event) {
    const input = /** @type {HTMLInputElement} */ (event.target);
    this.addFiles([...(input.files ?? [])]);
    input.value = '';
  }

  async onOpenModel() {
    const file = await pickFile('.safetensors');
    if (file) await this.openModelFile(file);
  }
}

/**
 * @param {Explained} explained
 * @param {ModelInfo} model
 */
function likeliest({ probabilities }, { compartments }) {
  return compartments[probabilities.indexOf(Math.max(...probabilities))] ?? null;
}

customElements.define('predict-view', PredictView);
