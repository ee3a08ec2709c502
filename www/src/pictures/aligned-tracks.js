// @ts-check
import { html } from 'lit';
import { Sized } from './sized.js';
import { GRADIENT, paintRow } from './cividis.js';

/** @import { Stretch } from '../engine/types/core.js' */
/** @import { Explained } from '../engine/types/engine.js' */

const GAP = NaN;

/**
 * Weights laid out over the alignment of two RNAs: NaN where this one has no nucleotide.
 * @param {Float32Array} weights
 * @param {Stretch[]} stretches
 * @param {'first' | 'second'} which
 */
export function laidOut(weights, stretches, which) {
  /** @type {number[]} */
  const row = [];
  for (const stretch of stretches) {
    const own = stretch[which].end - stretch[which].start;
    const width = Math.max(stretch.first.end - stretch.first.start, stretch.second.end - stretch.second.start);
    for (let i = 0; i < width; i += 1) row.push(i < own ? weights[stretch[which].start + i] : GAP);
  }
  return Float32Array.from(row);
}

/** The attention over two RNAs, aligned, a pair of strips per head; what differs is marked between them. */
export class AlignedTracks extends Sized {
  static properties = { first: { attribute: false }, second: { attribute: false }, stretches: { attribute: false } };

  constructor() {
    super();
    /** @type {Explained | null} */
    this.first = null;
    /** @type {Explained | null} */
    this.second = null;
    /** @type {Stretch[]} */
    this.stretches = [];
  }

  resized() {
    this.paint();
  }

  updated() {
    this.paint();
  }

  paint() {
    const { first, second, stretches } = this;
    if (!first || !second) return;
    this.querySelectorAll('canvas').forEach((canvas, head) => {
      const { clientWidth: width, clientHeight: height } = canvas;
      const context = canvas.getContext('2d');
      if (!context || !width) return;
      const scale = devicePixelRatio || 1;
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
      context.scale(scale, scale);
      const rows = [laidOut(first.heads[head].weights, stretches, 'first'), laidOut(second.heads[head].weights, stretches, 'second')];
      const top = Math.max(...rows.map((row) => row.reduce((high, weight) => (weight > high ? weight : high), 0))) || 1;
      const strip = (height - 6) / 2;
      rows.forEach((row, i) => {
        // A gap has no weight: nothing is painted over it but the paper.
        const filled = row.map((weight) => (Number.isNaN(weight) ? 0 : weight));
        const y = i * (strip + 6);
        paintRow(context, filled, { first: 0, last: row.length, top, x: 0, y, width, height: strip });
        row.forEach((weight, at) => {
          if (Number.isNaN(weight)) context.clearRect((at * width) / row.length, y, width / row.length + 0.5, strip);
        });
      });
      this.paintChanges(context, rows[0].length, width, strip);
    });
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} length of the alignment
   * @param {number} width
   * @param {number} y
   */
  paintChanges(context, length, width, y) {
    context.fillStyle = '#d55e00';
    let at = 0;
    for (const { same, first, second } of this.stretches) {
      const own = Math.max(first.end - first.start, second.end - second.start);
      if (!same) context.fillRect((at * width) / length, y + 1, Math.max(2, (own * width) / length), 4);
      at += own;
    }
  }

  render() {
    return html`<div class="tracks aligned">
        ${this.first?.heads.map(
          ({ compartment }) => html`<span class="track-name">${compartment ?? 'All compartments'}</span>
            <canvas role="img" aria-label="Attention for ${compartment ?? 'all compartments'}: ${this.first?.id} above, the variant below"></canvas>`,
        )}
      </div>
      <div class="legend">
        <span>less attention</span><i style="background:${GRADIENT}"></i><span>more</span>
        <span class="legend-note">${this.first?.id} above, the variant below; orange where they differ, empty where one has no nucleotide.</span>
      </div>`;
  }
}

customElements.define('aligned-tracks', AlignedTracks);
