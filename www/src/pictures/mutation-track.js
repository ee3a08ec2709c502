// @ts-check
import { drawMutations } from './rows.js';
import { ZoomTrack } from './zoom-track.js';

/** @import { Box, Surface } from './surface.js' */
/** @import { View } from './rows.js' */

/** What changing each nucleotide to A, C, G or U does to one probability: four rows of cells. */
export class MutationTrack extends ZoomTrack {
  constructor() {
    super();
    /** Changes by position and letter; NaN where nobody has asked yet. @type {Float32Array} */
    this.changes = new Float32Array();
    /** The change that gets the scale's strongest colour. */
    this.top = 1;
    this.sequence = '';
  }

  /**
   * @param {Float32Array} changes
   * @param {number} top
   * @param {string} sequence
   */
  show(changes, top, sequence) {
    this.changes = changes;
    this.nucleotides = sequence.length;
    this.top = top;
    this.sequence = sequence;
    this.paintSoon();
  }

  /**
   * @param {Surface} surface
   * @param {Box} box
   * @param {View} view
   */
  draw(surface, box, view) {
    drawMutations(surface, box, view, this);
  }
}

customElements.define('mutation-track', MutationTrack);
