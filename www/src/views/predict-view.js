// @ts-check
import { Task } from '@lit/task';
import { html, nothing } from 'lit';
import { StoreController } from '../store.js';
import { View } from '../view.js';
import { cpuBecause, inWords } from '../words.js';
import { nowPredictingOnCpu, settleDevice, wantedDevice } from '../state/device.js';
import { predictor } from '../state/engine.js';
import { addModel, listModels, modelEntries, modelInfo, models, openModel } from '../state/models.js';
import { exampleFor } from '../content/examples.js';
import { isModelFile, pickFile, readBytes, save, stem } from '../state/files.js';
import { calledOf } from '../state/calls.js';
import { InputLook } from '../state/input-look.js';
import { suggestion } from '../state/peeking.js';
import { heldFiles, isRunFile, missing, readRunFile, runFile, runFileName } from '../state/run-file.js';
import { study } from '../state/study.js';
import { address, record } from '../state/address-bar.js';
import { failureLine } from '../parts/failure-line.js';
import { fileList, filePicker, modelChoice, textBox } from '../parts/input-parts.js';
import { predictWelcome } from '../parts/predict-welcome.js';
import { problemList } from '../parts/problem-list.js';
import { readSummary } from '../parts/read-summary.js';
import { runStatus } from '../parts/run-status.js';
import '../parts/explain-panel.js';
import '../parts/live-strip.js';
import '../parts/results-panel.js';

/** @import { ModelInfo } from '../types/core.js' */
/** @import { Explained, Row, Source, SourcedProblem } from '../types/page.js' */
/** @import { RunFile } from '../state/run-file.js' */

/** @typedef {{ model: ModelInfo, modelName: string, rows: Row[], started: number, took: number, inputs: Source[], device: string }} Results */
/** @import { RunState } from '../parts/run-status.js' */

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
    thresholds: { state: true },
  };

  constructor() {
    super();
    /** The chosen model's name. @type {string | null} */
    this.model = null;
    this.text = '';
    /** @type {File[]} */
    this.files = [];
    /** @type {RunState} */
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
    /** Explains a row. @type {Task<[number], Explained>} */
    this.explanation = new Task(this, {
      autoRun: false,
      task: ([row]) => study('explain', row),
      onComplete: (explained) => (this.explained = explained),
      onError: (error) => (this.failure = inWords(error)),
    });
    /** In effect for the results on show. @type {number[]} */
    this.thresholds = [];
    /** A run file waiting for its files. @type {RunFile | null} */
    this.repeats = null;
    this.input = new InputLook(this, () => this.busy);
    /** The RNA the address named when the page was opened. */
    this.named = address.get().rna;
    new StoreController(this, models);
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (['text', 'files', 'model'].some((name) => changed.has(name))) this.lookAtInput();
  }

  /** What is about to be predicted, or was, in words. */
  lookAtInput() {
    this.input.soon(this.sources(), this.model);
  }

  /** @param {File[]} files */
  async addFiles(files) {
    const models = files.filter((file) => isModelFile(file.name));
    const runs = files.filter((file) => isRunFile(file.name));
    this.files = [...this.files, ...files.filter((file) => !models.includes(file) && !runs.includes(file))];
    for (const file of models) await this.openModelFile(file);
    for (const file of runs) await this.openRunFile(file);
    if (this.repeats) await this.repeat(this.repeats);
  }

  /** @param {File} file */
  async openRunFile(file) {
    this.failure = '';
    try {
      const run = await readRunFile(file);
      const held = heldFiles(run);
      if (held.length > 0) {
        this.text = '';
        this.files = held;
      }
      await listModels();
      if (!modelEntries().some(({ name }) => name === run.model.name)) throw new Error(`${file.name} was run with the model ${run.model.name}, which is not here. Open its file, then drop the run file again.`);
      const { hash } = await openModel(run.model.name);
      if (hash !== run.model.sha256) this.notice = `The model ${run.model.name} is another version than the one ${file.name} was run with: results may differ.`;
      this.chooseModel(run.model.name);
      this.repeats = run;
    } catch (error) {
      this.failure = inWords(error);
    }
  }

  /**
   * Repeats a run once all its files are here.
   * @param {RunFile} run
   */
  async repeat(run) {
    const away = await missing(run, [...this.files, ...(this.text ? [new File([this.text], 'Text box')] : [])]);
    if (away.length > 0) {
      this.notice = `To repeat the run, drop the same input too: ${away.join(', ')}.`;
      return;
    }
    this.repeats = null;
    this.notice = '';
    this.chooseModel(run.model.name);
    await this.predict(run.model.name);
    const { results } = this;
    if (this.state === 'done' && results) this.thresholds = results.model.compartments.map((name, i) => run.thresholds[name] ?? results.model.thresholds[i]);
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

  /** @param {string | null} [chosen] the model's name */
  async predict(chosen = this.model) {
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
      if (!chosen) await listModels();
      const model = chosen ?? this.model ?? modelEntries()[0]?.name;
      if (!model) throw new Error('There is no model here. Open a model file first.');
      await this.run(model, sources);
      if (this.named > 0 && this.named < this.count && this.chosen === 0) this.choose(this.named);
      this.named = 0;
      this.state = this.cancelling ? 'cancelled' : 'done';
    } catch (error) {
      this.failure = inWords(error);
      this.state = 'failed';
    }
    this.lookAtInput();
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
    const { model, bytes_total } = await worker.begin(modelName, sources);
    const started = performance.now();
    /** @type {Results} */
    const fresh = { model, modelName, rows: [], started, took: 0, inputs: sources, device: '' };
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
    this.notice = `${cpuBecause(reason).reason}. Nothing already predicted is lost.`;
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
    this.thresholds = [...fresh.model.thresholds];
    this.choose(0);
  }

  /** @param {number} row */
  choose(row) {
    this.chosen = row;
    record({ model: this.model, rna: row });
    this.explanation.run([row]);
  }

  /** @param {boolean} withSequences */
  async saveRun(withSequences) {
    const { results } = this;
    if (!results) return;
    try {
      save(runFileName(results.modelName), await runFile(results, this.thresholds, withSequences));
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
      ${textBox(this.text, (text) => (this.text = text))}
      <div class="row below">
        ${filePicker({ id: 'open-sequences', name: 'Open files', label: 'Open files…' }, (files) => this.addFiles(files))}
        <button type="button" @click=${this.example}>Example</button>
        <button type="button" class="plain-button" ?hidden=${!this.text && this.files.length === 0} @click=${this.clear}>Clear</button>
      </div>
      <p class="hint" id="input-hint">
        Paste, open, or drop files anywhere on the page: FASTA, .gz too, any number. A, C, G, U or T, either case; other IUPAC letters are read as unknown.
      </p>
      ${fileList(this.files, (file) => (this.files = this.files.filter((other) => other !== file)))}
      ${modelChoice(modelEntries(), this.model, (name) => this.chooseModel(name), () => this.onOpenModel())} ${this.summary()}
      <div class="row below">
        ${
          this.busy
            ? html`<button type="button" class="grow" @click=${this.cancel}>Cancel</button>`
            : html`<button type="button" class="primary" @click=${() => this.predict()}>Predict</button>`
        }
      </div>
      <div class="status">${runStatus(this.state, this.progress)}<live-strip .row=${this.progress.records - 1} ?running=${this.state === 'running'} ?hidden=${!this.busy}></live-strip></div>
      ${this.notice ? html`<p class="note" role="status">${this.notice}</p>` : nothing}
      ${failureLine(this.failure)}
      <p class="hint quiet">Nothing you paste or open leaves this machine.</p>
    </section>`;
  }

  summary() {
    const { peek, expected } = this.input;
    if (!peek || this.busy) return nothing;
    const info = this.model ? modelInfo(this.model) : null;
    return readSummary(peek, info, expected, suggestion(peek, modelEntries(), this.model), (model) => this.chooseModel(model));
  }

  resultsPanel() {
    const { results } = this;
    if (!results) return predictWelcome();
    return html`<results-panel
      .results=${results}
      .count=${this.count}
      .chosen=${this.chosen}
      .thresholds=${this.thresholds}
      .problems=${this.problems}
      ?busy=${this.busy}
      ?stale=${this.model !== results.modelName}
      @thresholds-moved=${(/** @type {CustomEvent<number[]>} */ event) => (this.thresholds = event.detail)}
      @row-chosen=${(/** @type {CustomEvent<number>} */ event) => this.choose(event.detail)}
      @save-run=${(/** @type {CustomEvent<boolean>} */ event) => this.saveRun(event.detail)}
    ></results-panel>`;
  }

  explanationPanel() {
    const { results, explained } = this;
    if (!results) return nothing;
    const row = results.rows[this.chosen] ?? null;
    return html`<explain-panel
      .explained=${explained}
      .row=${row}
      .called=${row ? calledOf(row.probabilities, this.thresholds) : []}
      .model=${results.model}
      ?busy=${this.busy}
    ></explain-panel>`;
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

  async onOpenModel() {
    const file = await pickFile('.safetensors');
    if (file) await this.openModelFile(file);
  }
}

customElements.define('predict-view', PredictView);
