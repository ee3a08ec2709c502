// @ts-check
import { html, nothing } from 'lit';
import { View, onValue } from '../view.js';
import { headName } from './heads.js';
import './picture-frame.js';
import { canSpell, drawCells, drawPositions, drawUnread, whole } from './rows.js';
import { space, words } from './sheet.js';
import { nucleotidesRead, signed, significant, strongest, unread } from './values.js';
import './zoom-track.js';

/** @import { Explained } from '../engine/types/engine.js' */
/** @import { Mutations } from './attention-map.js' */
/** @import { Gradients } from './gradient-track.js' */
/** @import { View as InView } from './rows.js' */
/** @import { Block } from './sheet.js' */
/** @import { Box, Surface } from './surface.js' */
/** @import { Theme } from './theme.js' */

/** What the letters are as tall as. @typedef {'attention' | 'gradients' | 'mutagenesis'} Measure */
/** Letters and the number that each is as tall as. @typedef {{ sequence: string, values: Float32Array }} Logo */

const HEIGHT_IN_FILE = 192;
const MOST_WIDTH_IN_FILE = 28;
/** A letter of a bold monospace font of this size is as wide as a cell of width 1. */
const SIZE = 1.17;
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
 * The largest number in view above and below the line.
 * @param {Float32Array} values
 * @param {InView} view
 */
function reach(values, { first, last }) {
  const shown = values.subarray(Math.floor(first), Math.ceil(last));
  const up = shown.reduce((most, value) => Math.max(most, value), 1e-9);
  return { up, down: shown.reduce((most, value) => Math.max(most, -value), 0) };
}

/**
 * Draws each letter as tall as its value, below the line where that is negative; bars where letters
 * could not be read.
 * @param {Surface} surface
 * @param {Box} box
 * @param {InView} view
 * @param {Logo} logo
 * @param {Theme} theme
 */
function drawLogo(surface, box, view, { sequence, values }, { line, mute }) {
  const { up, down } = reach(values, view);
  const base = box.y + (box.height * up) / (up + down);
  const tall = (/** @type {number} */ value) => (Math.abs(value) / (up + down)) * box.height;
  const cell = box.width / (view.last - view.first);
  surface.line([box.x, base], [box.x + box.width, base], line);
  if (!canSpell(box, view)) return drawBars(surface, { ...box, y: base }, view, values, { tall, colour: mute });
  const size = SIZE * cell;
  for (let i = Math.floor(view.first); i < Math.min(sequence.length, Math.ceil(view.last)); i += 1) {
    const height = tall(values[i]);
    const x = box.x + (i + 0.5 - view.first) * cell;
    if (height < 0.5 || x < box.x + cell / 4 || x > box.x + box.width - cell / 4) continue;
    surface.text(sequence[i], x, values[i] >= 0 ? base : base + height, {
      fill: COLOURS[sequence[i]] ?? COLOURS.N,
      size,
      bold: true,
      mono: true,
      anchor: 'middle',
      stretch: height / (CAPITAL * size),
    });
  }
}

/**
 * A bar for every nucleotide, or for those that share a dot, from the line at the top of the box.
 * @param {Surface} surface
 * @param {Box} box
 * @param {InView} view
 * @param {Float32Array} values
 * @param {{ tall: (value: number) => number, colour: string }} look
 */
function drawBars(surface, box, view, values, { tall, colour }) {
  drawCells(
    {
      ...surface,
      rect: (cell, value) => {
        const height = tall(Number(value));
        surface.rect({ ...cell, y: Number(value) >= 0 ? box.y - height : box.y, height }, colour);
      },
    },
    box,
    view,
    values.length,
    (from, to) => `${strongest(values, from, to)}`,
  );
}

/**
 * What is in view as a logo: letters as tall as the attention on them, as their integrated gradients,
 * or as what they do for the probability where mutagenesis is known (mean loss when replaced; below the
 * line where replacing raises it).
 */
export class SequenceLogo extends View {
  static properties = {
    explained: { attribute: false },
    head: { type: Number },
    mutations: { attribute: false },
    gradients: { attribute: false },
    provenance: { attribute: false },
    view: { attribute: false },
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
    /** @type {InView} */
    this.view = whole(1);
    /** What was picked; attention where that is not known of this RNA. @type {Measure} */
    this.by = 'attention';
    /** What is drawn. @type {Logo} */
    this.logo = { sequence: '', values: new Float32Array() };
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

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (!this.explained || (changed.size === 1 && changed.has('view'))) return;
    this.logo = { sequence: this.explained.sequence, values: this.values(this.explained) };
  }

  /** @param {Explained} explained */
  what({ heads }) {
    if (this.measure === 'attention') return `attention for ${headName(heads[this.head])}`;
    if (this.measure === 'gradients') return `part in the score of ${this.gradients?.compartment}`;
    return `mean loss of ${this.mutations?.compartment} when replaced`;
  }

  /** The number of every nucleotide. @param {Explained} explained */
  values(explained) {
    const { sequence, heads } = explained;
    if (this.measure === 'gradients' && this.gradients) return this.gradients.values;
    if (this.measure === 'mutagenesis' && this.mutations) return losses(sequence, this.mutations.changes);
    const read = nucleotidesRead(explained);
    return heads[this.head].weights.map((weight) => weight * read);
  }

  /** The nucleotides in view, 1-based, inclusive. */
  get shown() {
    const { first, last } = this.view;
    return { first: Math.floor(first) + 1, last: Math.min(this.logo.sequence.length, Math.ceil(last - 1e-3)) };
  }

  /** The largest number in view, in words. */
  top() {
    const { up } = reach(this.logo.values, this.view);
    return this.measure === 'attention' ? `up to ${significant(up)} × uniform` : `up to ${signed(up)}`;
  }

  /** @param {Explained} explained */
  inWords(explained) {
    const { first, last } = this.shown;
    return `Logo of ${first}–${last}: letters as tall as the ${this.what(explained)}, ${this.top()}`;
  }

  /** @returns {Block[]} */
  blocks() {
    const { explained, logo } = this;
    if (!explained) return [];
    const view = { first: this.shown.first - 1, last: this.shown.last };
    const draw = (/** @type {Surface} */ surface, /** @type {Box} */ box, /** @type {Theme} */ theme) => {
      const width = Math.min(box.width, (view.last - view.first) * MOST_WIDTH_IN_FILE);
      const row = { ...box, width, height: HEIGHT_IN_FILE };
      this.draw(surface, row, view, theme);
      drawPositions(surface, { ...row, y: box.y + HEIGHT_IN_FILE + 3, height: 20 }, view, theme);
    };
    return logo.sequence
      ? [words(`${this.inWords(explained)}.`), space(12), { height: HEIGHT_IN_FILE + 40, draw }]
      : [];
  }

  /**
   * The logo, hatched where nothing was read.
   * @param {Surface} surface
   * @param {Box} box
   * @param {InView} view
   * @param {Theme} theme
   */
  draw(surface, box, view, theme) {
    if (this.explained) drawUnread(surface, box, view, unread(this.explained), theme);
    drawLogo(surface, box, view, this.logo, theme);
  }

  render() {
    const { explained } = this;
    if (!explained) return nothing;
    const { first, last } = this.shown;
    const choose = onValue((value) => (this.by = /** @type {Measure} */ (value)));
    const choice = html`<select aria-label="Letters as tall as" @change=${choose}>
      ${this.measures.map((measure) => html`<option value=${measure} ?selected=${measure === this.measure}>${measure}</option>`)}
    </select>`;
    const picture = {
      length: explained.sequence.length,
      view: this.view,
      draw: this.draw.bind(this),
    };
    return html`<picture-frame
      class="logo"
      what="the sequence logo"
      .heading=${html`<span class="small">Letters as tall as the ${this.what(explained)}</span>`}
      .controls=${this.measures.length > 1 ? choice : nothing}
      .picture=${this}
      .file=${`${explained.id}-logo`}
      .caption=${`${explained.id} (${explained.sequence.length} nt), sequence logo`}
      .provenance=${this.provenance}
      ready
    >
      <div class="tracks">
        <span class="track-name"><span>Logo <span class="quiet">${this.top()}</span></span></span>
        <logo-track role="img" aria-label="Sequence logo of nucleotides ${first} to ${last}" .shown=${picture}></logo-track>
      </div>
    </picture-frame>`;
  }
}

/**
 * The mean loss of probability when a nucleotide is replaced; 0 where it is not known.
 * @param {string} sequence
 * @param {Float32Array} changes by position and letter
 */
function losses(sequence, changes) {
  return Float32Array.from(sequence, (letter, i) => {
    const others = changes.subarray(4 * i, 4 * i + 4).filter((_, to) => 'ACGU'[to] !== letter);
    const mean = others.reduce((sum, change) => sum + change, 0) / Math.max(1, others.length);
    return Number.isNaN(mean) ? 0 : -mean;
  });
}

customElements.define('sequence-logo', SequenceLogo);
