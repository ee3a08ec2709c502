// @ts-check
import { html } from 'lit';
import { breakable } from '../breakable.js';
import { GRADIENT, cividis } from './scales.js';
import { LABEL, labelled, legend, space } from './sheet.js';
import { Sized } from './sized.js';
import { paint } from './surface.js';

/** @import { Row } from '../engine/types/engine.js' */
/** @import { Block } from './sheet.js' */
/** @import { Box, Surface } from './surface.js' */

const NAMES = 40;
const MOST_HEIGHT = 480;
const ROW = 14;
/** In a file: about the height of all rows, and how many may have names. */
const HEIGHT_IN_FILE = 640;
const ROW_IN_FILE = 18;
const NAMES_IN_FILE = 60;

/**
 * Draws a cell per probability.
 * @param {Surface} surface
 * @param {Box} box
 * @param {Row[]} rows from the top
 */
function drawHeatmap(surface, box, rows) {
  const height = box.height / Math.max(1, rows.length);
  rows.forEach(({ probabilities }, place) => {
    const width = box.width / probabilities.length;
    const cell = { y: box.y + place * height, width: width - 1, height: height + (height > 4 ? -0.5 : 0.5) };
    probabilities.forEach((probability, c) => surface.rect({ ...cell, x: box.x + c * width }, cividis(probability)));
  });
}

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

  /** The rows as they are drawn. */
  get drawn() {
    return this.order.map((index) => this.rows[index]).filter((row) => row !== undefined);
  }

  paint() {
    const canvas = this.querySelector('canvas');
    if (!canvas) return;
    paint(canvas, (surface, box) => {
      drawHeatmap(surface, box, this.drawn);
      const height = box.height / Math.max(1, this.order.length);
      if (this.place >= 0)
        surface.outline(
          { x: 1, y: this.place * height, width: box.width - 3, height: Math.max(3, height - 1) },
          '#ffffff',
          2,
        );
    });
  }

  /** @returns {Block[]} */
  blocks() {
    const { drawn, compartments } = this;
    const height = Math.min(ROW_IN_FILE, HEIGHT_IN_FILE / Math.max(1, drawn.length));
    const named = drawn.length <= NAMES_IN_FILE;
    return [
      labelled([], 22, (surface, box) =>
        compartments.forEach((name, c) =>
          surface.text(name, box.x + (c * box.width) / compartments.length, box.y + 12),
        ),
      ),
      labelled([], drawn.length * height, (surface, box) => {
        drawHeatmap(surface, box, drawn);
        if (named)
          drawn.forEach(({ id }, place) =>
            surface.text(id.slice(0, 24), box.x - LABEL, box.y + (place + 1) * height - 2, { size: 10 }),
          );
      }),
      space(16),
      legend('probability', '1'),
      space(14),
    ];
  }

  /** @param {PointerEvent} event */
  at(event) {
    const box = /** @type {HTMLElement} */ (event.currentTarget).getBoundingClientRect();
    const place = Math.floor(((event.clientY - box.top) / box.height) * this.order.length);
    const compartment = Math.floor(((event.clientX - box.left) / box.width) * this.compartments.length);
    return {
      place: Math.min(this.order.length - 1, Math.max(0, place)),
      compartment: Math.min(this.compartments.length - 1, Math.max(0, compartment)),
    };
  }

  /** @param {PointerEvent} event */
  onMove(event) {
    const { place, compartment } = this.at(event);
    const row = this.rows[this.order[place]];
    if (row)
      this.pointed = `${row.id}, ${this.compartments[compartment]}: ${row.probabilities[compartment].toFixed(3)}`;
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const moves = /** @type {Record<string, number>} */ ({ ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20 });
    if (event.key === 'Enter' && this.place >= 0) this.choose(this.place);
    if (!(event.key in moves)) return;
    event.preventDefault();
    this.place = Math.min(this.order.length - 1, Math.max(0, this.place + moves[event.key]));
    const row = this.rows[this.order[this.place]];
    this.pointed = row
      ? `${row.id}: ${row.probabilities.map((p, c) => `${this.compartments[c]} ${p.toFixed(2)}`).join(', ')}`
      : '';
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
        <div class="heat-heads">${this.compartments.map((name) => html`<span>${breakable(name)}</span>`)}</div>
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
