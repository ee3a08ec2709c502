// @ts-check
import { whole } from './rows.js';
import { ZoomTrack } from './zoom-track.js';

/** A handle reaches so far to either side of its edge, in pixels: a finger's width in all. */
const HANDLE = 12;

/**
 * The whole RNA, and which part of it the tracks show: a window that can be moved, and widened at its
 * edges. A press beside the window brings it there.
 */
export class ZoomWindow extends ZoomTrack {
  constructor() {
    super();
    this.window = document.createElement('i');
    this.window.className = 'window';
    /** What is dragged. @type {'first' | 'last' | 'window'} */
    this.held = 'window';
  }

  connectedCallback() {
    super.connectedCallback();
    this.append(this.window);
  }

  get view() {
    return whole(this.picture.length || 1);
  }

  paint() {
    super.paint();
    const { first, last } = this.picture.view;
    const { length } = this.picture;
    this.window.style.left = `${(100 * first) / length}%`;
    this.window.style.width = `${(100 * (last - first)) / length}%`;
  }

  /** @param {PointerEvent} event */
  onDown(event) {
    if (event.button !== 0) return;
    this.setPointerCapture(event.pointerId);
    this.down.set(event.pointerId, event.clientX);
    const { first, last } = this.picture.view;
    const at = this.along(event.clientX);
    const reach = this.along(HANDLE) - this.along(0);
    this.held = 'window';
    if (Math.abs(at - last) < reach) this.held = 'last';
    else if (Math.abs(at - first) < reach) this.held = 'first';
    else if (at < first || at > last) this.look(at - (last - first) / 2, at + (last - first) / 2);
  }

  /** @param {PointerEvent} event */
  onMove(event) {
    const from = this.down.get(event.pointerId);
    if (from === undefined) return;
    this.down.set(event.pointerId, event.clientX);
    const shift = this.along(event.clientX) - this.along(from);
    const { first, last } = this.picture.view;
    if (this.held === 'first') this.look(Math.max(0, Math.min(first + shift, last - 1)), last);
    else if (this.held === 'last') this.look(first, Math.max(last + shift, first + 1));
    else this.look(first + shift, last + shift);
  }

  onLeave() {}
}

customElements.define('zoom-window', ZoomWindow);
