// @ts-check
import { paintRow } from './cividis.js';
import { ZoomTrack } from './zoom-track.js';

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
   * @param {CanvasRenderingContext2D} context
   * @param {{ first: number, last: number, width: number, height: number }} box
   */
  draw(context, { first, last, width, height }) {
    paintRow(context, this.weights, { first, last, top: this.top, x: 0, y: 0, width, height });
  }
}

customElements.define('attention-track', AttentionTrack);
