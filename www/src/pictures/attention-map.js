// @ts-check
import { html, nothing } from 'lit';
import { View, onChecked } from '../view.js';
import { attentionBlocks } from './attention-blocks.js';
import { byInput } from './by-input.js';
import { gradientRow } from './gradient-track.js';
import { headName, headNote, topsOf } from './heads.js';
import { mapLegend } from './map-legend.js';
import { drawMessage, messageRow } from './message-track.js';
import { factsOf } from './nucleotide-readout.js';
import './nucleotide-track.js';
import './range-sum.js';
import {
  READABLE_FROM,
  canSpell,
  drawContributions,
  drawMotif,
  drawMutations,
  drawPositions,
  drawSpelled,
  drawUnread,
  drawWeights,
  paler,
  whole,
} from './rows.js';
import './sequence-logo.js';
import { peak, unread, weightsRead } from './values.js';
import { within } from './zoom-track.js';
import './zoom-window.js';

/** @import { FoundMotif, Head, Span } from '../engine/types/core.js' */
/** @import { Explained } from '../engine/types/engine.js' */
/** @import { Gradients } from './gradient-track.js' */
/** @import { Scale } from './heads.js' */
/** @import { View as InView } from './rows.js' */
/** @import { Draw, ZoomTrack } from './zoom-track.js' */

/**
 * Mutagenesis of the chosen compartment: changes by position and letter, the change that gets the
 * scale's last colour, the largest change, and the number of positions known.
 * @typedef {{ compartment: string, changes: Float32Array, top: number, most: number, known: number }} Mutations
 */

/** Shorter RNAs are shown whole and need no navigation. */
const NAVIGATE_FROM = 40;
/** Height of the nucleotides, above the numbers of their positions. */
const LETTER_LINE = 24;
/** Nucleotides shown by the button that zooms in to letters, where it is not known how wide the tracks are. */
const LETTERS_SHOWN = 40;

/**
 * The attention over one RNA on one axis: a row per head, what else is known of each nucleotide, the
 * nucleotides themselves, and a logo.
 */
export class AttentionMap extends View {
  static properties = {
    explained: { attribute: false },
    likeliest: { type: String },
    scale: { type: String },
    mutations: { attribute: false },
    gradients: { attribute: false },
    motif: { attribute: false },
    provenance: { attribute: false },
    range: { state: true },
    chosen: { state: true },
    view: { state: true },
  };

  constructor() {
    super();
    /** @type {Explained | null} */
    this.explained = null;
    /** The compartment whose head is shown until another is picked. @type {string | null} */
    this.likeliest = null;
    /** The compartment picked by hand; it stays from RNA to RNA. @type {string | null} */
    this.picked = null;
    /** @type {Scale} */
    this.scale = 'row';
    this.chosen = 0;
    /** The nucleotide pointed at, 1-based. Not rendered: `pointAt` tells those that show it. @type {number | null} */
    this.position = null;
    /** In view on all tracks. @type {InView} */
    this.view = whole(1);
    /** Per head, nothing (NaN) where nothing was read. @type {Float32Array[]} */
    this.weights = [];
    /** @type {Span[]} */
    this.unread = [];
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

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    const { explained } = this;
    if (!changed.has('explained') || !explained) return;
    this.chosen = this.headOf(this.picked) ?? this.headOf(this.likeliest) ?? 0;
    this.position = null;
    this.range = null;
    this.view = whole(explained.sequence.length);
    this.weights = explained.heads.map(({ weights }) => weightsRead(weights, explained));
    this.unread = unread(explained);
  }

  /** The nucleotides in view, 1-based, inclusive. */
  get shown() {
    const { first, last } = this.view;
    return { first: Math.floor(first) + 1, last: Math.min(this.length, Math.ceil(last - 1e-3)) };
  }

  get length() {
    return this.explained?.sequence.length ?? 0;
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
    this.pointAt(this.position);
  }

  /** Tells those that show it which nucleotide is pointed at; nothing is rendered. @param {number | null} position */
  pointAt(position) {
    this.position = position;
    for (const track of this.querySelectorAll('.zoom-track')) /** @type {ZoomTrack} */ (track).mark(position);
    const readout = /** @type {any} */ (this.querySelector('nucleotide-readout'));
    if (readout) readout.position = position;
    this.describe();
  }

  /** What the slider along the nucleotides says to a screen reader. */
  describe() {
    const slider = this.querySelector('nucleotide-track');
    if (!slider || !this.explained) return;
    const position = this.position ?? this.shown.first;
    slider.setAttribute('aria-valuenow', `${position}`);
    const facts = factsOf(
      this.explained,
      { head: this.chosen, gradients: this.gradients, mutations: this.mutations },
      position,
    );
    slider.setAttribute(
      'aria-valuetext',
      facts.map(([name, value], i) => (i === 0 ? value : `${name}: ${value}`)).join('; '),
    );
  }

  /**
   * Shows first..last on all tracks, as far as the RNA reaches.
   * @param {number} first 0-based
   * @param {number} last end-exclusive
   */
  look(first, last) {
    this.view = within(this.length, first, last);
    this.dispatchEvent(new CustomEvent('window-shown'));
  }

  /** @param {number} factor below 1 zooms in, above 1 out */
  zoom(factor) {
    const { first, last } = this.view;
    const [middle, half] = [(first + last) / 2, ((last - first) / 2) * factor];
    this.look(middle - half, middle + half);
  }

  /** @param {number} share of the window to move by */
  move(share) {
    const { first, last } = this.view;
    const shift = (last - first) * share;
    this.look(first + shift, last + shift);
  }

  /** Zooms in until letters can be read: around the nucleotide pointed at, or the one with most attention. */
  spell() {
    const width = this.querySelector('nucleotide-track')?.clientWidth ?? 0;
    const half = (Math.floor(width / READABLE_FROM) || LETTERS_SHOWN) / 2;
    const at = this.position ?? peak(this.explained?.heads[this.chosen]?.weights ?? []);
    this.look(at - half, at + half);
  }

  /** Shows what was read, from its first nucleotide to its last. */
  lookAtRead() {
    const { read } = /** @type {Explained} */ (this.explained);
    this.look(read[0].start, read[read.length - 1].end);
  }

  /** What is saved as a file. */
  blocks() {
    const { explained, chosen, scale, mutations, gradients, motif } = this;
    return explained ? attentionBlocks({ explained, chosen, scale, mutations, gradients, motif }) : [];
  }

  render() {
    const { explained } = this;
    if (!explained) return nothing;
    return html`<div
        class="map"
        @look=${(/** @type {CustomEvent<InView>} */ { detail }) => this.look(detail.first, detail.last)}
        @nucleotide=${(/** @type {CustomEvent<number | null>} */ { detail }) => this.pointAt(detail)}
        @range=${(/** @type {CustomEvent} */ { detail }) => (this.range = detail)}
      >
        ${this.tracks(explained)}
        <nucleotide-readout .explained=${explained} .head=${this.chosen} .gradients=${this.gradients} .mutations=${this.mutations}></nucleotide-readout>
        ${this.readingRow()} ${mapLegend(explained, this)} ${this.scaleChoice(explained)}
        <div class="under-tracks">
          <sequence-logo .explained=${explained} .head=${this.chosen} .mutations=${this.mutations} .gradients=${this.gradients} .provenance=${this.provenance} .view=${this.view}></sequence-logo>
          <range-sum .explained=${explained} .range=${this.range}></range-sum>
        </div>
      </div>`;
  }

  /** @param {Draw} draw */
  picture(draw) {
    return { length: this.length, view: this.view, draw };
  }

  /**
   * A picture that is hatched where nothing was read.
   * @param {Draw} draw
   */
  hatched(draw) {
    return this.picture((surface, box, view, theme) => {
      draw(surface, box, view, theme);
      drawUnread(surface, box, view, this.unread, theme);
    });
  }

  /** @param {Explained} explained */
  tracks(explained) {
    const { gradients, mutations, motif } = this;
    const { heads, sequence } = explained;
    const tops = topsOf(explained, this.scale);
    const message = this.picture((surface, box, view, theme) => drawMessage(surface, box, view, explained, theme));
    return html`<div class="tracks" role=${heads.length > 1 ? 'radiogroup' : 'group'} aria-label="Attention per compartment">
      ${this.length > NAVIGATE_FROM ? this.window() : nothing} ${messageRow(explained, message)}
      ${heads.map((head, i) => this.track(explained, head, i, tops[i]))}
      ${
        gradients
          ? gradientRow(
              gradients,
              this.hatched((surface, box, view) => drawContributions(surface, box, view, gradients)),
            )
          : nothing
      }
      ${
        mutations
          ? mutationRow(
              mutations,
              this.hatched((surface, box, view) => drawMutations(surface, box, view, { ...mutations, sequence })),
            )
          : nothing
      }
      ${
        motif
          ? motifRow(
              motif,
              this.picture((surface, box, view, theme) => drawMotif(surface, box, view, motif, theme)),
            )
          : nothing
      }
      ${this.letters(explained, tops[this.chosen])}
    </div>`;
  }

  /** The whole RNA, and what of it is in view. */
  window() {
    const ruler = this.hatched((surface, box, view, theme) => drawPositions(surface, box, view, theme));
    return html`<span class="track-name quiet" aria-hidden="true">In view</span><zoom-window aria-hidden="true" .shown=${ruler}></zoom-window>`;
  }

  /**
   * @param {Explained} explained
   * @param {Head} head
   * @param {number} i
   * @param {number} top
   */
  track(explained, head, i, top) {
    const name = headName(head);
    const note = headNote(explained, head);
    const values = this.weights[i];
    const words = html`<span>${name} <span class="quiet">${note}</span></span>`;
    const label =
      explained.heads.length > 1
        ? html`<label class="track-name"><input type="radio" name="head" .checked=${i === this.chosen} @change=${() => this.pick(i)} />${words}</label>`
        : html`<span class="track-name">${words}</span>`;
    const picture = this.hatched((surface, box, view) => drawWeights(surface, box, view, { values, top }));
    return html`${label}<attention-track role="img" aria-label="Attention for ${name}, ${note}, highest at position ${peak(head.weights)}" .shown=${picture}></attention-track>`;
  }

  /**
   * @param {Explained} explained
   * @param {number} top
   */
  letters({ id, sequence, heads }, top) {
    const values = this.weights[this.chosen];
    const picture = this.picture((surface, box, view, theme) => {
      const line = { ...box, height: LETTER_LINE };
      if (canSpell(line, view)) {
        drawUnread(surface, line, view, this.unread, paler(theme));
        drawSpelled(surface, line, view, sequence, { values, top }, theme);
      } else {
        const words = 'Zoom in, or press “Letters”, to read them';
        surface.text(words, line.x + line.width / 2, line.y + 16, { fill: theme.mute, size: 12, anchor: 'middle' });
      }
      drawPositions(surface, { ...box, y: box.y + LETTER_LINE, height: box.height - LETTER_LINE }, view, theme);
    });
    return html`<span class="track-name quiet" aria-hidden="true">Nucleotides</span>
      <nucleotide-track aria-label="Nucleotides of ${id} with their attention, ${headName(heads[this.chosen])}" aria-valuemin="1" aria-valuemax=${sequence.length} .shown=${picture}></nucleotide-track>`;
  }

  /** How to read and to move, and the buttons that do so. */
  readingRow() {
    const { first, last } = this.shown;
    const read = byInput('Point at a nucleotide to read it.', 'Touch a nucleotide to read it.');
    if (this.length <= NAVIGATE_FROM) return html`<p class="hint reading">${read}</p>`;
    const zoom = byInput('Drag to move; Ctrl and the wheel zoom.', 'Two fingers zoom and move.');
    return html`<div class="reading row small">
      <p class="hint">${read} ${zoom}</p>
      <div class="row small" role="group" aria-label="Zoom">
        <span class="quiet in-view">${first}–${last}</span>
        <button type="button" aria-label="Move left" @click=${() => this.move(-0.5)}>←</button>
        <button type="button" aria-label="Move right" @click=${() => this.move(0.5)}>→</button>
        <button type="button" aria-label="Zoom in" @click=${() => this.zoom(0.5)}>+</button>
        <button type="button" aria-label="Zoom out" @click=${() => this.zoom(2)}>−</button>
        <button type="button" @click=${() => this.spell()}>Letters</button>
        ${this.unread.length > 0 ? html`<button type="button" @click=${() => this.lookAtRead()}>Read part</button>` : nothing}
        <button type="button" @click=${() => this.zoom(1e9)}>Whole</button>
      </div>
    </div>`;
  }

  /** @param {Explained} explained */
  scaleChoice({ heads }) {
    if (heads.length < 2) return nothing;
    const choose = onChecked((checked) =>
      this.dispatchEvent(new CustomEvent('scale-chosen', { detail: checked ? 'common' : 'row' })),
    );
    return html`<label class="hint scale-choice"><input type="checkbox" .checked=${this.scale === 'common'} @change=${choose} /> One colour scale for all rows</label>`;
  }
}

/**
 * @param {Mutations} mutations
 * @param {import('./zoom-track.js').Shown} picture
 */
function mutationRow({ compartment, known }, picture) {
  return html`<span class="track-name stacked"><span>Mutagenesis</span><span class="quiet">${compartment}</span><span class="quiet">to A, C, G, U</span></span>
    <mutation-track role="img" aria-label="Change of the probability of ${compartment} for every other letter at ${known} positions" .shown=${picture}></mutation-track>`;
}

/**
 * The motif's track with its name.
 * @param {FoundMotif} found
 * @param {import('./zoom-track.js').Shown} picture
 */
function motifRow({ motif, starts }, picture) {
  const places =
    starts.length === 1 ? `position ${starts[0] + 1}` : `${starts.length} places, first at position ${starts[0] + 1}`;
  return html`<span class="track-name stacked"><span>${motif.name}</span>${motif.name === motif.letters ? '' : html`<span class="quiet">${motif.letters}</span>`}</span>
    <motif-track role="img" aria-label="${motif.letters} stands at ${places}" .shown=${picture}></motif-track>`;
}

customElements.define('attention-map', AttentionMap);
