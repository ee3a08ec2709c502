// @ts-check
import { html } from 'lit';
import { drawContributions } from './rows.js';
import { DIVERGING } from './scales.js';
import { peak, signed } from './values.js';
import { ZoomTrack } from './zoom-track.js';

/** @import { Box, Surface } from './surface.js' */
/** @import { View } from './rows.js' */

/**
 * Integrated gradients of one compartment: what each nucleotide adds to its score, what padding
 * does, and the scores with every k-mer withheld and of the RNA.
 * @typedef {{ compartment: string, values: Float32Array, top: number, padding: number, ends: number[] }} Gradients
 */

/** What integrated gradients are, in a biologist's words. */
export const GRADIENTS_TERM =
  'Integrated gradients: how much each nucleotide adds to the compartment’s score (red) or takes from it (blue). The RNA is faded in, from an empty input to the complete RNA, and the contribution of every nucleotide along this path is summed. It is about the network, not about the cell.';

/** What each nucleotide adds to one compartment's score: a row of cells. */
export class GradientTrack extends ZoomTrack {
  constructor() {
    super();
    /** One number per nucleotide. @type {Float32Array} */
    this.values = new Float32Array();
    /** The number that gets the scale's strongest colour. */
    this.top = 1;
  }

  /**
   * @param {Float32Array} values
   * @param {number} top
   */
  show(values, top) {
    this.values = values;
    this.nucleotides = values.length;
    this.top = top;
    this.paintSoon();
  }

  /**
   * @param {Surface} surface
   * @param {Box} box
   * @param {View} view
   */
  draw(surface, box, view) {
    drawContributions(surface, box, view, this);
  }
}

/**
 * What the nucleotides come to, beside what the score gains.
 * @param {Pick<Gradients, 'values' | 'padding' | 'ends'>} gradients
 */
export function inAll({ values, padding, ends: [withheld, whole] }) {
  const sum = values.reduce((total, value) => total + value, 0);
  const beside = Math.abs(padding) < 5e-4 ? '' : `, padding ${signed(padding)}`;
  return `Contributions sum to ${signed(sum)}${beside}; score without input ${signed(withheld)}, with this RNA ${signed(whole)}.`;
}

/**
 * The track with its name.
 * @param {Gradients} gradients
 */
export function gradientRow({ compartment, values }) {
  return html`<span class="track-name stacked"><span><span class="term" tabindex="0" title=${GRADIENTS_TERM}>Gradients</span></span><span class="quiet">${compartment}</span></span>
    <gradient-track role="img" aria-label="What each nucleotide adds to the score of ${compartment}, most at position ${peak(values)}"></gradient-track>`;
}

/** @param {Gradients} gradients */
export function gradientLegend({ compartment, top, ...rest }) {
  return html`<div class="legend">
    <span>−${top.toPrecision(2)}</span><i style="background:${DIVERGING}"></i><span>+${top.toPrecision(2)}</span>
    <span class="legend-note">What each nucleotide adds to the score of ${compartment} (integrated gradients). ${inAll(rest)}</span>
  </div>`;
}

customElements.define('gradient-track', GradientTrack);
