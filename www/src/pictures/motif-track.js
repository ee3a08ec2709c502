// @ts-check
import { html } from 'lit';
import { ZoomTrack } from './zoom-track.js';

/** @import { FoundMotif } from '../engine/types/core.js' */

/** Where one motif stands along an RNA. */
export class MotifTrack extends ZoomTrack {
  constructor() {
    super();
    /** From 0, rising. @type {number[]} */
    this.starts = [];
    /** Nucleotides of the motif. */
    this.span = 1;
  }

  /**
   * @param {FoundMotif} found
   * @param {number} nucleotides of the RNA
   */
  show({ starts, motif }, nucleotides) {
    this.starts = starts;
    this.span = motif.letters.length;
    this.nucleotides = nucleotides;
    this.paintSoon();
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {{ first: number, last: number, width: number, height: number }} box
   */
  draw(context, { first, last, width, height }) {
    const cell = width / (last - first);
    context.fillStyle = getComputedStyle(this).color;
    for (const start of this.starts) {
      if (start >= last) break;
      if (start + this.span > first) context.fillRect((start - first) * cell, 0, Math.max(2, this.span * cell - (cell > 4 ? 1 : 0)), height);
    }
  }
}

/**
 * The track with its name.
 * @param {FoundMotif} found
 */
export function motifRow({ motif, starts }) {
  return html`<span class="track-name stacked"><span>${motif.name}</span>${motif.name === motif.letters ? '' : html`<span class="quiet">${motif.letters}</span>`}</span>
    <motif-track role="img" aria-label="${motif.letters} stands at ${starts.length === 1 ? `position ${starts[0] + 1}` : `${starts.length} places, first at position ${starts[0] + 1}`}"></motif-track>`;
}

customElements.define('motif-track', MotifTrack);
