// @ts-check
import { paintRow } from './cividis.js';

const WHEEL_STEP = 0.0025;
const FEWEST_SHOWN = 8;

/**
 * One attention head over an RNA as a strip of cells: a track that zooms together
 * with the Nightingale tracks under the same nightingale-manager, which sets
 * `length`, `display-start`, `display-end` and `highlight` on it.
 */
export class AttentionTrack extends HTMLElement {
  static observedAttributes = ['length', 'display-start', 'display-end', 'highlight'];

  constructor() {
    super();
    /** @type {ArrayLike<number>} one weight per nucleotide */
    this.weights = [];
    /** The weight that gets the scale's brightest colour. */
    this.top = 1;
    this.canvas = document.createElement('canvas');
    this.resizes = new ResizeObserver(() => this.paint());
    this.frame = 0;
    /** @type {number | null} */
    this.dragFrom = null;
    this.addEventListener('wheel', (event) => this.onWheel(event), { passive: false });
    this.addEventListener('pointermove', (event) => this.onMove(event));
    this.addEventListener('pointerleave', () => this.point(null));
    this.addEventListener('pointerdown', (event) => this.onDown(event));
    this.addEventListener('pointerup', () => (this.dragFrom = null));
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
   * @param {ArrayLike<number>} weights
   * @param {number} top
   */
  show(weights, top) {
    this.weights = weights;
    this.top = top;
    this.paintSoon();
  }

  /** The nucleotides in view, 0-based, end-exclusive, fractional while zooming. */
  range() {
    const length = this.weights.length || 1;
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
    const { clientWidth: width, clientHeight: height } = this;
    if (!width || !height) return;
    const scale = devicePixelRatio || 1;
    this.canvas.width = Math.round(width * scale);
    this.canvas.height = Math.round(height * scale);
    const context = this.canvas.getContext('2d');
    if (!context) return;
    context.scale(scale, scale);
    const { first, last } = this.range();
    paintRow(context, this.weights, { first, last, top: this.top, x: 0, y: 0, width, height });
    this.paintHighlight(context, first, width / (last - first), height);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} first
   * @param {number} cell
   * @param {number} height
   */
  paintHighlight(context, first, cell, height) {
    const position = Number((this.getAttribute('highlight') ?? '').split(':')[0]);
    if (!position) return;
    context.strokeStyle = '#ffffff';
    context.lineWidth = 2;
    context.strokeRect((position - 1 - first) * cell, 1, Math.max(cell, 2), height - 2);
  }

  /** @param {{ clientX: number }} event */
  positionAt(event) {
    const box = this.getBoundingClientRect();
    const { first, last } = this.range();
    const at = Math.floor(first + ((event.clientX - box.left) / box.width) * (last - first));
    return Math.min(this.weights.length, Math.max(1, at + 1));
  }

  /** @param {number | null} position 1-based */
  point(position) {
    this.dispatchEvent(new CustomEvent('nucleotide', { detail: position, bubbles: true }));
  }

  /** @param {PointerEvent} event */
  onMove(event) {
    this.point(this.positionAt(event));
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
    this.dragFrom = event.clientX;
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
    const length = this.weights.length;
    const span = Math.min(length, Math.max(Math.min(FEWEST_SHOWN, length), last - first));
    const start = Math.min(Math.max(0, first), length - span);
    const detail = { 'display-start': start + 1, 'display-end': start + span };
    this.dispatchEvent(new CustomEvent('change', { detail, bubbles: true }));
  }
}

customElements.define('attention-track', AttentionTrack);
