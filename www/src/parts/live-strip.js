// @ts-check
import { html } from 'lit';
import { View } from '../view.js';
import { topOf } from '../pictures/heads.js';
import { drawUnread, drawWeights } from '../pictures/rows.js';
import { paint } from '../pictures/surface.js';
import { unread, weightsRead } from '../pictures/values.js';

/** @import { Explained } from '../engine/types/engine.js' */
/** @import { Results } from '../state/results.js' */

/** Runs shorter than this are over before anything could be seen. */
const AFTER_MS = 800;
const BETWEEN_MS = 600;
/** An RNA's attention fills in from its start to its end in so many milliseconds. */
const FILL_MS = 450;

/** While a run goes on: the attention over the RNA predicted last, filling in. */
export class LiveStrip extends View {
  static properties = {
    results: { attribute: false },
    row: { type: Number },
    running: { type: Boolean },
    name: { state: true },
  };

  constructor() {
    super();
    /** Of the run under way. @type {Results | null} */
    this.results = null;
    /** The row predicted last; -1 if there is none. */
    this.row = -1;
    this.running = false;
    this.name = '';
    this.since = 0;
    this.asking = false;
  }

  /** @param {Map<string, unknown>} changed */
  updated(changed) {
    if (changed.has('running')) {
      this.since = performance.now();
      this.name = '';
      this.canvas?.getContext('2d')?.clearRect(0, 0, 1e5, 1e5);
      if (this.running) setTimeout(() => this.show(), AFTER_MS);
    }
  }

  get canvas() {
    return /** @type {HTMLCanvasElement | null} */ (this.querySelector('canvas'));
  }

  async show() {
    if (!this.running || this.asking || !this.isConnected) return;
    this.asking = true;
    try {
      if (this.results && this.row >= 0) {
        const explained = await this.results.explain(this.row);
        if (this.running) this.fill(explained);
      }
    } catch {
      // Something to look at, no result: what fails here is told by the run itself.
    }
    this.asking = false;
    setTimeout(() => this.show(), BETWEEN_MS);
  }

  /** @param {Explained} explained */
  fill(explained) {
    const { canvas } = this;
    if (!canvas) return;
    const { id, heads, probabilities } = explained;
    this.name = id;
    const head = heads[heads.length > 1 ? probabilities.indexOf(Math.max(...probabilities)) : 0];
    const weights = { values: weightsRead(head.weights, explained), top: topOf(explained, head) };
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const began = performance.now();
    const step = () => {
      const share = still ? 1 : Math.min(1, (performance.now() - began) / FILL_MS);
      const view = { first: 0, last: Math.max(1, share * explained.length) };
      paint(canvas, (surface, box, theme) => {
        const filled = { ...box, width: box.width * share };
        drawWeights(surface, filled, view, weights);
        drawUnread(surface, filled, view, unread(explained), theme);
      });
      if (share < 1 && this.running) requestAnimationFrame(step);
    };
    step();
  }

  render() {
    return html`<canvas aria-hidden="true"></canvas><span class="quiet">${this.name ? `attention over ${this.name}` : ' '}</span>`;
  }
}

customElements.define('live-strip', LiveStrip);
