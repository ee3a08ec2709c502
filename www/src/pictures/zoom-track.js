// @ts-check
import { whole } from './rows.js';
import { paint } from './surface.js';

/** @import { Box, Surface } from './surface.js' */
/** @import { Theme } from './theme.js' */
/** @import { View } from './rows.js' */

/** Draws what is in view. @typedef {(surface: Surface, box: Box, view: View, theme: Theme) => void} Draw */
/** What a track shows: an RNA of so many nucleotides. @typedef {{ length: number, view: View, draw: Draw }} Shown */

const WHEEL_STEP = 0.0025;
const FEWEST_SHOWN = 8;
/** Fingers closer than this are taken to be so far apart. */
const LEAST_PINCH = 24;

/**
 * A picture along an RNA. Whoever shows several of them gives all the same view, and is asked for
 * another one by the event `look`. A pointer reads nucleotides (`nucleotide`). The mouse moves the
 * view by dragging, chooses a range (`range`) with Shift, and zooms with Ctrl and the wheel. A finger
 * reads where it is put down, and two fingers zoom and move.
 */
export class ZoomTrack extends HTMLElement {
  constructor() {
    super();
    /** @type {Shown} */
    this.picture = { length: 0, view: whole(1), draw: () => {} };
    this.canvas = document.createElement('canvas');
    /** Where the nucleotide pointed at is. An element, so that the pointer repaints nothing. */
    this.cursor = document.createElement('i');
    this.cursor.className = 'cursor';
    this.cursor.hidden = true;
    /** The nucleotide pointed at, 1-based. @type {number | null} */
    this.position = null;
    this.resizes = new ResizeObserver(() => this.paint());
    this.frame = 0;
    /** Where the mouse buttons and fingers that are down are, by their number. @type {Map<number, number>} */
    this.down = new Map();
    /** Where a range began. @type {number | null} */
    this.rangeFrom = null;
    /** Nucleotides under two fingers, which stay under them. @type {number[]} */
    this.pinched = [];
    this.addEventListener('wheel', (event) => this.onWheel(event), { passive: false });
    this.addEventListener('pointermove', (event) => this.onMove(event));
    this.addEventListener('pointerleave', (event) => this.onLeave(event));
    this.addEventListener('pointerdown', (event) => this.onDown(event));
    for (const end of ['pointerup', 'pointercancel'])
      this.addEventListener(end, (event) => this.onUp(/** @type {PointerEvent} */ (event)));
  }

  connectedCallback() {
    this.classList.add('zoom-track');
    this.replaceChildren(this.canvas, this.cursor);
    this.resizes.observe(this);
  }

  disconnectedCallback() {
    this.resizes.disconnect();
  }

  /** @param {Shown} picture */
  set shown(picture) {
    this.picture = picture;
    this.mark(this.position);
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.paint();
    });
  }

  get view() {
    return this.picture.view;
  }

  paint() {
    paint(this.canvas, (surface, box, theme) => this.picture.draw(surface, box, this.view, theme));
  }

  /** Marks the nucleotide pointed at. @param {number | null} position 1-based */
  mark(position) {
    this.position = position;
    const { first, last } = this.view;
    this.cursor.hidden = position === null || position <= first || position > last + 1;
    if (position === null) return;
    this.cursor.style.left = `${(100 * (position - 1 - first)) / (last - first)}%`;
    this.cursor.style.width = `${100 / (last - first)}%`;
  }

  /** The nucleotides at a place, from 0, fractional. @param {number} clientX */
  along(clientX) {
    const box = this.getBoundingClientRect();
    const { first, last } = this.view;
    return first + ((clientX - box.left) / box.width) * (last - first);
  }

  /** @param {number} clientX */
  positionAt(clientX) {
    return Math.min(this.picture.length, Math.max(1, Math.floor(this.along(clientX)) + 1));
  }

  /** @param {string} name @param {unknown} detail */
  say(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }

  /** @param {PointerEvent} event */
  onDown(event) {
    if (event.button !== 0) return;
    this.setPointerCapture(event.pointerId);
    this.down.set(event.pointerId, event.clientX);
    const at = this.positionAt(event.clientX);
    if (event.pointerType === 'touch') this.say('nucleotide', at);
    else if (event.shiftKey) this.rangeFrom = at;
    this.pinched = [...this.down.values()].map((x) => this.along(x));
  }

  /** @param {PointerEvent} event */
  onMove(event) {
    const from = this.down.get(event.pointerId);
    if (from !== undefined) this.down.set(event.pointerId, event.clientX);
    if (this.down.size > 1) return this.pinch();
    const at = this.positionAt(event.clientX);
    this.say('nucleotide', at);
    if (from === undefined || event.pointerType === 'touch') return;
    if (this.rangeFrom !== null)
      this.say('range', { first: Math.min(this.rangeFrom, at), last: Math.max(this.rangeFrom, at) });
    else this.drag(this.along(from) - this.along(event.clientX));
  }

  /** @param {PointerEvent} event */
  onUp(event) {
    this.down.delete(event.pointerId);
    this.pinched = [];
    this.rangeFrom = null;
  }

  /** @param {PointerEvent} event */
  onLeave(event) {
    // What a finger has read stays: there is no pointer left that could ask for it again.
    if (event.pointerType !== 'touch') this.say('nucleotide', null);
  }

  /** @param {number} shift in nucleotides */
  drag(shift) {
    const { first, last } = this.view;
    this.look(first + shift, last + shift);
  }

  /** Keeps the nucleotides under two fingers where they are. */
  pinch() {
    if (this.pinched.length < 2) return;
    const box = this.getBoundingClientRect();
    const [left, right] = [...this.down.values()].slice(0, 2).sort((a, b) => a - b);
    const [a, b] = this.pinched.slice(0, 2).sort((a, b) => a - b);
    const nucleotide = (b - a) / Math.max(LEAST_PINCH, right - left);
    const first = a - (left - box.left) * nucleotide;
    this.look(first, first + box.width * nucleotide);
  }

  /** @param {WheelEvent} event */
  onWheel(event) {
    // The wheel alone scrolls the page, as everywhere; with Ctrl (or a pinch) it zooms.
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const { first, last } = this.view;
    const at = this.along(event.clientX);
    const factor = Math.exp(event.deltaY * WHEEL_STEP);
    this.look(at - (at - first) * factor, at + (last - at) * factor);
  }

  /**
   * Asks for first..last (0-based, end-exclusive) to be shown, as far as the RNA reaches.
   * @param {number} first
   * @param {number} last
   */
  look(first, last) {
    this.say('look', within(this.picture.length, first, last));
  }
}

/**
 * A view of an RNA that is not beyond its ends, and not so small that nothing could be seen.
 * @param {number} length
 * @param {number} first
 * @param {number} last
 * @returns {View}
 */
export function within(length, first, last) {
  const span = Math.min(length, Math.max(Math.min(FEWEST_SHOWN, length), last - first));
  const start = Math.min(Math.max(0, first), length - span);
  return { first: start, last: start + span };
}

// They differ in height and ground, which the style sheet knows.
for (const name of [
  'message-track',
  'attention-track',
  'gradient-track',
  'mutation-track',
  'motif-track',
  'logo-track',
])
  customElements.define(name, class extends ZoomTrack {});
