// @ts-check
import { html, nothing } from 'lit';
import { View, onValue } from '../view.js';
import { inWords } from '../engine/words.js';
import { duration, plural } from '../numbers.js';
import { saveTsv } from '../state/files.js';
import { Gradients } from '../state/gradients.js';
import { address, record } from '../state/address-bar.js';
import { Mutagenesis, positionsToChange } from '../state/mutagenesis.js';
import { StoreController } from '../store.js';
import { questionMark } from '../explained-term.js';
import { GRADIENTS_TERM } from '../pictures/gradient-track.js';
import '../pictures/picture-frame.js';
import { madeWith } from '../pictures/provenance.js';
import './compare-card.js';
import './deletion-card.js';
import './motifs-card.js';
import './score-parts-card.js';
import './words-card.js';
import { failureLine } from './failure-line.js';

/** @import { FoundMotif, ModelInfo } from '../engine/types/core.js' */
/** @import { Explained, Row } from '../engine/types/engine.js' */
/** @import { Job } from '../state/job.js' */
/** @import { Results } from '../state/results.js' */
/** @import { AttentionMap } from '../pictures/attention-map.js' */

/**
 * The colours of mutagenesis never end at a smaller change of probability: a change below a hundredth
 * is next to nothing, and should not look like much.
 */
const LEAST_TOP = 0.01;

/** Why the model says what it says of one RNA. */
export class ExplainPanel extends View {
  static properties = {
    explained: { attribute: false },
    row: { attribute: false },
    called: { attribute: false },
    results: { attribute: false },
    busy: { type: Boolean },
    compartment: { state: true },
    mutagenesis: { state: true },
    gradients: { state: true },
    motif: { state: true },
    failure: { state: true },
  };

  constructor() {
    super();
    /** @type {Explained | null} */
    this.explained = null;
    /** @type {Row | null} */
    this.row = null;
    /** Indices of the compartments called. @type {number[]} */
    this.called = [];
    /** Those that the RNA is one of. @type {Results | null} */
    this.results = null;
    /** Whether a run is under way: what may wait then waits. */
    this.busy = false;
    /** The compartment asked about. */
    this.compartment = 0;
    /** The compartment picked by hand; it stays from RNA to RNA. @type {string | null} */
    this.picked = null;
    /** @type {Mutagenesis | null} */
    this.mutagenesis = null;
    /** Integrated gradients, by compartment. @type {Map<number, Gradients>} */
    this.gradients = new Map();
    /** The motif whose places are shown. @type {FoundMotif | null} */
    this.motif = null;
    this.failure = '';
    new StoreController(this, address);
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (!changed.has('explained') || !this.explained || !this.model) return;
    this.stop();
    this.mutagenesis = null;
    this.gradients = new Map();
    this.motif = null;
    this.failure = '';
    const { probabilities } = this.explained;
    const picked = this.picked ? this.model.compartments.indexOf(this.picked) : -1;
    this.compartment = picked >= 0 ? picked : probabilities.indexOf(Math.max(...probabilities));
  }

  get model() {
    return this.results?.model ?? null;
  }

  disconnectedCallback() {
    this.stop();
    super.disconnectedCallback();
  }

  stop() {
    this.mutagenesis?.stop();
    for (const gradients of this.gradients.values()) gradients.stop();
  }

  get map() {
    return /** @type {AttentionMap | null} */ (this.querySelector('attention-map'));
  }

  /** @param {string} name */
  pick(name) {
    if (!this.model) return;
    this.picked = name;
    this.compartment = this.model.compartments.indexOf(name);
    const head = this.map?.headOf(name);
    if (this.map && head !== null && head !== undefined && head !== this.map.chosen) this.map.pick(head);
  }

  /** Positions that the next mutagenesis would change, from 0. */
  stretch() {
    const { explained, map } = this;
    if (!explained) return [];
    const { first, last } = map?.shown ?? { first: 1, last: explained.sequence.length };
    return positionsToChange(explained.read, { start: first - 1, end: last });
  }

  async mutate() {
    const { explained, results } = this;
    if (!explained || !results) return;
    this.failure = '';
    this.mutagenesis ??= new Mutagenesis(results, explained, () => this.requestUpdate());
    try {
      await this.mutagenesis.run(this.stretch());
    } catch (error) {
      this.failure = inWords(error);
    }
  }

  async integrate() {
    const { explained, results, compartment, gradients } = this;
    if (!explained || !results) return;
    this.failure = '';
    const asked =
      gradients.get(compartment) ?? new Gradients(results, explained, compartment, () => this.requestUpdate());
    gradients.set(compartment, asked);
    try {
      await asked.run();
    } catch (error) {
      this.failure = inWords(error);
    }
  }

  /** @param {'mutagenesis' | 'gradients'} what @param {Promise<string>} table */
  async saveTable(what, table) {
    this.failure = await saveTsv(`${this.explained?.id}-${what}`, table);
  }

  /** What the map shows of the integrated gradients, once they are all there. */
  integrated() {
    const found = this.gradients.get(this.compartment);
    if (!found?.complete || !found.ends || !this.model) return null;
    const { values, top, padding, ends } = found;
    return { compartment: this.model.compartments[this.compartment], values, top, padding, ends: [...ends] };
  }

  /** What the map shows of the mutagenesis. */
  mutations() {
    const { mutagenesis, model, compartment } = this;
    if (!mutagenesis || !model || mutagenesis.parts.length === 0) return null;
    const known = mutagenesis.known.reduce((sum, yes) => sum + yes, 0);
    return {
      compartment: model.compartments[compartment],
      changes: mutagenesis.changes[compartment],
      top: Math.max(LEAST_TOP, mutagenesis.tops[compartment]),
      most: mutagenesis.tops[compartment],
      known,
    };
  }

  render() {
    const { explained, model, row } = this;
    if (!explained || !model)
      return html`<section class="map-waiting" aria-label="Attention" aria-busy="true"><p class="hint">Computing the attention…</p></section>`;
    return html`<section aria-label="Attention">
        ${this.attention(explained, model)}
        ${failureLine(this.failure)}
      </section>
      <score-parts-card .explained=${explained} .row=${row} .results=${this.results} .compartment=${this.compartment}></score-parts-card>
      <div class="two-cards">
        <deletion-card .explained=${explained} .row=${row} .results=${this.results} .compartment=${this.compartment} ?busy=${this.busy}></deletion-card>
        <words-card .explained=${explained} .row=${row} .results=${this.results} .compartment=${this.compartment} ?busy=${this.busy}></words-card>
      </div>
      <motifs-card .explained=${explained} .row=${row} .results=${this.results} .compartment=${this.compartment} @motif-shown=${(/** @type {CustomEvent<FoundMotif | null>} */ event) => (this.motif = event.detail)}></motifs-card>
      <compare-card .explained=${explained} .row=${row} .results=${this.results}></compare-card>`;
  }

  /**
   * The attention map with what can be asked about it.
   * @param {Explained} explained
   * @param {ModelInfo} model
   */
  attention(explained, model) {
    const { row } = this;
    const { length } = explained.sequence;
    const called = this.called.map((i) => model.compartments[i]).join(', ') || 'none called';
    return html`<picture-frame
      what="the attention"
      .heading=${html`<h2>${explained.id} <span class="hint">${length.toLocaleString('en')} nt · ${called}</span></h2>`}
      .file=${`${explained.id}-attention`}
      .caption=${`${explained.id} (${length} nt)`}
      .provenance=${madeWith(model)}
      ready
    >
      ${row?.warnings?.map(({ message }) => html`<p class="note">${message}</p>`)} ${row?.notes.map((note) => html`<p class="note">${note}</p>`)}
      ${this.questionRow(model)}
      <attention-map
        .explained=${explained}
        .scale=${address.get().scale}
        .likeliest=${model.compartments[this.compartment]}
        .mutations=${this.mutations()}
        .gradients=${this.integrated()}
        .motif=${this.motif}
        .provenance=${madeWith(model)}
        @window-shown=${() => this.requestUpdate()}
        @scale-chosen=${(/** @type {CustomEvent<'row' | 'common'>} */ event) => record({ scale: event.detail })}
        @head-picked=${(/** @type {CustomEvent<string | null>} */ event) => event.detail && this.pick(event.detail)}
      ></attention-map>
    </picture-frame>`;
  }

  /** @param {ModelInfo} model */
  questionRow(model) {
    return html`<div class="row small question">
      <label class="plain" for="asked-about">Compartment</label>
      <select id="asked-about" @change=${onValue((value) => this.pick(value))}>
        ${model.compartments.map((name, i) => html`<option value=${name} ?selected=${i === this.compartment} .selected=${i === this.compartment}>${name} ${this.explained?.probabilities[i].toFixed(2)}</option>`)}
      </select>
      ${this.gradientButtons()} ${this.mutationButtons()}
    </div>
    <div class="row small asking">${asking(this.gradients.get(this.compartment), 'Integrated gradients', 'point')} ${asking(this.mutagenesis, 'Mutagenesis', 'nucleotide')}</div>`;
  }

  /** Which part of the RNA is changed, if not all of it. @param {number[]} positions */
  ofWhat(positions) {
    const [first, last] = [positions[0], positions.at(-1) ?? 0];
    if (positions.length === this.explained?.sequence.length) return '';
    if (positions.length === 0) return ': nothing in view is read';
    const isOnePart = last - first + 1 === positions.length;
    return isOnePart
      ? ` of ${first + 1}–${last + 1}`
      : ` of the ${positions.length.toLocaleString('en')} nt that are read`;
  }

  gradientButtons() {
    const gradients = this.gradients.get(this.compartment);
    const save = () => gradients && this.saveTable('gradients', gradients.tsv());
    return html`${askButton(gradients, { name: 'Integrated gradients', meaning: GRADIENTS_TERM, known: gradients?.complete ?? false }, () => this.integrate())}
      <button type="button" aria-label="Gradients as TSV" ?disabled=${!gradients?.complete} @click=${save}>TSV</button>`;
  }

  mutationButtons() {
    const { mutagenesis } = this;
    const positions = this.stretch();
    const known = positions.every((i) => mutagenesis?.known[i]);
    const meaning = `The effect of every single-nucleotide substitution on the probabilities, ${3 * positions.length} variants`;
    const save = () => mutagenesis && this.saveTable('mutagenesis', mutagenesis.tsv());
    return html`${askButton(mutagenesis, { name: 'Mutagenesis', of: this.ofWhat(positions), meaning, known }, () => this.mutate())}
      <button type="button" aria-label="Changes as TSV" ?disabled=${!mutagenesis?.parts.length} @click=${save}>TSV</button>`;
  }
}

/**
 * Asks a question, or leaves off while it is being answered.
 * @param {Job | null | undefined} job
 * @param {{ name: string, of?: string, meaning: string, known: boolean }} question
 * @param {() => void} ask
 */
function askButton(job, { name, of = '', meaning, known }, ask) {
  if (job?.running)
    return html`<button type="button" class="ask" aria-label="Stop: ${name}" @click=${() => job.stop()}>Stop</button>`;
  return html`<button type="button" class="ask" ?disabled=${known} @click=${ask}>${name}${of}</button>
    ${questionMark(meaning)}`;
}

/**
 * How far a question is, as long as it is being answered.
 * @param {Job | null | undefined} job
 * @param {string} name
 * @param {string} unit
 */
function asking(job, name, unit) {
  if (!job?.running) return nothing;
  const { total, done, left } = job;
  return html`<progress aria-label=${name} max="1" .value=${done / Math.max(1, total)}></progress>
    <span class="hint" role="status">${done.toLocaleString('en')} of ${plural(total, unit)}${left === null ? '' : `, about ${duration(left)} left`}</span>`;
}

customElements.define('explain-panel', ExplainPanel);
