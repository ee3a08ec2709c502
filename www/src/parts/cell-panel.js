// @ts-check
import { html, nothing } from 'lit';
import { View } from '../view.js';
import { inPlainSpelling } from '../pictures/cell-compartments.js';
import '../pictures/cell-picture.js';
import '../pictures/picture-frame.js';

/** @import { Shade } from '../pictures/cell-labels.js' */
/** @import { CellKey } from '../pictures/cell-drawn.js' */

/** A row of the table beside the picture: what stands in its columns, for the compartment of the same place. @typedef {unknown[]} Cells */

/** The key of a picture of probabilities. @type {CellKey} */
export const PROBABILITY_KEY = {
  low: '0',
  high: '1 probability',
  called: 'called',
  absent: 'not predicted by this model',
};

/** The picture of a cell beside the table that says the same. Pointing at one of them lights up the other. */
export class CellPanel extends View {
  static properties = {
    what: { type: String },
    heading: { attribute: false },
    controls: { attribute: false },
    file: { type: String },
    caption: { type: String },
    provenance: { type: String },
    shades: { attribute: false },
    key: { attribute: false },
    columns: { attribute: false },
    cells: { attribute: false },
    words: { attribute: false },
    pointed: { state: true },
  };

  constructor() {
    super();
    /** The picture, in the buttons' names. */
    this.what = 'the cell';
    /** @type {unknown} */
    this.heading = nothing;
    /** @type {unknown} */
    this.controls = nothing;
    this.file = '';
    /** Title of picture and table. */
    this.caption = '';
    this.provenance = '';
    /** @type {Shade[]} */
    this.shades = [];
    this.key = PROBABILITY_KEY;
    /** Heads of the table's columns after the first. @type {string[]} */
    this.columns = [];
    /** @type {Cells[]} */
    this.cells = [];
    /** What is said below the table. @type {unknown} */
    this.words = nothing;
    /** @type {number | null} */
    this.pointed = null;
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has('shades') && this.pointed !== null && this.pointed >= this.shades.length) this.pointed = null;
  }

  render() {
    return html`<picture-frame
      what=${this.what}
      .heading=${this.heading}
      .controls=${this.controls}
      .file=${this.file}
      .caption=${this.caption}
      .provenance=${this.provenance}
      ?ready=${this.shades.length > 0}
    >
      <div class="cell-and-table" @compartment-pointed=${(/** @type {CustomEvent<number | null>} */ event) => (this.pointed = event.detail)}>
        <div class="cell-place">
          <cell-picture .shades=${this.shades} .key=${this.key} .heading=${this.caption} .pointed=${this.pointed}></cell-picture>
          ${this.legend()}
        </div>
        <div>${this.table()} ${this.words}</div>
      </div>
    </picture-frame>`;
  }

  legend() {
    const { low, high, called, absent } = this.key;
    return html`<div class="legend cell-key">
      <span><span>${low}</span><i class="cell-scale"></i><span>${high}</span></span>
      ${called ? html`<span><i class="cell-called"></i>${called}</span>` : nothing}
      <span><i class="cell-absent"></i>${absent}</span>
    </div>`;
  }

  table() {
    const order = this.shades.map((_, i) => i).sort((a, b) => this.shades[b].share - this.shades[a].share);
    return html`<table class="cell-table" aria-label=${this.caption}>
      <thead>
        <tr><th scope="col">Compartment</th>${this.columns.map((name) => html`<th scope="col">${name}</th>`)}</tr>
      </thead>
      <tbody @pointerleave=${this.onLeave} @focusout=${() => this.point(null)} @keydown=${this.onKey}>
        ${order.map((i, place) => this.row(i, place, order))}
      </tbody>
    </table>`;
  }

  /**
   * @param {number} i of the shade
   * @param {number} place in the table
   * @param {number[]} order
   */
  row(i, place, order) {
    const { compartment, called } = this.shades[i];
    const isEntry = this.pointed === null ? place === 0 : i === this.pointed;
    const point = () => this.point(i);
    return html`<tr
      class="${called ? 'on' : ''} ${i === this.pointed ? 'pointed' : ''}"
      tabindex=${isEntry && order.length > 1 ? 0 : -1}
      data-place=${place}
      @pointerenter=${point}
      @pointerdown=${point}
      @focus=${point}
    >
      <th scope="row">${inPlainSpelling(compartment)}</th>
      ${this.cells[i]?.map((cell) => html`<td>${cell}</td>`)}
    </tr>`;
  }

  /** @param {number | null} shade */
  point(shade) {
    this.pointed = shade;
  }

  /** A finger that is lifted leaves what it pressed lit. @param {PointerEvent} event */
  onLeave({ pointerType }) {
    if (pointerType !== 'touch') this.point(null);
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const steps = /** @type {Record<string, number>} */ ({ ArrowDown: 1, ArrowUp: -1 });
    if (!(event.key in steps)) return;
    event.preventDefault();
    const place = Number(/** @type {HTMLElement} */ (event.target).closest('tr')?.dataset.place ?? 0);
    const to = Math.min(this.shades.length - 1, Math.max(0, place + steps[event.key]));
    /** @type {HTMLElement | null} */ (this.querySelector(`tr[data-place="${to}"]`))?.focus();
  }
}

customElements.define('cell-panel', CellPanel);
