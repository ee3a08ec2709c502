// @ts-check
import { paint } from './surface.js';

/** @import { Box, Surface } from './surface.js' */
/** @import { Theme } from './theme.js' */
/** @import { View } from './rows.js' */

/** Draws what is in view. @typedef {(surface: Surface, box: Box, view: View, theme: Theme) => void} Draw */

const WHEEL_STEP = 0.0025;
const FEWEST_SHOWN = 8;

/**
 * A picture along an RNA that zooms together with the Nightingale tracks under the
 * same nightingale-manager, which sets `length`, `display-start`, `display-end` and
 * `highlight` on it. What is drawn is for those that show it to say. With Shift a
 * drag chooses a range, without it moves the view. Nightingale's own mixins zoom an
 * SVG element, choose no range, and take a finger's drag from the page.
 */
export class ZoomTrack extends HTMLElement {
  static observedAttributes = ['length', 'display-start', 'display-end', 'highlight'];

  constructor() {
    super();
    /** Nucleotides of the RNA. */
    this.nucleotides = 0;
    /** @type {Draw} */
    this.draw = () => {};
    this.canvas = document.createElement('canvas');
    this.resizes = new ResizeObserver(() => this.paint());
    this.frame = 0;
    /** @type {number | null} */
    this.dragFrom = null;
    /** Where a range began. @type {number | null} */
    this.rangeFrom = null;
    this.addEventListener('wheel', (event) => this.onWheel(event), { passive: false });
    this.addEventListener('pointermove', (event) => this.onMove(event));
    this.addEventListener('pointerleave', () => this.point(null));
    this.addEventListener('pointerdown', (event) => this.onDown(event));
    this.addEventListener('pointerup', () => (this.dragFrom = this.rangeFrom = null));
  }

  connectedCallback() {
    this.replaceChildren(this.canvas);
    this.resizes.observe(this);
    const manager = /** @type {any} */ (this.closest('nightingale-manager'));
    customElements.whenDefined('nightingale-manager').then(() => manager?.register(this));
  }

  disconnectedCallback() {
    this.resizes.disconnect();
    /** @type {any} */ (this.closest('nightingale-manager'))?.unregister(this);
  }

  attributeChangedCallback() {
    this.paintSoon();
  }

  /**
   * @param {number} nucleotides of the RNA
   * @param {Draw} draw
   */
  show(nucleotides, draw) {
    this.nucleotides = nucleotides;
    this.draw = draw;
    this.paintSoon();
  }

  /** The nucleotides in view, 0-based, end-exclusive, fractional while zooming. */
  range() {
    const length = this.nucleotides || 1;
    const first = Math.max(0, Number(this.getAttribute('display-start') ?? 1) - 1);
    const last = Math.min(length, Number(this.getAttribute('display-end') ?? length));
    return last - first >= 1 ? { first, last } : { first: 0, last: length };
  }

  paintSoon() {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.paint();
    });
  }

  paint() {
    const view = this.range();
    paint(this.canvas, (surface, box, theme) => {
      this.draw(surface, box, view, theme);
      this.drawHighlight(surface, box, view);
    });
  }

  /**
   * @param {Surface} surface
   * @param {Box} box
   * @param {View} view
   */
  drawHighlight(surface, box, { first, last }) {
    const position = Number((this.getAttribute('highlight') ?? '').split(':')[0]);
    if (!position) return;
    const cell = box.width / (last - first);
    surface.outline(
      { x: (position - 1 - first) * cell, y: 1, width: Math.max(cell, 2), height: box.height - 2 },
      '#ffffff',
      2,
    );
  }

  /** @param {{ clientX: number }} event */
  positionAt(event) {
    const box = this.getBoundingClientRect();
    const { first, last } = this.range();
    const at = Math.floor(first + ((event.clientX - box.left) / box.width) * (last - first));
    return Math.min(this.nucleotides, Math.max(1, at + 1));
  }

  /** @param {number | null} position 1-based */
  point(position) {
    this.dispatchEvent(new CustomEvent('nucleotide', { detail: position, bubbles: true }));
  }

  /**
   * @param {number} first 1-based
   * @param {number} last
   */
  choose(first, last) {
    this.dispatchEvent(new CustomEvent('range', { detail: { first, last }, bubbles: true }));
  }

  /** @param {PointerEvent} event */
  onMove(event) {
    const at = this.positionAt(event);
    this.point(at);
    if (this.rangeFrom !== null) this.choose(Math.min(this.rangeFrom, at), Math.max(this.rangeFrom, at));
    if (this.dragFrom === null) return;
    const { first, last } = this.range();
    const shift = ((this.dragFrom - event.clientX) / this.clientWidth) * (last - first);
    this.dragFrom = event.clientX;
    this.look(first + shift, last + shift);
  }

  /** @param {PointerEvent} event */
  onDown(event) {
    // A finger scrolls the page; only a mouse or pen drags the track.
    if (event.pointerType === 'touch' || event.button !== 0) return;
    if (event.shiftKey) this.rangeFrom = this.positionAt(event);
    else this.dragFrom = event.clientX;
    this.setPointerCapture(event.pointerId);
  }

  /** @param {WheelEvent} event */
  onWheel(event) {
    // The wheel alone scrolls the page, as everywhere; with Ctrl (or a pinch) it zooms.
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const { first, last } = this.range();
    const at = this.positionAt(event) - 0.5;
    const factor = Math.exp(event.deltaY * WHEEL_STEP);
    this.look(at - (at - first) * factor, at + (last - at) * factor);
  }

  /**
   * Asks the manager to show first..last (0-based, end-exclusive).
   * @param {number} first
   * @param {number} last
   */
  look(first, last) {
    const length = this.nucleotides;
    const span = Math.min(length, Math.max(Math.min(FEWEST_SHOWN, length), last - first));
    const start = Math.min(Math.max(0, first), length - span);
    const detail = { 'display-start': start + 1, 'display-end': start + span };
    this.dispatchEvent(new CustomEvent('change', { detail, bubbles: true }));
  }
}

// They differ in height and ground, which the style sheet knows.
for (const name of ['message-track', 'attention-track', 'gradient-track', 'mutation-track', 'motif-track'])
  customElements.define(name, class extends ZoomTrack {});
