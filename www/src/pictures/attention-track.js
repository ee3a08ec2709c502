// @ts-check
import { drawWeights } from './rows.js';
import { ZoomTrack } from './zoom-track.js';

/** @import { Box, Surface } from './surface.js' */
/** @import { View } from './rows.js' */

/** One attention head over an RNA as a strip of cells. */
export class AttentionTrack extends ZoomTrack {
  constructor() {
    super();
    /** @type {ArrayLike<number>} one weight per nucleotide */
    this.weights = [];
    /** The weight that gets the scale's brightest colour. */
    this.top = 1;
  }

  /**
   * @param {ArrayLike<number>} weights
   * @param {number} top
   */
  show(weights, top) {
    this.weights = weights;
    this.nucleotides = weights.length;
    this.top = top;
    this.paintSoon();
  }

  /**
   * @param {Surface} surface
   * @param {Box} box
   * @param {View} view
   */
  draw(surface, box, view) {
    drawWeights(surface, box, view, { values: this.weights, top: this.top });
  }
}

customElements.define('attention-track', AttentionTrack);
