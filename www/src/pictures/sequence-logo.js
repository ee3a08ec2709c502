// @ts-check
import { html, nothing, svg } from 'lit';
import { View } from '../view.js';

/** @import { Mutations } from './attention-map.js' */
/** @import { Gradients } from './gradient-track.js' */

/** What the letters are as tall as. @typedef {'attention' | 'gradients' | 'mutagenesis'} Measure */

/** Letters drawn at most: more could not be read. */
const MOST = 80;
const HEIGHT = 96;
const WIDTH = 12;
/** Okabe and Ito's colours, told apart by colour-blind eyes. */
const COLOURS = /** @type {Record<string, string>} */ ({ A: '#009e73', C: '#0072b2', G: '#e69f00', U: '#d55e00', N: '#8a8a8a' });
/** Height of a capital in a font of size 1. */
const CAPITAL = 0.72;

/**
 * The window as a logo: letters as tall as the attention on them, as their integrated
 * gradients, or as what they do for the probability where mutagenesis is known (mean loss when replaced; below the
 * line where replacing raises it).
 */
export class SequenceLogo extends View {
  static properties = {
    sequence: { attribute: false },
    weights: { attribute: false },
    share: { attribute: false },
    mutations: { attribute: false },
    gradients: { attribute: false },
    name: { attribute: false },
    first: { type: Number },
    last: { type: Number },
    by: { state: true },
  };

  constructor() {
    super();
    this.sequence = '';
    /** @type {Float32Array} */
    this.weights = new Float32Array();
    /** Nucleotides read: the inverse of uniform attention. */
    this.share = 1;
    /** @type {Mutations | null} */
    this.mutations = null;
    /** @type {Gradients | null} */
    this.gradients = null;
    this.name = '';
    this.first = 1;
    this.last = 1;
    /** What was picked; attention where that is not known of this RNA. @type {Measure} */
    this.by = 'attention';
  }

  /** What can be drawn. @returns {Measure[]} */
  get measures() {
    return ['attention', ...(this.gradients ? /** @type {const} */ (['gradients']) : []), ...(this.mutations ? /** @type {const} */ (['mutagenesis']) : [])];
  }

  get measure() {
    return this.measures.includes(this.by) ? this.by : 'attention';
  }

  what() {
    if (this.measure === 'attention') return `attention for ${this.name}`;
    if (this.measure === 'gradients') return `part in the score of ${this.gradients?.compartment}`;
    return `mean loss of ${this.mutations?.compartment} when replaced`;
  }

  /** @param {number} i 0-based */
  value(i) {
    if (this.measure === 'gradients') return this.gradients?.values[i] ?? 0;
    if (this.measure === 'attention' || !this.mutations) return this.weights[i] * this.share;
    const changes = [...this.mutations.changes.subarray(4 * i, 4 * i + 4)].filter((_, letter) => 'ACGU'[letter] !== this.sequence[i]);
    const mean = changes.reduce((sum, change) => sum + change, 0) / Math.max(1, changes.length);
    return Number.isNaN(mean) ? 0 : -mean;
  }

  render() {
    const first = Math.floor(this.first) - 1;
    const last = Math.min(this.last, first + MOST, this.sequence.length);
    const values = Array.from({ length: last - first }, (_, i) => this.value(first + i));
    const up = Math.max(...values, 1e-9);
    const down = Math.max(0, -Math.min(...values, 0));
    const base = (HEIGHT * up) / (up + down);
    const letter = (/** @type {number} */ value, /** @type {number} */ i) => {
      const height = (Math.abs(value) / (up + down)) * HEIGHT;
      if (height < 0.5) return nothing;
      const name = this.sequence[first + i];
      const bottom = value >= 0 ? base : base + height;
      return svg`<text transform="translate(${i * WIDTH + WIDTH / 2} ${bottom}) scale(1 ${height / (CAPITAL * 14)})" text-anchor="middle" font-size="14" font-weight="700" font-family="ui-monospace, 'DejaVu Sans Mono', monospace" fill=${COLOURS[name] ?? COLOURS.N}>${name}</text>`;
    };
    const cut = this.last - first > MOST ? '; zoom in for others' : '';
    return html`<figure class="logo">
      <figcaption class="row small">
        <span>Logo of ${first + 1}–${last}: letters as tall as the ${this.what()}${cut}</span>
        ${
          this.measures.length > 1
            ? html`<select aria-label="Letters as tall as" @change=${(/** @type {any} */ event) => (this.by = event.target.value)}>
                ${this.measures.map((measure) => html`<option value=${measure} ?selected=${measure === this.measure}>${measure}</option>`)}
              </select>`
            : nothing
        }
      </figcaption>
      <div class="scroll" tabindex="0" role="region" aria-label="Sequence logo">
        <svg role="img" aria-label="Sequence logo of nucleotides ${first + 1} to ${last}" width=${(last - first) * WIDTH} height=${HEIGHT + 2} viewBox="0 0 ${(last - first) * WIDTH} ${HEIGHT + 2}">
          <line x1="0" x2=${(last - first) * WIDTH} y1=${base} y2=${base} stroke="var(--line)" />
          ${values.map(letter)}
        </svg>
      </div>
    </figure>`;
  }
}

customElements.define('sequence-logo', SequenceLogo);
