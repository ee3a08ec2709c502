// @ts-check
import { html, nothing } from 'lit';
import { goTo } from '../focus.js';
import { View, onValue } from '../view.js';
import { inWords } from '../engine/words.js';
import { duration, plural } from '../numbers.js';
import { save } from '../state/files.js';
import { CallCounts } from '../state/calls.js';
import { closeMenuOf } from '../state/menus.js';
import { resultsFileName } from '../state/run-file.js';
import { RunFiles } from './run-files.js';
import { callCounts } from './call-counts.js';
import { failureLine } from './failure-line.js';
import { thresholdSliders } from './threshold-sliders.js';
import './agreement-card.js';
import './overview-panel.js';
import './results-table.js';

/** @import { FileFormat, SourcedProblem } from '../engine/types/engine.js' */
/** @import { Results } from '../state/results.js' */
/** @import { Filter } from '../state/calls.js' */

/** @type {{ form: FileFormat, name: string, ending: string, about: string }[]} */
const FORMS = [
  { form: 'json', name: 'JSON', ending: 'json', about: 'results with the model and all settings' },
  { form: 'gff3', name: 'GFF3', ending: 'gff3', about: 'regions with much attention, for genome browsers' },
  {
    form: 'bedgraph',
    name: 'bedGraph',
    ending: 'bedgraph',
    about: 'attention of every nucleotide, for genome browsers',
  },
  { form: 'fasta', name: 'FASTA', ending: 'fa', about: 'the RNAs as they were read' },
];

/** The table of results with all that acts on it: thresholds, filter, files, and the view of all at once. */
export class ResultsPanel extends View {
  static properties = {
    results: { attribute: false },
    count: { type: Number },
    chosen: { type: Number },
    busy: { type: Boolean },
    stale: { type: Boolean },
    thresholds: { attribute: false },
    problems: { attribute: false },
    filter: { state: true },
    shown: { state: true },
    over: { state: true },
    writing: { state: true },
    failure: { state: true },
  };

  constructor() {
    super();
    /** @type {Results | null} */
    this.results = null;
    this.count = 0;
    this.chosen = 0;
    this.busy = false;
    /** Whether another model is chosen now. */
    this.stale = false;
    /** @type {number[]} */
    this.thresholds = [];
    /** @type {SourcedProblem[]} */
    this.problems = [];
    /** @type {Filter} */
    this.filter = { text: '', kind: 'all' };
    this.counts = new CallCounts({ thresholds: [], margin: 0 });
    this.shown = 0;
    /** Whether all RNAs are shown at once instead of the table. */
    this.over = false;
    /** The file being written. @type {{ isStopped: boolean, words: string } | null} */
    this.writing = null;
    this.failure = '';
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has('results')) this.filter = { text: '', kind: 'all' };
    if (!this.results) return;
    if (changed.has('results') || changed.has('thresholds'))
      this.counts = new CallCounts({ thresholds: this.thresholds, margin: this.results.model.uncertain_margin });
    this.counts.add(this.results.rows);
  }

  get moved() {
    const own = this.results?.model.thresholds ?? [];
    return this.thresholds.some((threshold, i) => threshold !== own[i]);
  }

  /** @param {number[]} thresholds */
  move(thresholds) {
    this.dispatchEvent(new CustomEvent('thresholds-moved', { detail: thresholds }));
  }

  /**
   * Saves a file that takes time to write, with a button that stops it.
   * @param {(results: Results) => string} nameOf the file's name
   * @param {(results: Results, onProgress: (written: number) => boolean) => Promise<Blob>} write
   */
  async saveWritten(nameOf, write) {
    const { results } = this;
    if (!results) return;
    this.failure = '';
    const total = results.rows.length;
    const writing = { isStopped: false, words: 'Writing…' };
    const onProgress = (/** @type {number} */ written) => {
      writing.words = `Writing: ${written.toLocaleString('en')} of ${plural(total, 'RNA')}`;
      this.requestUpdate();
      return !writing.isStopped;
    };
    this.writing = writing;
    try {
      save(nameOf(results), await write(results, onProgress));
    } catch (error) {
      if (!writing.isStopped) this.failure = inWords(error);
    }
    if (this.writing === writing) this.writing = null;
  }

  /**
   * @param {FileFormat} form
   * @param {string} ending
   */
  download(form, ending) {
    return this.saveWritten(
      (results) => resultsFileName(results, ending),
      (results, onProgress) => this.files(results).write(form, onProgress),
    );
  }

  /** @param {Results} results */
  files(results) {
    const { thresholds, moved, problems } = this;
    return new RunFiles(results, { thresholds, moved, problems });
  }

  saveReport() {
    return this.saveWritten(
      ({ modelName }) => `${modelName}-report.html`,
      async (results) => this.files(results).report(),
    );
  }

  saveAll() {
    return this.saveWritten(
      ({ modelName }) => `${modelName}-run.zip`,
      (results, onProgress) => this.files(results).all(onProgress),
    );
  }

  /** Shows the results if they are out of sight, unless somebody is already busy elsewhere. */
  async goTo() {
    await this.updateComplete;
    const focused = document.activeElement;
    if (focused && focused !== document.body && !focused.matches('.main-button')) return;
    // The choice among the models of a run by class stands above the results.
    const choice = this.results?.isPart ? this.parentElement?.querySelector('.portions') : null;
    goTo(choice ?? this, this.querySelector('h2'));
  }

  render() {
    const { results } = this;
    if (!results) return nothing;
    return html`<section aria-label="Results">
      <div class="bar">
        <h2 tabindex="-1">
          ${plural(this.count, 'RNA')}
          <span class="hint">${results.modelName} · ${duration(results.took)} on ${results.device}${this.stale ? ' · predicted with another model than the one chosen now' : ''}</span>
        </h2>
        <div class="row small">
          <button type="button" aria-pressed=${this.over} ?disabled=${this.busy && !this.over} @click=${() => (this.over = !this.over)}>${this.over ? 'Table' : 'Overview'}</button>
          <button type="button" @click=${() => this.download('tsv', 'tsv')}>Download TSV</button>
          ${this.menu()}
        </div>
      </div>
      <div class="row small" ?hidden=${!this.writing}>
        <p class="hint" role="status">${this.writing?.words}</p>
        <button type="button" aria-label="Stop writing the file" @click=${() => this.stopWriting()}>Stop</button>
      </div>
      ${failureLine(this.failure)}
      <agreement-card .results=${results} .count=${this.count} .thresholds=${this.thresholds} ?busy=${this.busy}></agreement-card>
      ${this.over ? html`<overview-panel .results=${results} .thresholds=${this.thresholds} .counts=${this.counts}></overview-panel>` : this.table(results)}
    </section>`;
  }

  stopWriting() {
    if (this.writing) this.writing.isStopped = true;
  }

  menu() {
    return html`<details class="menu">
      <summary class="button">More…</summary>
      <div class="menu-list" @click=${closeMenuOf}>
        <button type="button" @click=${() => this.saveReport()}><b>Save report</b> <span class="quiet">one page with table, pictures on show, settings and model card, to read and print</span></button>
        <button type="button" @click=${() => this.saveAll()}><b>Save all files</b> <span class="quiet">one zip: tables, GFF3, FASTA, run file, pictures and report</span></button>
        ${FORMS.map(({ form, name, ending, about }) => html`<button type="button" @click=${() => this.download(form, ending)}><b>Download ${name}</b> <span class="quiet">${about}</span></button>`)}
        <button type="button" @click=${() => this.dispatchEvent(new CustomEvent('save-run', { detail: false }))}><b>Save run file</b> <span class="quiet">${this.results?.isPart ? 'settings and the fingerprint of the FASTA file of this model’s RNAs' : 'settings and the files’ fingerprints; no sequence'}</span></button>
        <button type="button" @click=${() => this.dispatchEvent(new CustomEvent('save-run', { detail: true }))}><b>Save the run with its sequences</b> <span class="quiet">drop it here and the run is repeated</span></button>
      </div>
    </details>`;
  }

  /** @param {Results} results */
  table(results) {
    const { model } = results;
    const filtered = this.filter.kind !== 'all' || this.filter.text.trim() !== '';
    // One RNA needs neither counts nor a filter.
    return html`
      ${this.count > 1 ? callCounts(model, this.counts, this.filter.kind, (kind) => (this.filter = { ...this.filter, kind })) : nothing}
      <div class="row small filters" role="search" aria-label="Filter the results">
        <input type="search" ?hidden=${this.count < 2} placeholder="Find by name" aria-label="Find by name" .value=${this.filter.text} @input=${onValue((value) => (this.filter = { ...this.filter, text: value }))} />
        <span class="hint" role="status">${filtered ? `${this.shown.toLocaleString('en')} of ${plural(this.count, 'RNA')}` : ''}</span>
        ${thresholdSliders(model, this.thresholds, (thresholds) => this.move(thresholds))}
      </div>
      <results-table
        .rows=${results.rows}
        .count=${this.count}
        .model=${model}
        .thresholds=${this.thresholds}
        .filter=${this.filter}
        .chosen=${this.chosen}
        @rows-shown=${(/** @type {CustomEvent<number>} */ event) => queueMicrotask(() => (this.shown = event.detail))}
        @row-chosen=${(/** @type {CustomEvent<number>} */ event) => this.dispatchEvent(new CustomEvent('row-chosen', { detail: event.detail }))}
      ></results-table>
      <p class="hint">
        The tick on a bar is the compartment's threshold: at or above it the compartment is called.
        ${model.call_precision ? nothing : 'The file of this model has no record of how often its calls are right.'}
        ${this.moved ? html`<b>Thresholds have been changed</b>; files record it.` : nothing}
      </p>
    `;
  }
}

customElements.define('results-panel', ResultsPanel);
