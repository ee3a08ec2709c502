// @ts-check
import { html } from 'lit';
import { drawUnread, drawWeights, whole } from './rows.js';
import { inkOn } from './scales.js';
import { legend, space } from './sheet.js';
import { Sized } from './sized.js';
import { paint } from './surface.js';
import { highest, peak } from './values.js';

/** @import { Block } from './sheet.js' */
/** @import { Box, Surface } from './surface.js' */
/** @import { Theme } from './theme.js' */

/** Height of the row, in the page and in a file. */
const HEIGHT = 30;
/** Letters are written where a cell is at least this wide. */
const LETTERS_FROM = 11;
/** Below the row, for the numbers of the first and the last nucleotide. */
const ENDS = 18;

/**
 * A row of attention weights; what has none was not read and is hatched. Its letters are in it where there is room.
 * @param {Surface} surface
 * @param {Box} box
 * @param {{ weights: Float32Array, sequence: string | null }} shown
 * @param {Theme} theme
 */
export function drawStrip(surface, box, { weights, sequence }, theme) {
  const row = { ...box, height: HEIGHT };
  const cell = row.width / weights.length;
  drawUnread(surface, row, whole(weights.length), unreadOf(weights), theme);
  const top = highest([weights.filter((weight) => !Number.isNaN(weight))]);
  drawWeights(surface, row, whole(weights.length), { values: weights, top });
  if (sequence && cell >= LETTERS_FROM)
    [...sequence].forEach((letter, i) =>
      surface.text(letter, row.x + (i + 0.5) * cell, row.y + HEIGHT / 2 + 5, {
        fill: inkOn(weights[i] / top),
        size: 14,
        bold: true,
        mono: true,
        anchor: 'middle',
      }),
    );
  const small = { fill: theme.mute, size: 12 };
  surface.text('1', row.x, row.y + HEIGHT + 14, small);
  surface.text(`${weights.length.toLocaleString('en')} nt`, row.x + row.width, row.y + HEIGHT + 14, {
    ...small,
    anchor: 'end',
  });
}

/**
 * Stretches that were not read, from 0, end-exclusive.
 * @param {Float32Array} weights
 */
export function unreadOf(weights) {
  /** @type {{ start: number, end: number }[]} */
  const stretches = [];
  weights.forEach((weight, i) => {
    if (!Number.isNaN(weight)) return;
    const last = stretches.at(-1);
    if (last?.end === i) last.end = i + 1;
    else stretches.push({ start: i, end: i + 1 });
  });
  return stretches;
}

/** The attention along one RNA. */
export class AttentionStrip extends Sized {
  static properties = { weights: { attribute: false }, sequence: { attribute: false }, heading: { type: String } };

  constructor() {
    super();
    /** As multiples of uniform attention; NaN where nothing was read. */
    this.weights = new Float32Array();
    /** Of a short RNA. @type {string | null} */
    this.sequence = null;
    this.heading = '';
  }

  resized() {
    this.paint();
  }

  updated() {
    this.paint();
  }

  paint() {
    const canvas = this.querySelector('canvas');
    if (canvas) paint(canvas, (surface, box, theme) => drawStrip(surface, box, this, theme));
  }

  /** @returns {Block[]} */
  blocks() {
    return [
      { height: HEIGHT + ENDS, draw: (surface, box, theme) => drawStrip(surface, box, this, theme) },
      space(10),
      legend('times uniform attention', this.top.toPrecision(2)),
      space(12),
    ];
  }

  get top() {
    return highest([this.weights.filter((weight) => !Number.isNaN(weight))]);
  }

  inWords() {
    const at = peak(this.weights.map((weight) => weight || 0));
    const unread = unreadOf(this.weights).map(({ start, end }) => `${start + 1} to ${end}`);
    return `${this.heading}: the most at nucleotide ${at}, ${this.top.toPrecision(2)} times uniform attention${unread.length > 0 ? `; not read: ${unread.join(', ')}` : ''}`;
  }

  render() {
    return html`<canvas role="img" aria-label=${this.inWords()} style="height:${HEIGHT + ENDS}px"></canvas>`;
  }
}

customElements.define('attention-strip', AttentionStrip);
