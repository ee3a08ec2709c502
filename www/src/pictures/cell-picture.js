// @ts-check
import { html, nothing } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import { cellInWords, drawCellPicture, drawKey, findPlaces } from './cell-drawn.js';
import { layOut } from './cell-labels.js';
import { space } from './sheet.js';
import { Sized } from './sized.js';
import { escape, svgSurface } from './svg-surface.js';
import { PAGE } from './theme.js';

/** @import { CellKey } from './cell-drawn.js' */
/** @import { Shade } from './cell-labels.js' */
/** @import { Block } from './sheet.js' */
/** @import { Box } from './surface.js' */

/** Width in a file. */
const WIDTH_IN_FILE = 820;
const KEY_HEIGHT = 40;

/**
 * A cell whose compartments are shaded. Pointing at one, moving to it with the arrow keys or pressing it fires
 * `compartment-pointed` with its place among the shades, or null.
 */
export class CellPicture extends Sized {
  /** @type {import('lit').PropertyDeclarations} */
  static properties = {
    shades: { attribute: false },
    key: { attribute: false },
    heading: { type: String },
    pointed: { attribute: false },
    width: { state: true },
    em: { state: true },
  };

  constructor() {
    super();
    /** @type {Shade[]} */
    this.shades = [];
    /** What the shades mean. @type {CellKey} */
    this.key = { low: '', high: '', called: '', absent: '' };
    this.heading = '';
    /** The shade pointed at. @type {number | null} */
    this.pointed = null;
    this.width = 0;
    this.em = 1;
  }

  firstUpdated() {
    // Asked at once, the size is there before anything is shown, and nothing moves afterwards.
    this.measure(this.clientWidth);
  }

  /** @param {ResizeObserverEntry} entry */
  resized(entry) {
    this.measure(entry.contentRect.width);
  }

  /** @param {number} width */
  measure(width) {
    this.width = Math.round(width);
    this.em = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
  }

  /** @returns {Block[]} */
  blocks() {
    const { shades, key } = this;
    const place = (/** @type {Box} */ box) => ({
      ...box,
      x: box.x + (box.width - WIDTH_IN_FILE) / 2,
      width: WIDTH_IN_FILE,
    });
    const { height } = layOut(findPlaces(shades), WIDTH_IN_FILE, 1);
    return [
      { height, draw: (surface, box, theme) => void drawCellPicture(surface, place(box), shades, theme) },
      space(20),
      { height: KEY_HEIGHT, draw: (surface, box, theme) => drawKey(surface, box, key, theme) },
    ];
  }

  /** @param {Event} event */
  shadeAt(event) {
    const shape = /** @type {Element} */ (event.target).closest?.('.compartment, .cell-label');
    const found = /shade-(\d+)/.exec(shape?.getAttribute('class') ?? '');
    return found ? Number(found[1]) : null;
  }

  /** @param {number | null} index */
  point(index) {
    if (index !== this.pointed)
      this.dispatchEvent(new CustomEvent('compartment-pointed', { detail: index, bubbles: true }));
  }

  /** A finger that is lifted leaves what it pressed lit. @param {PointerEvent} event */
  onLeave({ pointerType }) {
    if (pointerType !== 'touch') this.point(null);
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const steps = /** @type {Record<string, number>} */ ({ ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 });
    if (!(event.key in steps)) return;
    event.preventDefault();
    const { length } = this.shades;
    const from = this.shadeAt(event) ?? 0;
    const to = (from + steps[event.key] + length) % length;
    /** @type {SVGElement | null} */ (this.querySelector(`.compartment.shade-${to}`))?.focus();
  }

  render() {
    const { width, shades, heading } = this;
    if (width === 0 || shades.length === 0) return nothing;
    const surface = svgSurface(PAGE);
    const height = Math.ceil(drawCellPicture(surface, { x: 0, y: 1, width }, shades, PAGE, this.em) + 2);
    const drawing = `<svg role="group" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><title>${escape(heading)}</title><desc>${escape(`A schematic cell, shaded. ${cellInWords(shades)}. The table beside it says the same.`)}</desc>${surface}</svg>`;
    return html`<div
      class="cell-drawing"
      @pointerover=${(/** @type {Event} */ event) => this.point(this.shadeAt(event))}
      @pointerdown=${(/** @type {Event} */ event) => this.point(this.shadeAt(event))}
      @pointerleave=${this.onLeave}
      @focusin=${(/** @type {Event} */ event) => this.point(this.shadeAt(event))}
      @focusout=${() => this.point(null)}
      @keydown=${this.onKey}
    >${unsafeHTML(drawing)}</div>`;
  }

  updated() {
    const { pointed } = this;
    const drawing = this.querySelector('.cell-drawing');
    drawing?.classList.toggle('pointing', pointed !== null);
    for (const shape of this.querySelectorAll('.compartment, .cell-label'))
      shape.classList.toggle('pointed', shape.classList.contains(`shade-${pointed}`));
    // One stop for the keyboard: the compartment pointed at last, or the first.
    for (const shape of this.querySelectorAll('.compartment'))
      shape.setAttribute('tabindex', shape.classList.contains(`shade-${pointed ?? 0}`) ? '0' : '-1');
  }
}

customElements.define('cell-picture', CellPicture);
