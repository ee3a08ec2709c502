// @ts-check
import { html, nothing } from 'lit';
import { View } from '../view.js';
import { inWords } from '../state/engine.js';
import { duration, plural, save } from '../state/files.js';
import { Mutagenesis } from '../state/mutagenesis.js';
import './compare-card.js';
import './deletion-card.js';
import './words-card.js';

/** @import { ModelInfo } from '../types/core.js' */
/** @import { Explained, Row } from '../types/page.js' */
/** @import { AttentionMap } from '../pictures/attention-map.js' */

/** RNAs up to this long are changed as a whole; of longer ones, what is in view. */
const WHOLE_UP_TO = 2000;

/** Why the model says what it says of one RNA. */
export class ExplainPanel extends View {
  static properties = {
    explained: { attribute: false },
    row: { attribute: false },
    called: { attribute: false },
    model: { attribute: false },
    busy: { type: Boolean },
    compartment: { state: true },
    mutagenesis: { state: true },
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
    /** @type {ModelInfo | null} */
    this.model = null;
    /** Whether a run is under way: what may wait then waits. */
    this.busy = false;
    /** The compartment asked about. */
    this.compartment = 0;
    /** The compartment picked by hand; it stays from RNA to RNA. @type {string | null} */
    this.picked = null;
    /** @type {Mutagenesis | null} */
    this.mutagenesis = null;
    this.failure = '';
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (!changed.has('explained') || !this.explained || !this.model) return;
    this.mutagenesis?.stop();
    this.mutagenesis = null;
    this.failure = '';
    const { probabilities } = this.explained;
    const picked = this.picked ? this.model.compartments.indexOf(this.picked) : -1;
    this.compartment = picked >= 0 ? picked : probabilities.indexOf(Math.max(...probabilities));
  }

  disconnectedCallback() {
    this.mutagenesis?.stop();
    super.disconnectedCallback();
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

  /** Positions that the next mutagenesis would change. */
  stretch() {
    const length = this.explained?.sequence.length ?? 0;
    if (length <= WHOLE_UP_TO || !this.map) return { start: 0, end: length };
    const { first, last } = this.map.shown;
    return { start: first - 1, end: Math.min(last, first - 1 + WHOLE_UP_TO) };
  }

  async mutate() {
    const { explained, model, row } = this;
    if (!explained || !model || !row) return;
    const { start, end } = this.stretch();
    this.failure = '';
    this.mutagenesis ??= new Mutagenesis(row.index, explained.sequence, model.compartments.length, () => this.requestUpdate());
    try {
      await this.mutagenesis.run(start, end);
    } catch (error) {
      this.failure = inWords(error);
    }
  }

  async saveMutations() {
    const text = await this.mutagenesis?.tsv();
    if (text && this.explained) save(`${this.explained.id}-mutagenesis.tsv`, new Blob([text], { type: 'text/tab-separated-values' }));
  }

  /** What the map shows of the mutagenesis. */
  mutations() {
    const { mutagenesis, model, compartment } = this;
    if (!mutagenesis || !model || mutagenesis.parts.length === 0) return null;
    const known = mutagenesis.known.reduce((sum, yes) => sum + yes, 0);
    return { compartment: model.compartments[compartment], changes: mutagenesis.changes[compartment], top: mutagenesis.tops[compartment], known };
  }

  /** @param {'svg' | 'png'} kind */
  async savePicture(kind) {
    const { explained, model } = this;
    if (!explained || !model) return;
    try {
      const { attentionSvg, savePicture } = await import('../pictures/attention-svg.js');
      const svg = attentionSvg(explained, this.map?.chosen ?? 0, `rmlocnet ${model.version}, model ${model.name} (${model.hash.slice(0, 12)})`, this.mutations());
      await savePicture(`${explained.id}-attention`, kind, svg);
    } catch (error) {
      this.failure = inWords(error);
    }
  }

  render() {
    const { explained, model, row } = this;
    if (!explained || !model) return html`<section class="map-waiting" aria-label="Attention" aria-busy="true"><p class="hint">Reading the attention…</p></section>`;
    const called = this.called.map((i) => model.compartments[i]).join(', ') || 'none called';
    return html`<section aria-label="Attention">
        <div class="bar">
          <h2>${explained.id} <span class="hint">${explained.sequence.length.toLocaleString('en')} nt · ${called}</span></h2>
          <div class="row small" role="group" aria-label="Save the picture">
            <button type="button" @click=${() => this.savePicture('svg')}>Save SVG</button>
            <button type="button" @click=${() => this.savePicture('png')}>Save PNG</button>
          </div>
        </div>
        ${row?.warnings?.map(({ message }) => html`<p class="note">${message}</p>`)} ${row?.notes.map((note) => html`<p class="note">${note}</p>`)}
        ${this.questionRow(model)}
        <attention-map
          .explained=${explained}
          .likeliest=${model.compartments[this.compartment]}
          .mutations=${this.mutations()}
          @window-shown=${() => this.requestUpdate()}
          @head-picked=${(/** @type {CustomEvent<string | null>} */ event) => event.detail && this.pick(event.detail)}
        ></attention-map>
        ${this.failure ? html`<p class="failure" role="alert">${this.failure}</p>` : nothing}
      </section>
      <div class="two-cards">
        <deletion-card .explained=${explained} .row=${row} .model=${model} .compartment=${this.compartment} ?busy=${this.busy}></deletion-card>
        <words-card .explained=${explained} .row=${row} .model=${model} .compartment=${this.compartment} ?busy=${this.busy}></words-card>
      </div>
      <compare-card .explained=${explained} .row=${row} .model=${model}></compare-card>`;
  }

  /** @param {ModelInfo} model */
  questionRow(model) {
    const { mutagenesis } = this;
    const { start, end } = this.stretch();
    const length = this.explained?.sequence.length ?? 0;
    const which = length <= WHOLE_UP_TO ? '' : ` of ${start + 1}–${end}`;
    const left = mutagenesis?.left;
    const known = mutagenesis ? mutagenesis.known.subarray(start, end).every((yes) => yes) : false;
    return html`<div class="row small question">
      <label class="plain" for="asked-about">Compartment</label>
      <select id="asked-about" @change=${(/** @type {any} */ event) => this.pick(event.target.value)}>
        ${model.compartments.map((name, i) => html`<option value=${name} ?selected=${i === this.compartment} .selected=${i === this.compartment}>${name} ${this.explained?.probabilities[i].toFixed(2)}</option>`)}
      </select>
      ${
        mutagenesis?.running
          ? html`<button type="button" @click=${() => mutagenesis.stop()}>Stop</button>
              <progress aria-label="Mutagenesis" max="1" .value=${mutagenesis.done / Math.max(1, mutagenesis.asked)}></progress>
              <span class="hint" role="status">${mutagenesis.done.toLocaleString('en')} of ${plural(mutagenesis.asked, 'nucleotide')}${left === null || left === undefined ? '' : `, about ${duration(left)} left`}</span>`
          : html`<button type="button" ?disabled=${known} title="What each other letter at each position would do to the probabilities, ${3 * (end - start)} variants in all" @click=${this.mutate}>
                Mutagenesis${which}
              </button>
              ${mutagenesis && mutagenesis.parts.length > 0 ? html`<button type="button" @click=${this.saveMutations}>Changes as TSV</button>` : nothing}`
      }
    </div>`;
  }
}

customElements.define('explain-panel', ExplainPanel);
