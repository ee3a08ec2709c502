// @ts-check
import { html, nothing } from 'lit';
import { isTrap } from '../engine/trap.js';
import { FocusKeeper } from '../focus.js';
import { View } from '../view.js';
import { inWords } from '../engine/words.js';
import { engine } from '../state/engine.js';
import { addModel, modelInfo } from '../state/models.js';
import { folderWords, isModelFile, isTable, readBytes, save, stem } from '../state/files.js';
import { teachingSet } from '../content/teaching-set.js';
import { isRunFile } from '../state/run-file.js';
import { visit } from '../state/address-bar.js';
import { TrainingRun } from '../state/training-run.js';
import { failureLine } from '../parts/failure-line.js';
import { filePicker } from '../parts/input-parts.js';
import { heldOut } from '../parts/held-out.js';
import { setSummary } from '../parts/set-summary.js';
import { trainButtons } from '../parts/train-buttons.js';
import { trainStatus } from '../parts/train-status.js';
import { trainWelcome } from '../parts/train-welcome.js';
import { trainingOptions, trainingSettings } from '../parts/train-settings.js';
import { historyPanel, lossPanel } from '../parts/training-pictures.js';

/** @import { Finding, Preset, SetSummary, SettingDescription } from '../engine/types/core.js' */
/** @import { Overrides } from '../parts/train-settings.js' */

/** A labelled set in, a trained model out, with everything that happens between on show. */
export class TrainView extends View {
  static properties = {
    shown: { attribute: false },
    visited: { state: true },
    reading: { state: true },
    presets: { state: true },
    preset: { state: true },
    epochs: { state: true },
    seed: { state: true },
    overrides: { state: true },
    data: { state: true },
    labels: { state: true },
    summary: { state: true },
    findings: { state: true },
    failure: { state: true },
    run: { state: true },
    watched: { state: true },
    head: { state: true },
    madeModel: { state: true },
  };

  constructor() {
    super();
    /** Whether the page shows this view now. */
    this.shown = false;
    /** Whether it ever did: the front page stays light. */
    this.visited = false;
    this.reading = false;
    /** @type {Preset[]} */
    this.presets = [];
    /** @type {SettingDescription[]} */
    this.allSettings = [];
    this.version = '';
    this.preset = '';
    this.presetChosen = false;
    this.epochs = 20;
    this.seed = 1;
    /** @type {Overrides} */
    this.overrides = {};
    /** @type {File | null} */
    this.data = null;
    /** @type {File | null} */
    this.labels = null;
    /** @type {SetSummary | null} */
    this.summary = null;
    /** What is odd about the set; null until it was looked for. @type {Finding[] | null} */
    this.findings = null;
    /** The file with sequences that was opened last, whether it could be read alone or not. @type {File | null} */
    this.offered = null;
    this.failure = '';
    /** The present or last training of this set. @type {TrainingRun | null} */
    this.run = null;
    /** Index of the RNA whose attention is on show. */
    this.watched = 0;
    this.head = 0;
    /** The name the trained model is listed under. */
    this.madeModel = '';
    new FocusKeeper(this, '.train-buttons', '.train-buttons .primary');
  }

  willUpdate() {
    if (!this.shown || this.visited) return;
    this.visited = true;
    this.prepare();
  }

  async prepare() {
    try {
      this.version = await engine.trainer.ask((worker) => worker.version());
      this.allSettings = await engine.trainer.ask((worker) => worker.settings());
      this.presets = await engine.trainer.ask((worker) => worker.presets());
      this.choosePreset(this.presets[0]?.name ?? '');
    } catch (error) {
      this.failure = inWords(error);
    }
  }

  /** @param {string} name */
  choosePreset(name) {
    this.preset = name;
    this.overrides = {};
    this.epochs = this.presets.find((preset) => preset.name === name)?.config.epochs ?? this.epochs;
  }

  /**
   * Suggests the preset of a class of RNA, unless one was chosen by hand.
   * @param {string | null} rnaClass
   */
  suggestPreset(rnaClass) {
    if (this.presetChosen) return;
    const suggested = this.presets.find((preset) => preset.rna_class === rnaClass);
    if (suggested) this.choosePreset(suggested.name);
  }

  get setName() {
    return [this.data?.name, this.labels?.name].filter(Boolean).join(' with ');
  }

  get busy() {
    return this.run?.busy ?? false;
  }

  /**
   * @param {File[]} files
   * @param {string[]} [folders] names of folders dropped with them
   */
  async addFiles(files, folders = []) {
    this.failure = this.busy
      ? 'A training is under way. Cancel it, or let it finish, before opening other data.'
      : folderWords(folders) || refused(files);
    if (this.failure) return;
    const table = files.find(({ name }) => isTable(name)) ?? null;
    const data = files.find((file) => file !== table) ?? null;
    this.reading = true;
    try {
      if (data) await this.take(data, table);
      else if (table) await this.takeTable(table);
    } catch (error) {
      this.failed(error, `${(data ?? table)?.name}: `);
    }
    this.reading = false;
  }

  /**
   * Takes a labelled set; one that cannot be read leaves the former one.
   * @param {File} data
   * @param {File | null} labels
   */
  async take(data, labels) {
    this.offered = data;
    this.summary = await readSet(data, labels);
    this.findings = null;
    this.lookAtSet(this.summary).catch((error) => (this.failure = inWords(error)));
    this.data = data;
    this.labels = labels;
    this.suggestPreset(this.summary.commonest);
    this.run = null;
    this.watched = 0;
    this.head = 0;
  }

  /**
   * Takes a table without another file: it holds the sequences too, or the labels of the FASTA file that was opened last.
   * @param {File} table
   */
  async takeTable(table) {
    const fasta = this.offered;
    try {
      await this.take(table, null);
    } catch (error) {
      this.offered = fasta;
      if (isTrap(error)) throw error;
      if (fasta) return this.take(fasta, table);
      throw new Error(`${inWords(error)}. If it holds labels only, open the FASTA file it belongs to as well.`);
    }
  }

  /** Looks for what is odd about a set, which takes seconds for thousands of RNAs. @param {SetSummary} set */
  async lookAtSet(set) {
    const { findings } = await engine.trainer.ask((worker) => worker.report(this.seed));
    if (this.summary === set) this.findings = findings;
  }

  /**
   * @param {unknown} error
   * @param {string} [where]
   */
  failed(error, where = '') {
    this.failure = where + inWords(error);
    if (this.run?.busy) this.run.become('failed');
    if (isTrap(error)) this.restart();
  }

  /** Starts the workers again, the set in them. */
  async restart() {
    engine.trainer.restart();
    engine.gpuTrainer.restart();
    try {
      if (this.data && this.summary) this.summary = await readSet(this.data, this.labels);
    } catch {
      // It stopped over the set itself: another one must be opened.
      this.summary = null;
    }
  }

  /**
   * Waits for something that a training run does, which may be its last.
   * @param {Promise<unknown>} work
   */
  async watchFor(work) {
    try {
      await work;
      await this.offerModel();
    } catch (error) {
      // What was under way when the training was cancelled has not failed.
      if (this.run?.state !== 'cancelled') this.failed(error);
    }
  }

  async start() {
    if (!this.data) return;
    this.failure = '';
    this.madeModel = '';
    const run = new TrainingRun(() => this.requestUpdate());
    run.watched = this.watched;
    run.set = this.setName;
    this.run = run;
    await this.watchFor(
      run.start(
        { data: this.data, labels: this.labels },
        trainingOptions(this.preset, this.epochs, this.seed, this.overrides),
      ),
    );
  }

  /** Adds the model of a run that has ended to the choice, once. */
  async offerModel() {
    const bytes = this.run?.result?.bytes;
    if (!bytes || this.madeModel) return;
    this.madeModel = stem(this.data?.name ?? 'my');
    this.madeModel = await addModel(`${this.madeModel}-trained`, bytes, 'trained');
  }

  /** @param {number} index */
  watch(index) {
    this.watched = index;
    if (this.run) this.watchFor(this.run.watch(index));
  }

  saveModel() {
    const bytes = this.run?.result?.bytes;
    if (bytes) save(`${this.madeModel}.safetensors`, new Blob([bytes], { type: 'application/octet-stream' }));
  }

  /** The program, and what was trained on what and how. */
  provenance() {
    const made = this.run?.result && modelInfo(this.madeModel);
    return `rmlocnet ${this.version}, ${made ? `model ${this.madeModel} (${made.hash.slice(0, 12)}), ` : ''}${this.run?.inWords() ?? ''}`;
  }

  useModel() {
    this.dispatchEvent(new CustomEvent('model-chosen', { detail: this.madeModel, bubbles: true }));
    visit('predict', { model: this.madeModel });
  }

  render() {
    if (!this.visited) return nothing;
    return html`<div class="page">
      <section aria-labelledby="set-title">${this.dataPanel()} ${this.settings()} ${this.buttons()} ${trainStatus(this.run, this.summary !== null)}
        ${failureLine(this.failure)}</section>
      <div class="right">${this.summary ? this.pictures() : trainWelcome()}</div>
    </div>`;
  }

  dataPanel() {
    const label = this.summary ? 'Open another…' : 'Open files…';
    return html`
      <h2 id="set-title">Your labelled RNAs</h2>
      <div class="row">
        ${filePicker({ id: 'open-set', name: 'Open a labelled set', label, disabled: this.busy }, (files) => this.addFiles(files))}
        <button type="button" ?disabled=${this.busy} @click=${() => this.addFiles([teachingSet()])}>Demo set</button>
      </div>
      <p class="hint">or drop FASTA, TSV, or FASTA with CSV.</p>
      ${this.reading ? html`<p class="read" role="status">Reading…</p>` : this.summary ? setSummary(this.summary, this.setName, this.findings) : nothing}
    `;
  }

  settings() {
    const preset = this.presets.find(({ name }) => name === this.preset);
    return html`
      <label for="preset">Preset</label>
      <select id="preset" ?disabled=${this.busy} @change=${this.onPreset}>
        ${this.presets.length === 0 ? html`<option>getting ready…</option>` : nothing}
        ${this.presets.map(({ name, rna_class, species }) => html`<option value=${name} ?selected=${name === this.preset}>${name}: ${rna_class}, ${species}</option>`)}
      </select>
      <div class="pair">
        <div>
          <label for="epochs">Epochs</label>
          <input id="epochs" type="number" min="1" max="1000" .value=${String(this.epochs)} ?disabled=${this.busy} @change=${(/** @type {Event} */ event) => (this.epochs = whole(event, 1))} />
        </div>
        <div>
          <label for="seed">Seed</label>
          <input id="seed" type="number" min="0" .value=${String(this.seed)} ?disabled=${this.busy} @change=${(/** @type {Event} */ event) => (this.seed = whole(event, 0))} />
        </div>
      </div>
      ${preset ? trainingSettings(preset, this.allSettings, this.overrides, this.busy, (overrides) => (this.overrides = overrides)) : nothing}
    `;
  }

  buttons() {
    const isReady = this.summary !== null && this.preset !== null && !this.reading;
    return trainButtons(this.run, isReady, { start: () => this.start(), watchFor: (work) => this.watchFor(work) });
  }

  pictures() {
    const { run, summary, watched, head, epochs } = this;
    if (!summary) return nothing;
    const provenance = this.provenance();
    return html`${this.resultPanel()} ${lossPanel(run, epochs, summary, provenance)}
    ${historyPanel({ run, summary, watched, head, epochs, provenance }, { watch: (rna) => this.watch(rna), look: (chosen) => (this.head = chosen) })}`;
  }

  resultPanel() {
    const result = this.run?.result;
    if (!result) return nothing;
    return html`<section aria-label="Held-out result">
      <div class="bar">
        <h2>On RNAs it never saw</h2>
        <div class="row small">
          <button type="button" @click=${this.saveModel}>Save model</button>
          <button type="button" @click=${this.useModel}>Use to predict</button>
        </div>
      </div>
      ${heldOut(result.metrics, result.counts, result.best_epoch)}
    </section>`;
  }

  /** @param {Event} event */
  onPreset(event) {
    this.presetChosen = true;
    this.choosePreset(/** @type {HTMLSelectElement} */ (event.target).value);
  }
}

/**
 * Has the training's worker read a labelled set.
 * @param {File} data
 * @param {File | null} labels
 */
async function readSet(data, labels) {
  const labelBytes = labels ? await readBytes(labels) : null;
  const bytes = await readBytes(data);
  return engine.trainer.ask((worker) => worker.read(bytes, labelBytes));
}

/**
 * Why these files are not one labelled set, in words; empty if they may be.
 * @param {File[]} files
 */
function refused(files) {
  const names = files.map(({ name }) => name).join(', ');
  const models = files.filter(({ name }) => isModelFile(name));
  const runs = files.filter(({ name }) => isRunFile(name));
  if (models.length > 0)
    return `${models[0].name} is a model, not a labelled set. To predict with it, open it in the Predict view.`;
  if (runs.length > 0)
    return `${runs[0].name} is a run file, not a labelled set. To repeat the run, drop it in the Predict view.`;
  const tables = files.filter(({ name }) => isTable(name));
  if (tables.length < 2 && files.length - tables.length < 2) return '';
  return `Open one labelled set at a time: ${names} are several. Put all RNAs into one file, with [location=Nucleus] and the like in their definition lines.`;
}

/**
 * The whole number in an input, which then shows it.
 * @param {Event} event
 * @param {number} least
 */
function whole({ target }, least) {
  const input = /** @type {HTMLInputElement} */ (target);
  const value = Math.max(least, Math.round(Number(input.value) || 0));
  input.value = String(value);
  return value;
}

customElements.define('train-view', TrainView);
