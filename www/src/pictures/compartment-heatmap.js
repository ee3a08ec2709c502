// @ts-check
import { html } from 'lit';
import { Sized } from './sized.js';
import { GRADIENT, cividis } from './cividis.js';

/** @import { Row } from '../engine/types/engine.js' */

const NAMES = 40;
const MOST_HEIGHT = 480;
const ROW = 14;

/** RNAs x compartments, a cell per probability; canvas, so that thousands of rows are quick. */
export class CompartmentHeatmap extends Sized {
  static properties = {
    rows: { attribute: false },
    order: { attribute: false },
    compartments: { attribute: false },
    pointed: { state: true },
  };

  constructor() {
    super();
    /** @type {Row[]} */
    this.rows = [];
    /** @type {number[]} */
    this.order = [];
    /** @type {string[]} */
    this.compartments = [];
    this.pointed = '';
    /** Place in the order chosen with the keyboard. */
    this.place = -1;
  }

  resized() {
    this.paint();
  }

  updated() {
    this.paint();
  }

  paint() {
    const canvas = this.querySelector('canvas');
    const context = canvas?.getContext('2d');
    if (!canvas || !context || !canvas.clientWidth) return;
    const { clientWidth: width, clientHeight: height } = canvas;
    const scale = devicePixelRatio || 1;
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    context.scale(scale, scale);
    const cell = { width: width / this.compartments.length, height: height / Math.max(1, this.order.length) };
    this.order.forEach((index, place) => {
      this.rows[index]?.probabilities.forEach((probability, c) => {
        context.fillStyle = cividis(probability);
        context.fillRect(c * cell.width, place * cell.height, cell.width - 1, cell.height + (cell.height > 4 ? -0.5 : 0.5));
      });
    });
    if (this.place >= 0) {
      context.strokeStyle = '#ffffff';
      context.lineWidth = 2;
      context.strokeRect(1, this.place * cell.height, width - 3, Math.max(3, cell.height - 1));
    }
  }

  /** @param {PointerEvent} event */
  at(event) {
    const box = /** @type {HTMLElement} */ (event.currentTarget).getBoundingClientRect();
    const place = Math.floor(((event.clientY - box.top) / box.height) * this.order.length);
    const compartment = Math.floor(((event.clientX - box.left) / box.width) * this.compartments.length);
    return { place: Math.min(this.order.length - 1, Math.max(0, place)), compartment: Math.min(this.compartments.length - 1, Math.max(0, compartment)) };
  }

  /** @param {PointerEvent} event */
  onMove(event) {
    const { place, compartment } = this.at(event);
    const row = this.rows[this.order[place]];
    if (row) this.pointed = `${row.id}, ${this.compartments[compartment]}: ${row.probabilities[compartment].toFixed(3)}`;
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const moves = /** @type {Record<string, number>} */ ({ ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20 });
    if (event.key === 'Enter' && this.place >= 0) this.choose(this.place);
    if (!(event.key in moves)) return;
    event.preventDefault();
    this.place = Math.min(this.order.length - 1, Math.max(0, this.place + moves[event.key]));
    const row = this.rows[this.order[this.place]];
    this.pointed = row ? `${row.id}: ${row.probabilities.map((p, c) => `${this.compartments[c]} ${p.toFixed(2)}`).join(', ')}` : '';
    this.paint();
  }

  /** @param {number} place */
  choose(place) {
    const row = this.order[place];
    if (row !== undefined) this.dispatchEvent(new CustomEvent('row-chosen', { detail: row }));
  }

  render() {
    const height = Math.min(MOST_HEIGHT, Math.max(24, this.order.length * ROW));
    const named = this.order.length <= Math.min(NAMES, Math.floor(MOST_HEIGHT / 12));
    return html`
      <div class="heat ${named ? 'named' : ''}">
        <span></span>
        <div class="heat-heads">${this.compartments.map((name) => html`<span title=${name}>${name}</span>`)}</div>
        <div class="heat-names" aria-hidden="true">${named ? this.order.map((index) => html`<span>${this.rows[index]?.id}</span>`) : ''}</div>
        <canvas
          tabindex="0"
          role="img"
          aria-label="Heat map of ${this.order.length} RNAs and ${this.compartments.length} compartments. Arrow keys read the rows."
          style="height:${height}px"
          @pointermove=${this.onMove}
          @pointerleave=${() => (this.pointed = '')}
          @click=${(/** @type {PointerEvent} */ event) => this.choose(this.at(event).place)}
          @keydown=${this.onKey}
        ></canvas>
      </div>
      <div class="legend">
        <span>0</span><i style="background:${GRADIENT}"></i><span>1</span>
        <span class="legend-note" role="status">${this.pointed || 'probability'}</span>
      </div>
    `;
  }
}

customElements.define('compartment-heatmap', CompartmentHeatmap);
