// @ts-check
import { html } from 'lit';
import { View } from '../view.js';
import { GRADIENT, paintRow } from './cividis.js';

/** @typedef {{ epoch: number, weights: Float32Array }} HistoryRow weights: one per nucleotide, summing to 1 */

const AXIS = 34;
const LETTERS = 20;
/** Letters are drawn where a nucleotide has at least this many pixels. */
export const READABLE = 8;

/**
 * The highest weight of all rows, which gets the brightest colour.
 * @param {HistoryRow[]} rows
 */
export function highestOf(rows) {
  let high = 0;
  for (const { weights } of rows) for (const weight of weights) high = Math.max(high, weight);
  return high || 1;
}

/**
 * Whether a nucleotide gets its number: every tenth of short RNAs, fewer of long ones.
 * @param {number} i 0-based
 * @param {number} length
 */
export function isMarked(i, length) {
  return (i + 1) % (Math.ceil(length / 60) * 10) === 0;
}

/** The attention over one RNA as the network learns: a row per epoch, the newest at the bottom. */
export class AttentionHistory extends View {
  static properties = {
    rows: { attribute: false },
    count: { type: Number },
    sequence: { attribute: false },
    epochs: { type: Number },
    pointed: { state: true },
  };

  constructor() {
    super();
    /** Grows in place; `count` tells that it did. @type {HistoryRow[]} */
    this.rows = [];
    this.count = 0;
    this.sequence = '';
    this.epochs = 1;
    this.pointed = '';
    this.resizes = new ResizeObserver(() => this.paint());
  }

  firstUpdated() {
    const canvas = this.querySelector('canvas');
    if (canvas) this.resizes.observe(canvas);
  }

  disconnectedCallback() {
    this.resizes.disconnect();
    super.disconnectedCallback();
  }

  updated() {
    this.paint();
  }

  geometry() {
    const canvas = /** @type {HTMLCanvasElement} */ (this.querySelector('canvas'));
    const { clientWidth: width, clientHeight: height } = canvas;
    // Room for every epoch from the start, so that rows never change their size.
    const places = Math.max(this.epochs + 1, this.rows.length);
    return { canvas, width, height, rowHeight: (height - LETTERS) / places, cell: (width - AXIS) / (this.sequence.length || 1) };
  }

  paint() {
    const { canvas, width, height, rowHeight, cell } = this.geometry();
    const context = canvas.getContext('2d');
    if (!context || width === 0) return;
    const scale = devicePixelRatio || 1;
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    context.scale(scale, scale);
    const style = getComputedStyle(this);
    context.fillStyle = style.getPropertyValue('--mute');
    context.font = `11px ${style.fontFamily}`;
    const top = highestOf(this.rows);
    const every = Math.max(1, Math.ceil(14 / rowHeight));
    this.rows.forEach(({ epoch, weights }, i) => {
      const y = i * rowHeight;
      const gap = rowHeight > 4 ? 1 : 0;
      paintRow(context, weights, { first: 0, last: weights.length, top, x: AXIS, y, width: width - AXIS, height: rowHeight - gap });
      context.fillStyle = style.getPropertyValue('--mute');
      if (i % every === 0) context.fillText(`${epoch}`, 2, y + Math.min(rowHeight, 14) - 2);
    });
    this.paintLetters(context, height, cell);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} height
   * @param {number} cell
   */
  paintLetters(context, height, cell) {
    context.fillStyle = getComputedStyle(this).getPropertyValue('--mute');
    context.textAlign = 'center';
    const { length } = this.sequence;
    for (let i = 0; i < length; i += 1) {
      const x = AXIS + (i + 0.5) * cell;
      if (cell >= READABLE) context.fillText(this.sequence[i], x, height - 5);
      else if (isMarked(i, length)) context.fillText(`${i + 1}`, Math.min(x, AXIS + length * cell - 10), height - 5);
    }
  }

  /** @param {PointerEvent} event */
  onMove(event) {
    const { canvas, rowHeight, cell } = this.geometry();
    const box = canvas.getBoundingClientRect();
    const row = this.rows[Math.floor((event.clientY - box.top) / rowHeight)];
    const at = Math.floor((event.clientX - box.left - AXIS) / cell);
    const inside = row && at >= 0 && at < this.sequence.length;
    this.pointed = inside ? `Epoch ${row.epoch}, position ${at + 1}, ${this.sequence[at]}, weight ${row.weights[at].toPrecision(3)}` : '';
  }

  render() {
    const label = `Attention by epoch: ${this.count} rows over ${this.sequence.length} nucleotides, the newest at the bottom`;
    return html`
      <canvas class="history" role="img" aria-label=${label} @pointermove=${this.onMove} @pointerleave=${() => (this.pointed = '')}></canvas>
      <div class="legend">
        <span>less attention</span><i style="background:${GRADIENT}"></i><span>more</span>
        <span class="legend-note">${this.pointed || 'A row per epoch, the newest at the bottom; row 0 is before training.'}</span>
      </div>
    `;
  }
}

customElements.define('attention-history', AttentionHistory);
