// @ts-check
import { html } from 'lit';
import { drawUnread, drawWeights, whole } from './rows.js';
import { GRADIENT } from './scales.js';
import { LABEL, hatched, labelled, legend, space } from './sheet.js';
import { Sized } from './sized.js';
import { paint } from './surface.js';
import { highest, unread, weightsRead } from './values.js';

/** @import { Span } from '../engine/types/core.js' */
/** @import { Block } from './sheet.js' */
/** @import { Box, Surface } from './surface.js' */
/** @import { Theme } from './theme.js' */

/** @typedef {{ epoch: number, weights: Float32Array }} HistoryRow weights: one per nucleotide, summing to 1 */

/** Left of the rows: their epochs. */
const AXIS = 34;
const LETTERS_LINE = 20;
/** Letters are drawn where a nucleotide has at least this many units. */
const READABLE = 8;
/** About the height of all rows in a file; few rows take less, very many more. */
const ROWS_IN_FILE = 440;

/**
 * Whether a nucleotide gets its number: every tenth of short RNAs, fewer of long ones.
 * @param {number} i 0-based
 * @param {number} length
 */
function isMarked(i, length) {
  return (i + 1) % (Math.ceil(length / 60) * 10) === 0;
}

/**
 * Draws a row of weights per epoch, the epochs left of them.
 * @param {Surface} surface
 * @param {Box} box
 * @param {{ rows: HistoryRow[], rowHeight: number, sequence: string, read: Span[] }} history
 * @param {Theme} theme
 */
function drawHistory(surface, box, { rows, rowHeight, ...rna }, theme) {
  const top = highest(rows.map(({ weights }) => weights));
  const every = Math.max(1, Math.ceil(14 / rowHeight));
  rows.forEach(({ epoch, weights }, i) => {
    const y = box.y + i * rowHeight;
    const strip = { x: box.x + AXIS, y, width: box.width - AXIS, height: rowHeight - (rowHeight > 4 ? 1 : 0) };
    drawWeights(surface, strip, whole(weights.length), { values: weightsRead(weights, rna), top });
    if (i % every === 0)
      surface.text(`${epoch}`, box.x + 2, Math.max(box.y + 9, y + Math.min(rowHeight, 14) - 2), {
        fill: theme.mute,
        size: 11,
      });
  });
  const all = { ...box, x: box.x + AXIS, width: box.width - AXIS, height: rows.length * rowHeight };
  drawUnread(surface, all, whole(rna.sequence.length), unread(rna), theme);
}

/**
 * Draws the nucleotides where there is room for them, else some of their numbers; both where there
 * is a second line.
 * @param {Surface} surface
 * @param {Box} box
 * @param {string} sequence
 * @param {Theme} theme
 */
function drawPositions(surface, box, sequence, { mute }) {
  const { length } = sequence;
  const cell = (box.width - AXIS) / (length || 1);
  const isSpelled = cell >= READABLE;
  const isNumbered = !isSpelled || box.height >= 2 * LETTERS_LINE;
  const line = box.y + LETTERS_LINE - 5;
  for (let i = 0; i < length; i += 1) {
    const x = box.x + AXIS + (i + 0.5) * cell;
    if (isSpelled) surface.text(sequence[i], x, line, { fill: mute, size: 11, anchor: 'middle', name: 'nt' });
    if (isNumbered && isMarked(i, length))
      surface.text(`${i + 1}`, Math.min(x, box.x + box.width - 10), line + (isSpelled ? LETTERS_LINE : 0), {
        fill: mute,
        size: 11,
        anchor: 'middle',
      });
  }
}

/** The attention over one RNA as the network learns: a row per epoch, the newest at the bottom. */
export class AttentionHistory extends Sized {
  static properties = {
    rows: { attribute: false },
    count: { type: Number },
    sequence: { attribute: false },
    read: { attribute: false },
    epochs: { type: Number },
    pointed: { state: true },
  };

  constructor() {
    super();
    /** Grows in place; `count` tells that it did. @type {HistoryRow[]} */
    this.rows = [];
    this.count = 0;
    this.sequence = '';
    /** The parts of the RNA that are read. @type {Span[]} */
    this.read = [];
    this.epochs = 1;
    this.pointed = '';
  }

  resized() {
    this.paint();
  }

  updated() {
    this.paint();
  }

  get canvas() {
    return /** @type {HTMLCanvasElement} */ (this.querySelector('canvas'));
  }

  /** @param {number} height of the canvas */
  rowHeight(height) {
    // Room for every epoch from the start, so that rows never change their size.
    return (height - LETTERS_LINE) / Math.max(this.epochs + 1, this.rows.length);
  }

  paint() {
    const { rows, sequence, read } = this;
    paint(this.canvas, (surface, box, theme) => {
      drawHistory(surface, box, { rows, sequence, read, rowHeight: this.rowHeight(box.height) }, theme);
      drawPositions(surface, { ...box, y: box.height - LETTERS_LINE, height: LETTERS_LINE }, this.sequence, theme);
    });
  }

  /** @returns {Block[]} */
  blocks() {
    const { rows, sequence, read } = this;
    const rowHeight = Math.max(3, Math.min(22, Math.floor(ROWS_IN_FILE / rows.length)));
    const along = (/** @type {Box} */ box) => ({ ...box, x: box.x - AXIS, width: box.width + AXIS });
    return [
      labelled([], rows.length * rowHeight, (surface, box, theme) => {
        surface.text('epoch', box.x - LABEL, box.y + 11, { fill: theme.mute, size: 12 });
        drawHistory(surface, along(box), { rows, rowHeight, sequence, read }, theme);
      }),
      labelled([], 56, (surface, box, theme) => drawPositions(surface, along(box), sequence, theme)),
      legend('attention weight', highest(rows.map(({ weights }) => weights)).toPrecision(2)),
      ...(unread({ read, sequence }).length > 0 ? [hatched('not read')] : []),
      space(12),
    ];
  }

  /** @param {PointerEvent} event */
  onMove(event) {
    const box = this.canvas.getBoundingClientRect();
    const row = this.rows[Math.floor((event.clientY - box.top) / this.rowHeight(box.height))];
    const at = Math.floor(((event.clientX - box.left - AXIS) / (box.width - AXIS)) * this.sequence.length);
    const inside = row && at >= 0 && at < this.sequence.length;
    this.pointed = inside
      ? `Epoch ${row.epoch}, position ${at + 1}, ${this.sequence[at]}, weight ${row.weights[at].toPrecision(3)}`
      : '';
  }

  render() {
    const label = `Attention by epoch: ${this.count} rows over ${this.sequence.length} nucleotides, the newest at the bottom`;
    return html`
      <canvas class="history" role="img" aria-label=${label} @pointermove=${this.onMove} @pointerleave=${() => (this.pointed = '')}></canvas>
      <div class="legend">
        <span>less attention</span><i style="background:${GRADIENT}"></i><span>more</span>
        <span class="legend-note">${this.pointed || 'A row per epoch, the newest at the bottom; row 0 is before training.'}${unread(this).length > 0 ? ' Hatched: not read.' : ''}</span>
      </div>
    `;
  }
}

customElements.define('attention-history', AttentionHistory);
