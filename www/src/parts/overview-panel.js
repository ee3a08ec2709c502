// @ts-check
import { html, nothing } from 'lit';
import { View, onValue } from '../view.js';
import { inWords } from '../engine/words.js';
import { plural } from '../numbers.js';
import { saveTsv } from '../state/files.js';
import { engine } from '../state/engine.js';
import { CallCounts } from '../state/calls.js';
import { Survey } from '../state/survey.js';
import { kmerLegend, kmersOfCompartments } from '../pictures/kmer-words.js';
import '../pictures/picture-frame.js';
import { madeWith } from '../pictures/provenance.js';
import { calledShares } from './called-shares.js';
import { failureLine } from './failure-line.js';
import { wordList } from './word-list.js';
import '../pictures/compartment-heatmap.js';

/** @import { Results } from '../state/results.js' */

/** Rows that are put in order by likeness: its cost grows with their square. */
const MOST_ORDERED = 1000;
const SIZES = [2, 3, 4, 5, 6];

/** All RNAs at once: how they group, where along them the attention lies, and which k-mers recur under it. */
export class OverviewPanel extends View {
  static properties = {
    results: { attribute: false },
    thresholds: { attribute: false },
    counts: { attribute: false },
    order: { state: true },
    survey: { state: true },
    k: { state: true },
    failure: { state: true },
  };

  constructor() {
    super();
    /** @type {Results | null} */
    this.results = null;
    /** @type {number[]} */
    this.thresholds = [];
    this.counts = new CallCounts({ thresholds: [], margin: 0 });
    /** Rows as the heat map has them. @type {number[]} */
    this.order = [];
    /** @type {Survey | null} */
    this.survey = null;
    this.k = 4;
    this.failure = '';
  }

  /** @param {Map<string, unknown>} changed */
  updated(changed) {
    if (changed.has('results')) this.arrange();
  }

  disconnectedCallback() {
    this.survey?.stop();
    super.disconnectedCallback();
  }

  async arrange() {
    const { results } = this;
    this.survey?.stop();
    this.survey = null;
    if (!results) return;
    const every = Math.ceil(results.rows.length / MOST_ORDERED);
    const rows = results.rows.filter((_, i) => i % every === 0);
    const width = results.model.compartments.length;
    try {
      const order = await engine.askCore(
        'clustered_order',
        Float32Array.from(rows.flatMap(({ probabilities }) => probabilities)),
        width,
      );
      if (results === this.results) this.order = Array.from(order, (place) => rows[place].index);
    } catch (error) {
      this.failure = inWords(error);
    }
  }

  async ask() {
    const { results } = this;
    if (!results) return;
    this.failure = '';
    this.survey = new Survey(results, this.k, this.thresholds, () => this.requestUpdate());
    try {
      await this.survey.run();
    } catch (error) {
      this.failure = inWords(error);
    }
  }

  async saveWords() {
    if (this.survey) this.failure = await saveTsv(`${this.results?.modelName}-kmers`, this.survey.tsv());
  }

  /** Program, model and how many RNAs. @param {Results} results @param {number} rnas */
  provenance({ model }, rnas) {
    return `${madeWith(model)}, ${plural(rnas, 'RNA')}`;
  }

  render() {
    const { results } = this;
    if (!results) return nothing;
    const some =
      this.order.length < results.rows.length && this.order.length > 0
        ? ` ${plural(this.order.length, 'RNA')} evenly taken from all.`
        : '';
    return html`
      ${this.shares(results)}
      <picture-frame
        class="after-picture"
        what="the heat map"
        .heading=${html`<h3>Probability of every compartment</h3>`}
        .file=${`${results.modelName}-heatmap`}
        caption="Probability of every compartment"
        .provenance=${this.provenance(results, this.order.length)}
        ?ready=${this.order.length > 0}
      >
        <p class="hint">A row per RNA, like beside like (average-linkage clustering).${some} Choose a row to explain the RNA below.</p>
        <compartment-heatmap .rows=${results.rows} .order=${this.order} .compartments=${results.model.compartments} @row-chosen=${this.onRow}></compartment-heatmap>
      </picture-frame>
      <picture-frame
        class="after-picture"
        what="the mean attention"
        .heading=${html`<h3>Attention over the set</h3>`}
        .controls=${this.surveyControls()}
        .file=${`${results.modelName}-profile`}
        caption="Mean attention along the RNA"
        .provenance=${this.provenance(results, this.survey?.done ?? 0)}
        ?ready=${this.isSurveyed}
      >
        ${failureLine(this.failure)} ${this.surveyed()}
      </picture-frame>
      ${this.words(results)}
    `;
  }

  /** How many RNAs are called for each compartment. @param {Results} results */
  shares({ rows, model, modelName }) {
    const { called, none } = this.counts;
    const { compartments } = model;
    const provenance = `${madeWith(model)}, ${plural(rows.length, 'RNA')}`;
    const file = `${modelName}-cell`;
    return calledShares({ compartments, counts: called, none, rnas: rows.length, file, provenance });
  }

  get isSurveyed() {
    return Boolean(this.survey && !this.survey.running && this.survey.report.length > 0);
  }

  surveyControls() {
    return html`<label class="plain" for="survey-k">k-mers of</label>
      <select id="survey-k" ?disabled=${this.survey?.running} @change=${onValue((value) => (this.k = Number(value)))}>
        ${SIZES.map((k) => html`<option ?selected=${k === this.k}>${k}</option>`)}
      </select>
      ${this.surveyButton()} ${this.isSurveyed ? html`<button type="button" @click=${() => this.saveWords()}>k-mers as TSV</button>` : nothing}`;
  }

  /** @param {CustomEvent<number>} event */
  onRow(event) {
    this.dispatchEvent(new CustomEvent('row-chosen', { detail: event.detail, bubbles: true }));
  }

  surveyButton() {
    const { survey } = this;
    if (!survey?.running)
      return html`<button type="button" @click=${() => this.ask()}>Read the attention of ${this.results && this.results.rows.length > Survey.MOST ? `${Survey.MOST.toLocaleString('en')} RNAs` : 'all'}</button>`;
    return html`<button type="button" @click=${() => survey.stop()}>Stop</button>
      <progress aria-label="Attention read" max="1" .value=${survey.done / Math.max(1, survey.rows.length)}></progress>`;
  }

  /** What was read of the compartments that some RNA is called for. */
  get report() {
    return this.survey?.report.filter(({ rnas }) => rnas > 0) ?? [];
  }

  surveyed() {
    const { report } = this;
    if (report.length === 0)
      return html`<p class="hint">Shows where along an RNA the attention lies and which k-mers recur under it, for the RNAs called for each compartment.</p>`;
    return html`<profile-chart .report=${report}></profile-chart>
      <p class="hint">Mean attention from the RNA's start (5′) to its end (3′), as a multiple of uniform attention, over the RNAs called for the compartment.</p>`;
  }

  /** The k-mers of every compartment. @param {Results} results */
  words(results) {
    const { report } = this;
    if (report.length === 0) return nothing;
    const blocks = () => [
      ...kmersOfCompartments(
        report.map(({ compartment, rnas, words }) => ({ name: `${compartment} (${plural(rnas, 'RNA')})`, all: words })),
      ),
      ...kmerLegend(),
    ];
    return html`<picture-frame
      class="after-picture"
      what="the recurring k-mers"
      .heading=${html`<h3>k-mers that recur under the attention</h3>`}
      .picture=${{ blocks }}
      .file=${`${results.modelName}-kmers`}
      caption="k-mers that recur under the attention"
      .provenance=${this.provenance(results, this.survey?.done ?? 0)}
      ?ready=${this.isSurveyed}
    >
      <div class="two-cards">
        ${report.map(({ compartment, rnas, words }) => html`<div class="of-compartment"><h4>${compartment} <span class="hint">${plural(rnas, 'RNA')}</span></h4>${wordList(words, ` for ${compartment}`)}</div>`)}
      </div>
    </picture-frame>`;
  }
}

customElements.define('overview-panel', OverviewPanel);
