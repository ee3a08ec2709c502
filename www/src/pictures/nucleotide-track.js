// @ts-check
import { ZoomTrack } from './zoom-track.js';

/** Nucleotides that Page Up and Page Down move by. */
const PAGE = 10;

/**
 * The nucleotides of an RNA on the axis of the tracks. The pointer reads them, and so do keys: for a
 * screen reader it is a slider along the RNA, whose value is a nucleotide and what is known of it.
 */
export class NucleotideTrack extends ZoomTrack {
  constructor() {
    super();
    this.addEventListener('keydown', (event) => this.onKey(event));
    this.addEventListener('focus', () => {
      if (this.position === null) this.moveTo(Math.floor(this.view.first) + 1);
    });
  }

  connectedCallback() {
    super.connectedCallback();
    this.tabIndex = 0;
    this.setAttribute('role', 'slider');
  }

  /** @param {PointerEvent} event */
  onDown(event) {
    super.onDown(event);
    if (event.button === 0) this.moveTo(this.positionAt(event.clientX));
  }

  /** @param {PointerEvent} event */
  onLeave(event) {
    // What the keys have read stays, too.
    if (document.activeElement !== this) super.onLeave(event);
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const from = this.position ?? Math.floor(this.view.first);
    const targets = /** @type {Record<string, number>} */ ({
      ArrowRight: from + 1,
      ArrowUp: from + 1,
      ArrowLeft: from - 1,
      ArrowDown: from - 1,
      PageUp: from + PAGE,
      PageDown: from - PAGE,
      Home: 1,
      End: this.picture.length,
    });
    if (!(event.key in targets) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.moveTo(targets[event.key]);
  }

  /** Reads a nucleotide, and moves the view there if it is not in it. @param {number} wanted 1-based */
  moveTo(wanted) {
    const position = Math.min(this.picture.length, Math.max(1, wanted));
    const { first, last } = this.view;
    const half = (last - first) / 2;
    if (position - 1 < first || position > last) this.look(position - half, position + half);
    this.say('nucleotide', position);
  }
}

customElements.define('nucleotide-track', NucleotideTrack);
