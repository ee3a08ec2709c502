// @ts-check
import { html, nothing } from 'lit';
import { unsafeSVG } from 'lit/directives/unsafe-svg.js';
import { View, onValue } from '../view.js';
import { headName } from './heads.js';
import './picture-frame.js';
import { space, words } from './sheet.js';
import { svgSurface } from './svg-surface.js';
import { PAGE } from './theme.js';
import { nucleotidesRead } from './values.js';

/** @import { Explained } from '../engine/types/engine.js' */
/** @import { Mutations } from './attention-map.js' */
/** @import { Gradients } from './gradient-track.js' */
/** @import { Block } from './sheet.js' */
/** @import { Box, Surface } from './surface.js' */
/** @import { Theme } from './theme.js' */

/** What the letters are as tall as. @typedef {'attention' | 'gradients' | 'mutagenesis'} Measure */

/** Letters drawn at most: more could not be read. */
const MOST = 80;
const HEIGHT = 96;
const WIDTH = 12;
/** In a file, where few letters take no more than this. */
const HEIGHT_IN_FILE = 192;
const MOST_WIDTH_IN_FILE = 28;
/** Okabe and Ito's colours, told apart by colour-blind eyes. */
const COLOURS = /** @type {Record<string, string>} */ ({
  A: '#009e73',
  C: '#0072b2',
  G: '#e69f00',
  U: '#d55e00',
  N: '#8a8a8a',
});
/** Height of a capital in a font of size 1. */
const CAPITAL = 0.72;

/**
 * Draws each letter as tall as its value, below the line where that is negative.
 * @param {Surface} surface
 * @param {Box} box
 * @param {{ letters: string, values: number[] }} logo
 * @param {Theme} theme
 */
function drawLogo(surface, box, { letters, values }, { line }) {
  const up = Math.max(...values, 1e-9);
  const down = Math.max(0, -Math.min(...values, 0));
  const base = box.y + (box.height * up) / (up + down);
  const cell = box.width / letters.length;
  const size = (14 * cell) / WIDTH;
  surface.line([box.x, base], [box.x + box.width, base], line);
  values.forEach((value, i) => {
    const height = (Math.abs(value) / (up + down)) * box.height;
    if (height < 0.5) return;
    const bottom = value >= 0 ? base : base + height;
    surface.text(letters[i], box.x + (i + 0.5) * cell, bottom, {
      fill: COLOURS[letters[i]] ?? COLOURS.N,
      size,
      bold: true,
      mono: true,
      anchor: 'middle',
      stretch: height / (CAPITAL * size),
    });
  });
}

/**
 * The window as a logo: letters as tall as the attention on them, as their integrated
 * gradients, or as what they do for the probability where mutagenesis is known (mean loss when replaced; below the
 * line where replacing raises it).
 */
export class SequenceLogo extends View {
  static properties = {
    explained: { attribute: false },
    head: { type: Number },
    mutations: { attribute: false },
    gradients: { attribute: false },
    provenance: { attribute: false },
    first: { type: Number },
    last: { type: Number },
    by: { state: true },
  };

  constructor() {
    super();
    /** @type {Explained | null} */
    this.explained = null;
    /** Index of the head whose attention is drawn. */
    this.head = 0;
    /** @type {Mutations | null} */
    this.mutations = null;
    /** @type {Gradients | null} */
    this.gradients = null;
    this.provenance = '';
    /** In view, 1-based, inclusive. */
    this.first = 1;
    this.last = 1;
    /** What was picked; attention where that is not known of this RNA. @type {Measure} */
    this.by = 'attention';
  }

  /** What can be drawn. @returns {Measure[]} */
  get measures() {
    return [
      'attention',
      ...(this.gradients ? /** @type {const} */ (['gradients']) : []),
      ...(this.mutations ? /** @type {const} */ (['mutagenesis']) : []),
    ];
  }

  get measure() {
    return this.measures.includes(this.by) ? this.by : 'attention';
  }

  /** @param {Explained} explained */
  what({ heads }) {
    if (this.measure === 'attention') return `attention for ${headName(heads[this.head])}`;
    if (this.measure === 'gradients') return `part in the score of ${this.gradients?.compartment}`;
    return `mean loss of ${this.mutations?.compartment} when replaced`;
  }

  /**
   * @param {Explained} explained
   * @param {number} i 0-based
   */
  value(explained, i) {
    const { sequence, heads } = explained;
    if (this.measure === 'gradients') return this.gradients?.values[i] ?? 0;
    if (this.measure === 'attention' || !this.mutations)
      return heads[this.head].weights[i] * nucleotidesRead(explained);
    const changes = [...this.mutations.changes.subarray(4 * i, 4 * i + 4)].filter(
      (_, letter) => 'ACGU'[letter] !== sequence[i],
    );
    const mean = changes.reduce((sum, change) => sum + change, 0) / Math.max(1, changes.length);
    return Number.isNaN(mean) ? 0 : -mean;
  }

  /**
   * The letters drawn, from first (0-based), and their values.
   * @param {Explained} explained
   */
  logo(explained) {
    const first = Math.floor(this.first) - 1;
    const letters = explained.sequence.slice(first, Math.min(this.last, first + MOST));
    return { first, letters, values: Array.from(letters, (_, i) => this.value(explained, first + i)) };
  }

  /** @param {Explained} explained */
  inWords(explained) {
    const { first, letters } = this.logo(explained);
    const cut = this.last - first > MOST ? '; zoom in for others' : '';
    return {
      drawn: `Logo of ${first + 1}–${first + letters.length}: letters as tall as the ${this.what(explained)}`,
      cut,
    };
  }

  /** @returns {Block[]} */
  blocks() {
    const { explained } = this;
    if (!explained) return [];
    const logo = this.logo(explained);
    const { length } = logo.letters;
    const draw = (/** @type {Surface} */ surface, /** @type {Box} */ box, /** @type {Theme} */ theme) => {
      const cell = Math.min(MOST_WIDTH_IN_FILE, box.width / length);
      drawLogo(surface, { ...box, width: length * cell, height: HEIGHT_IN_FILE }, logo, theme);
      for (let i = 0; i < length; i += 1) {
        const position = logo.first + i + 1;
        if (i === 0 || position % 10 === 0)
          surface.text(`${position}`, box.x + (i + 0.5) * cell, box.y + HEIGHT_IN_FILE + 18, {
            fill: theme.mute,
            size: 12,
            anchor: 'middle',
          });
      }
    };
    return [words(`${this.inWords(explained).drawn}.`), space(12), { height: HEIGHT_IN_FILE + 40, draw }];
  }

  /** The logo as the page shows it. @param {Explained} explained */
  shown(explained) {
    const logo = this.logo(explained);
    const [width, height] = [logo.letters.length * WIDTH, HEIGHT + 2];
    const surface = svgSurface(PAGE);
    drawLogo(surface, { x: 0, y: 0, width, height: HEIGHT }, logo, PAGE);
    const name = `Sequence logo of nucleotides ${logo.first + 1} to ${logo.first + logo.letters.length}`;
    return html`<svg role="img" aria-label=${name} width=${width} height=${height} viewBox="0 0 ${width} ${height}">${unsafeSVG(`${surface}`)}</svg>`;
  }

  render() {
    const { explained } = this;
    if (!explained) return nothing;
    const { drawn, cut } = this.inWords(explained);
    const choose = onValue((value) => (this.by = /** @type {Measure} */ (value)));
    const choice = html`<select aria-label="Letters as tall as" @change=${choose}>
      ${this.measures.map((measure) => html`<option value=${measure} ?selected=${measure === this.measure}>${measure}</option>`)}
    </select>`;
    return html`<picture-frame
      class="logo"
      what="the sequence logo"
      .heading=${html`<span class="small">${drawn}${cut}</span>`}
      .controls=${this.measures.length > 1 ? choice : nothing}
      .picture=${this}
      .file=${`${explained.id}-logo`}
      .caption=${`${explained.id} (${explained.sequence.length} nt), sequence logo`}
      .provenance=${this.provenance}
      ready
    >
      <div class="scroll" tabindex="0" role="region" aria-label="Sequence logo">${this.shown(explained)}</div>
    </picture-frame>`;
  }
}

customElements.define('sequence-logo', SequenceLogo);
