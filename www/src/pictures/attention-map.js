// @ts-check
import NightingaleManager from '@nightingale-elements/nightingale-manager';
import NightingaleNavigation from '@nightingale-elements/nightingale-navigation';
import NightingaleSequence from '@nightingale-elements/nightingale-sequence';
import { html, nothing } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { View } from '../view.js';
import { attentionBlocks } from './attention-blocks.js';
import { gradientLegend, gradientRow } from './gradient-track.js';
import { headName } from './heads.js';
import { drawMessage, messageRow } from './message-track.js';
import './nucleotide-cells.js';
import './range-sum.js';
import { drawContributions, drawMotif, drawMutations, drawWeights } from './rows.js';
import { DIVERGING, GRADIENT } from './scales.js';
import './sequence-logo.js';
import { highest, nucleotidesRead, peak, signed } from './values.js';
import './zoom-track.js';

/** @import { FoundMotif, Head } from '../engine/types/core.js' */
/** @import { Explained } from '../engine/types/engine.js' */
/** @import { Gradients } from './gradient-track.js' */
/** @import { Draw, ZoomTrack } from './zoom-track.js' */

/**
 * Mutagenesis of the chosen compartment: changes by position and letter, and the largest.
 * @typedef {{ compartment: string, changes: Float32Array, top: number, known: number }} Mutations
 */

/** Shorter RNAs are shown whole and need no navigation. */
const NAVIGATE_FROM = 40;

/**
 * The attention over one RNA: a strip per head that zooms, and the nucleotides of
 * the chosen head spelled out, a cell each.
 */
export class AttentionMap extends View {
  /**
   * The elements it is made of. Named here because their packages claim to have no
   * side effects: a plain import would be left out of the build.
   */
  static elements = [NightingaleManager, NightingaleNavigation, NightingaleSequence];

  static properties = {
    explained: { attribute: false },
    likeliest: { type: String },
    mutations: { attribute: false },
    gradients: { attribute: false },
    motif: { attribute: false },
    provenance: { attribute: false },
    range: { state: true },
    chosen: { state: true },
    position: { state: true },
    shown: { state: true },
  };

  constructor() {
    super();
    /** @type {Explained | null} */
    this.explained = null;
    /** The compartment whose head is shown until another is picked. @type {string | null} */
    this.likeliest = null;
    /** The compartment picked by hand; it stays from RNA to RNA. @type {string | null} */
    this.picked = null;
    this.chosen = 0;
    /** The nucleotide pointed at, 1-based. @type {number | null} */
    this.position = null;
    this.shown = { first: 1, last: 0 };
    /** The weight that gets the scale's brightest colour. */
    this.top = 1;
    this.spoken = '';
    /** @type {Mutations | null} */
    this.mutations = null;
    /** @type {Gradients | null} */
    this.gradients = null;
    /** The motif whose places are drawn. @type {FoundMotif | null} */
    this.motif = null;
    /** Program and model, for saved pictures. */
    this.provenance = '';
    /** A stretch chosen to be summed, 1-based, inclusive. @type {{ first: number, last: number } | null} */
    this.range = null;
  }

  /** The chosen head's weight of every nucleotide; they sum to 1. */
  get weights() {
    return this.explained?.heads[this.chosen]?.weights ?? new Float32Array();
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (!changed.has('explained') || !this.explained) return;
    this.chosen = this.headOf(this.picked) ?? this.headOf(this.likeliest) ?? 0;
    this.position = null;
    this.shown = { first: 1, last: this.explained.sequence.length };
    this.top = highest(this.explained.heads.map(({ weights }) => weights));
  }

  /** @param {string | null} compartment */
  headOf(compartment) {
    const at =
      this.explained?.heads.findIndex((head) => compartment !== null && head.compartment === compartment) ?? -1;
    return at < 0 ? null : at;
  }

  /** @param {number} head */
  pick(head) {
    this.chosen = head;
    this.picked = this.explained?.heads[head].compartment ?? null;
    this.dispatchEvent(new CustomEvent('head-picked', { detail: this.picked, bubbles: true }));
  }

  updated() {
    if (!this.explained) return;
    const { heads, sequence } = this.explained;
    const { top, gradients, mutations, motif } = this;
    heads.forEach(({ weights }, i) =>
      this.show('attention-track', i, (surface, box, view) =>
        drawWeights(surface, box, view, { values: weights, top }),
      ),
    );
    const { explained } = this;
    if (explained.regions)
      this.show('message-track', 0, (surface, box, view, theme) => drawMessage(surface, box, view, explained, theme));
    if (gradients)
      this.show('gradient-track', 0, (surface, box, view) => drawContributions(surface, box, view, gradients));
    if (mutations)
      this.show('mutation-track', 0, (surface, box, view) =>
        drawMutations(surface, box, view, { ...mutations, sequence }),
      );
    if (motif) this.show('motif-track', 0, (surface, box, view, theme) => drawMotif(surface, box, view, motif, theme));
  }

  /**
   * @param {string} tag of the track
   * @param {number} i which of that tag
   * @param {Draw} draw
   */
  show(tag, i, draw) {
    const track = /** @type {ZoomTrack} */ (this.querySelectorAll(tag)[i]);
    this.join(track);
    track.show(this.weights.length, draw);
  }

  /**
   * A track that has come later than the others begins where they are.
   * @param {HTMLElement} track
   */
  join(track) {
    if (track.hasAttribute('display-start')) return;
    track.setAttribute('display-start', `${this.shown.first}`);
    track.setAttribute('display-end', `${this.shown.last}`);
  }

  /** @param {CustomEvent} event */
  onChange(event) {
    const first = event.detail?.['display-start'];
    const last = event.detail?.['display-end'];
    if (typeof first === 'number' && typeof last === 'number') {
      this.shown = { first: Math.floor(first), last: Math.min(this.weights.length, Math.floor(last + 0.999)) };
      this.dispatchEvent(new CustomEvent('window-shown'));
    }
    if (event.detail?.eventType === 'mouseover' && event.detail.feature) this.pointAt(event.detail.feature.position);
  }

  /** @param {number | null} position */
  pointAt(position) {
    if (position === this.position) return;
    this.position = position;
    const detail = { highlight: position ? `${position}:${position}` : null };
    this.querySelector('nightingale-manager')?.dispatchEvent(new CustomEvent('change', { detail }));
  }

  /**
   * Asks the tracks to show first..last.
   * @param {number} first 0-based
   * @param {number} last end-exclusive
   */
  look(first, last) {
    /** @type {ZoomTrack | null} */ (this.querySelector('attention-track'))?.look(first, last);
  }

  /** @param {number} factor below 1 zooms in, above 1 out */
  zoom(factor) {
    const { first, last } = this.shown;
    const middle = (first - 1 + last) / 2;
    const half = ((last - first + 1) / 2) * factor;
    this.look(middle - half, middle + half);
  }

  /** @param {number} share of the window to move by */
  move(share) {
    const { first, last } = this.shown;
    const shift = (last - first + 1) * share;
    this.look(first - 1 + shift, last + shift);
  }

  /** The nucleotide that a key has moved to, 1-based. @param {number} position */
  moveTo(position) {
    this.pointAt(position);
    this.spoken = this.readout();
    this.requestUpdate();
  }

  /** What is saved as a file. */
  blocks() {
    const { explained, chosen, top, mutations, gradients, motif } = this;
    return explained ? attentionBlocks({ explained, chosen, top, mutations, gradients, motif }) : [];
  }

  readout() {
    const { explained, position } = this;
    if (!explained || !position) return '';
    const letter = explained.sequence[position - 1];
    const times = this.weights[position - 1] * nucleotidesRead(explained);
    const seen = `Position ${position}, ${letter}, weight ${this.weights[position - 1].toPrecision(3)}: ${times.toFixed(1)} × uniform attention`;
    const adds = this.gradients?.values[position - 1];
    const attention =
      adds === undefined ? seen : `${seen}; ${signed(adds)} of the score of ${this.gradients?.compartment}`;
    const changes = this.mutations?.changes.subarray(4 * position - 4, 4 * position);
    if (!changes || Number.isNaN(changes[0])) return attention;
    const each = [...'ACGU'].map((to, i) => (to === letter ? '' : `${to} ${signed(changes[i])}`)).filter(Boolean);
    return `${attention}; ${this.mutations?.compartment} if it were ${each.join(', ')}`;
  }

  render() {
    const { explained } = this;
    if (!explained) return nothing;
    return html`
      ${explained.window ? html`<p class="note">${explained.window}</p>` : nothing}
      ${keyed(explained, this.tracks(explained))}
      <div class="readout-row">
        <p class="readout">${this.readout() || 'Point at a nucleotide to read its weight.'}</p>
        ${explained.sequence.length > NAVIGATE_FROM ? this.zoomButtons() : nothing}
      </div>
      ${this.letters(explained)} ${this.legend()}
      <div class="under-tracks">
        <range-sum .explained=${explained} .range=${this.range} @range=${(/** @type {CustomEvent} */ event) => (this.range = event.detail)}></range-sum>
        <sequence-logo .explained=${explained} .head=${this.chosen} .mutations=${this.mutations} .gradients=${this.gradients} .provenance=${this.provenance} .first=${this.shown.first} .last=${this.shown.last}></sequence-logo>
      </div>
      <span class="sr-only" aria-live="polite">${this.spoken}</span>
    `;
  }

  /** @param {Explained} explained */
  tracks(explained) {
    const { heads, sequence } = explained;
    const { length } = sequence;
    return html`
      <nightingale-manager
        @change=${this.onChange}
        @nucleotide=${(/** @type {CustomEvent} */ event) => this.pointAt(event.detail)}
        @range=${(/** @type {CustomEvent} */ event) => (this.range = event.detail)}
      >
        <div class="tracks" role=${heads.length > 1 ? 'radiogroup' : 'group'} aria-label="Attention per compartment">
          ${
            length > NAVIGATE_FROM
              ? html`<span class="track-name quiet" aria-hidden="true">zoom</span>
                  <nightingale-navigation aria-hidden="true" height="44" length=${length} display-start="1" display-end=${length} ruler-padding="0" margin-left="0" margin-right="0"></nightingale-navigation>`
              : nothing
          }
          ${messageRow(explained)} ${heads.map((head, i) => this.track(head, i, heads.length > 1))}
          ${this.gradients ? gradientRow(this.gradients) : nothing} ${this.mutations ? this.mutationRow(this.mutations) : nothing}
          ${this.motif ? motifRow(this.motif) : nothing}
          <span class="track-name quiet" aria-hidden="true">nucleotide</span>
          <nightingale-sequence
            aria-hidden="true"
            height="36"
            sequence=${sequence}
            length=${length}
            display-start="1"
            display-end=${length}
            margin-left="0"
            margin-right="0"
            margin-color="transparent"
            highlight-color="color-mix(in srgb, var(--accent) 35%, transparent)"
            use-ctrl-to-zoom
          ></nightingale-sequence>
        </div>
      </nightingale-manager>
    `;
  }

  /**
   * @param {Head} head
   * @param {number} i
   * @param {boolean} several
   */
  track(head, i, several) {
    const name = headName(head);
    const label = several
      ? html`<label class="track-name"><input type="radio" name="head" .checked=${i === this.chosen} @change=${() => this.pick(i)} />${name}</label>`
      : html`<span class="track-name">${name}</span>`;
    return html`${label}<attention-track role="img" aria-label="Attention for ${name}, highest at position ${peak(head.weights)}"></attention-track>`;
  }

  /** @param {Mutations} mutations */
  mutationRow({ compartment, known }) {
    return html`<span class="track-name stacked"><span>Mutagenesis</span><span class="quiet">${compartment}</span><span class="quiet">to A, C, G, U</span></span>
      <mutation-track role="img" aria-label="Change of the probability of ${compartment} for every other letter at ${known} positions"></mutation-track>`;
  }

  zoomButtons() {
    const { first, last } = this.shown;
    return html`<div class="row small" role="group" aria-label="Zoom">
      <span class="quiet">${first}–${last}</span>
      <button type="button" aria-label="Move left" @click=${() => this.move(-0.5)}>←</button>
      <button type="button" aria-label="Move right" @click=${() => this.move(0.5)}>→</button>
      <button type="button" aria-label="Zoom in" @click=${() => this.zoom(0.5)}>+</button>
      <button type="button" aria-label="Zoom out" @click=${() => this.zoom(2)}>−</button>
      <button type="button" @click=${() => this.zoom(1e9)}>Whole</button>
    </div>`;
  }

  /** @param {Explained} explained */
  letters({ id, sequence, heads }) {
    return html`<nucleotide-cells
      .name=${`${id} with their attention weights, ${headName(heads[this.chosen])}`}
      .sequence=${sequence}
      .weights=${this.weights}
      .top=${this.top}
      .position=${this.position}
      .window=${this.shown}
      @nucleotide=${(/** @type {CustomEvent<number | null>} */ event) => this.pointAt(event.detail)}
      @window-wanted=${(/** @type {CustomEvent<{ first: number, last: number }>} */ event) => this.look(event.detail.first - 1, event.detail.last)}
      @moved=${(/** @type {CustomEvent<number>} */ event) => this.moveTo(event.detail)}
    ></nucleotide-cells>`;
  }

  legend() {
    return html`<div class="legend">
      <span>0</span><i style="background:${GRADIENT}"></i><span>${this.top.toPrecision(2)}, the highest weight here</span>
      <span class="legend-note">Weights of a row sum to 1. Attention says where the network looked, not why.</span>
    </div>
    ${this.gradients ? gradientLegend(this.gradients) : nothing}
    ${
      this.mutations
        ? html`<div class="legend">
            <span>−${this.mutations.top.toFixed(2)}</span><i style="background:${DIVERGING}"></i><span>+${this.mutations.top.toFixed(2)}</span>
            <span class="legend-note">Change of the probability of ${this.mutations.compartment} if that one nucleotide were another. A dot is the letter there now.</span>
          </div>`
        : nothing
    }`;
  }
}

/**
 * The motif's track with its name.
 * @param {FoundMotif} found
 */
function motifRow({ motif, starts }) {
  return html`<span class="track-name stacked"><span>${motif.name}</span>${motif.name === motif.letters ? '' : html`<span class="quiet">${motif.letters}</span>`}</span>
    <motif-track role="img" aria-label="${motif.letters} stands at ${starts.length === 1 ? `position ${starts[0] + 1}` : `${starts.length} places, first at position ${starts[0] + 1}`}"></motif-track>`;
}

customElements.define('attention-map', AttentionMap);
