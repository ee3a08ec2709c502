// @ts-check
import { Task } from '@lit/task';
import { html, nothing } from 'lit';
import { StoreController } from '../store.js';
import { View } from '../view.js';
import { inWords } from '../engine/words.js';
import { addModel, modelEntries, modelInfo, models, openModel } from '../state/models.js';
import { exampleFor } from '../content/examples.js';
import { folderWords, isModelFile, pickFile, readBytes, save, stem } from '../state/files.js';
import { calledOf } from '../state/calls.js';
import { classModels } from '../state/class-models.js';
import { InputLook } from '../state/input-look.js';
import { offersFor } from '../state/peeking.js';
import { PredictionJob } from '../state/prediction-job.js';
import { isRunFile, runFile, runFileName } from '../state/run-file.js';
import { inputsOf, openSavedRun } from '../state/saved-run.js';
import { sourceOf, sourcesOf } from '../state/sources.js';
import { address, record } from '../state/address-bar.js';
import { failureLine } from '../parts/failure-line.js';
import { fileList, filePicker, modelChoice, textBox } from '../parts/input-parts.js';
import { mainButton } from '../parts/main-button.js';
import { cellCard } from '../parts/cell-card.js';
import { predictWelcome } from '../parts/predict-welcome.js';
import { problemList } from '../parts/problem-list.js';
import { readSummary } from '../parts/read-summary.js';
import { resultPortions } from '../parts/result-portions.js';
import { NO_PROGRESS, runStatus } from '../parts/run-status.js';
import '../parts/explain-panel.js';
import '../parts/live-strip.js';
import '../parts/results-panel.js';

/** @import { SavedRun } from '../engine/types/core.js' */
/** @import { Explained, Source, SourcedProblem } from '../engine/types/engine.js' */
/** @import { ResultsPanel } from '../parts/results-panel.js' */
/** @import { Results } from '../state/results.js' */

/** @typedef {{ results: Results, row: number, explained: Explained }} ExplainedRow */

/** Sequences in; the probability of each compartment and a map of the attention out. */
export class PredictView extends View {
  static properties = {
    model: { type: String },
    missing: { type: String },
    byClass: { state: true },
    text: { state: true },
    files: { state: true },
    job: { state: true },
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
    /** Whether each RNA is predicted with the model of its likely class, instead of the chosen one. */
    this.byClass = false;
    /** A model that the address named and that is not here. */
    this.missing = '';
    this.text = '';
    /** The example that was filled in last. */
    this.exampleText = '';
    /** @type {File[]} */
    this.files = [];
    /** The present or last run. @type {PredictionJob | null} */
    this.job = null;
    /** Those on show: the former ones until the present run has a row. @type {Results | null} */
    this.results = null;
    this.count = 0;
    /** @type {SourcedProblem[]} */
    this.problems = [];
    this.chosen = 0;
    /** @type {ExplainedRow | null} */
    this.explained = null;
    this.failure = '';
    /** What a person should know about the run or the run file. */
    this.notice = '';
    /** Explains a row. @type {Task<[Results, number], ExplainedRow>} */
    this.explanation = new Task(this, {
      autoRun: false,
      task: async ([results, row]) => ({ results, row, explained: await results.explain(row) }),
      onComplete: (explained) => (this.explained = explained),
      onError: (error) => (this.failure = inWords(error)),
    });
    /** In effect for the results on show. @type {number[]} */
    this.thresholds = [];
    /** A run file waiting for its files. @type {SavedRun | null} */
    this.repeats = null;
    this.input = new InputLook(this, () => this.busy);
    /** The RNA the address named when the page was opened. */
    this.named = address.get().rna;
    new StoreController(this, models);
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    // A model that is chosen anywhere on the page is to predict all RNAs.
    if (changed.has('model')) this.byClass = false;
    if (['text', 'files', 'model', 'byClass'].some((name) => changed.has(name))) this.lookAtInput();
  }

  /** What is about to be predicted, or was, in words. */
  lookAtInput() {
    this.input.soon(this.sources(), this.byClass ? null : this.model);
  }

  /**
   * @param {File[]} files
   * @param {string[]} [folders] names of folders dropped with them
   */
  async addFiles(files, folders = []) {
    this.failure = folderWords(folders);
    const models = files.filter((file) => isModelFile(file.name));
    const runs = files.filter((file) => isRunFile(file.name));
    const inputs = files.filter((file) => !models.includes(file) && !runs.includes(file));
    if (inputs.length > 0 && this.text === this.exampleText) this.text = '';
    this.files = [...this.files, ...inputs];
    for (const file of models) await this.openModelFile(file);
    for (const file of runs) await this.openRunFile(file);
    if (this.repeats) await this.repeat(this.repeats);
  }

  /** @param {File} file */
  async openRunFile(file) {
    try {
      const run = await openSavedRun(file);
      this.chooseModel(run.model.name);
      this.repeats = run;
    } catch (error) {
      this.fail(error, `${file.name}: `);
    }
  }

  /** Adds to what has failed. @param {unknown} error @param {string} [where] */
  fail(error, where = '') {
    this.failure = `${this.failure} ${where}${inWords(error)}`.trim();
  }

  /**
   * Repeats a run once all its files are here.
   * @param {SavedRun} run
   */
  async repeat(run) {
    const { name } = run.model;
    const text = this.text ? [new File([this.text], 'Text box')] : [];
    const { found, missing, otherModel } = await inputsOf(run, [...this.files, ...text]);
    if (missing.length > 0) {
      this.notice = `To repeat the run, drop the same input too: ${missing.join(', ')}. ${otherModel}`;
      return;
    }
    this.repeats = null;
    this.chooseModel(name);
    const job = await this.predict(name, found.map(sourceOf), otherModel);
    if (job?.state !== 'done' || !job.results || job.results !== this.results) return;
    const { compartments, thresholds } = job.results.model;
    this.moveThresholds(compartments.map((compartment, i) => run.thresholds[compartment] ?? thresholds[i]));
  }

  /** @param {File} file */
  async openModelFile(file) {
    try {
      this.chooseModel(await addModel(stem(file.name), await readBytes(file), 'file'));
    } catch (error) {
      this.fail(error, `${file.name}: `);
    }
  }

  /** @param {string | null} name null: a model for each class */
  chooseModel(name) {
    this.byClass = name === null;
    if (name === null) return;
    this.dispatchEvent(new CustomEvent('model-chosen', { detail: name, bubbles: true }));
    openModel(name).catch((error) => (this.failure = inWords(error)));
  }

  /** The models to predict with; none before the list of models is here. */
  chosenModels() {
    if (this.byClass) return classModels(modelEntries(), this.model);
    return this.model ? [{ name: this.model, rna_class: null }] : [];
  }

  sources() {
    return sourcesOf(this.text, this.files);
  }

  /**
   * Predicts what is pasted and opened. A run that is under way ends first.
   * @param {string | null} [chosen] the model's name
   * @param {Source[]} [sources] what to predict instead
   * @param {string} [notice] what a person should know about it
   */
  async predict(chosen = null, sources = this.sources(), notice = '') {
    this.failure = '';
    if (sources.length === 0) {
      this.failure =
        'There is nothing to predict yet. Paste RNA sequences in FASTA format, open a file, or press Example.';
      return null;
    }
    const former = this.job;
    const job = new PredictionJob(sources, () => this.onJob(job));
    this.job = job;
    this.input.forgetFormer();
    this.notice = notice;
    this.problems = [];
    await former?.stop();
    await job.run(() => (chosen ? [{ name: chosen, rna_class: null }] : this.chosenModels()));
    if (this.job === job) this.lookAtInput();
    return job;
  }

  /**
   * Shows what is new of the present run.
   * @param {PredictionJob} job
   */
  onJob(job) {
    if (this.job !== job) return;
    this.failure = job.failure;
    if (job.notice && !this.notice.includes(job.notice)) this.notice = `${this.notice} ${job.notice}`.trim();
    this.problems = job.problems;
    if (this.results && job.allResults.includes(this.results)) this.count = this.results.rows.length;
    else if (job.results) this.showResults(job.results);
    if (job.state === 'done') {
      this.showNamed();
      this.updateComplete.then(() => /** @type {ResultsPanel | null} */ (this.querySelector('results-panel'))?.goTo());
    }
    this.requestUpdate();
  }

  /** @param {Results} results */
  showResults(results) {
    this.count = results.rows.length;
    this.results = results;
    this.thresholds = results.thresholds;
    this.choose(0);
  }

  /** @param {number[]} thresholds */
  moveThresholds(thresholds) {
    this.thresholds = thresholds;
    if (this.results) this.results.thresholds = thresholds;
  }

  /** Shows the RNA that the address named. */
  showNamed() {
    if (this.named > 0 && this.named < this.count && this.chosen === 0) this.choose(this.named);
    this.named = 0;
  }

  dismissProblems() {
    if (this.job) this.job.problems = [];
    this.problems = [];
  }

  cancel() {
    return this.job?.stop();
  }

  /** @param {number} row */
  choose(row) {
    if (!this.results) return;
    this.chosen = row;
    record({ model: this.model, rna: row });
    this.explanation.run([this.results, row]);
  }

  /** @param {boolean} withSequences */
  async saveRun(withSequences) {
    const { results } = this;
    if (!results) return;
    try {
      save(runFileName(results.modelName), await runFile(results, withSequences));
    } catch (error) {
      this.failure = inWords(error);
    }
  }

  render() {
    return html`<div class=${this.results ? 'page' : 'page first'}>
      ${this.results ? nothing : predictWelcome()} ${this.inputPanel()}
      <div class="right">
        ${problemList(this.problems, () => this.dismissProblems())} ${this.resultsPanel()} ${this.explanationPanel()}
      </div>
    </div>`;
  }

  get busy() {
    return this.job?.busy ?? false;
  }

  inputPanel() {
    const progress = this.job?.progress ?? NO_PROGRESS;
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
      ${modelChoice(
        modelEntries(),
        this.model,
        { offered: (this.input.peek?.mixture ?? null) !== null, models: this.byClass ? this.chosenModels() : [] },
        (name) => this.chooseModel(name),
        () => this.onOpenModel(),
      )}
      <div class=${this.text || this.files.length > 0 ? 'summary' : ''}>${this.summary()}</div>
      <div class="row below">
        ${mainButton({ words: this.busy ? 'Cancel' : 'Predict', isPrimary: !this.busy }, () => (this.busy ? this.cancel() : this.predict()))}
      </div>
      <div class="status">
        ${runStatus(this.job?.state ?? 'idle', progress)}
        <live-strip .results=${this.job?.results ?? null} .row=${(this.job?.results?.rows.length ?? 0) - 1} ?running=${this.job?.state === 'running'} ?hidden=${!this.busy}></live-strip>
      </div>
      ${this.missing ? html`<p class="note" role="status">There is no model named ${this.missing} here, so ${this.model} is chosen. To use the other one, open its file.</p>` : nothing}
      ${this.notice ? html`<p class="note" role="status">${this.notice}</p>` : nothing}
      ${failureLine(this.failure)}
      <p class="hint quiet">Nothing you paste or open leaves this machine.</p>
    </section>`;
  }

  summary() {
    const { peek, expected } = this.input;
    if (!peek) return nothing;
    const { model } = this;
    const use = (/** @type {string | null} */ name) => this.chooseModel(name);
    if (this.byClass) return readSummary(peek, null, expected, { better: [], mixture: null, use });
    const offer = { ...offersFor(peek, modelEntries(), model), use };
    return readSummary(peek, model ? modelInfo(model) : null, expected, offer);
  }

  resultsPanel() {
    const { results } = this;
    if (!results) return html`<first-examples @example-wanted=${this.onExample}></first-examples>`;
    return html`${resultPortions(this.job?.allResults ?? [], results, (other) => this.showResults(other))}<results-panel
      .results=${results}
      .count=${this.count}
      .chosen=${this.chosen}
      .thresholds=${this.thresholds}
      .problems=${results.problems}
      ?busy=${this.busy}
      ?stale=${results.isPart ? !this.byClass : this.byClass || this.model !== results.modelName}
      @thresholds-moved=${(/** @type {CustomEvent<number[]>} */ event) => this.moveThresholds(event.detail)}
      @row-chosen=${(/** @type {CustomEvent<number>} */ event) => this.choose(event.detail)}
      @save-run=${(/** @type {CustomEvent<boolean>} */ event) => this.saveRun(event.detail)}
    ></results-panel>`;
  }

  explanationPanel() {
    if (!this.results) return nothing;
    // The former explanation stays until the present one is here, with the results that it belongs to.
    const { results, row, explained } = this.explained ?? { results: this.results, row: this.chosen, explained: null };
    const shown = results.rows[row] ?? null;
    const { thresholds } = results;
    return html`${shown && !shown.unreadable ? cellCard(shown, results.model, thresholds) : nothing}<explain-panel
      .explained=${explained}
      .row=${shown}
      .called=${shown ? calledOf(shown, { thresholds }) : []}
      .results=${results}
      ?busy=${this.busy}
    ></explain-panel>`;
  }

  /** Fills in an example. It is there to be tried, so it makes room for files that are opened. */
  example() {
    const entry = modelEntries().find(({ name }) => name === this.model);
    // A model opened from a file tells its class by the preset it came from.
    this.text = this.exampleText = exampleFor(entry?.rna_class ?? modelInfo(this.model ?? '')?.config.name ?? null);
  }

  /** @param {CustomEvent<{ rnaClass: string, model: string }>} event */
  onExample({ detail: { rnaClass, model } }) {
    this.chooseModel(model);
    this.text = this.exampleText = exampleFor(rnaClass);
    /** @type {HTMLElement | null} */ (this.querySelector('button.primary'))?.focus();
  }

  clear() {
    this.text = '';
    this.files = [];
  }

  async onOpenModel() {
    const file = await pickFile('.safetensors');
    this.failure = '';
    if (file) await this.openModelFile(file);
  }
}

customElements.define('predict-view', PredictView);
