// @ts-check
import { html } from 'lit';
import { DIVERGING, diverging } from './diverging.js';
import { ZoomTrack } from './zoom-track.js';

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
   * @param {CanvasRenderingContext2D} context
   * @param {{ first: number, last: number, width: number, height: number }} box
   */
  draw(context, { first, last, width, height }) {
    const cell = width / (last - first);
    const perCell = Math.max(1, Math.floor(1 / cell));
    const to = Math.min(this.nucleotides, Math.ceil(last));
    for (let i = Math.max(0, Math.floor(first)); i < to; i += perCell) {
      context.fillStyle = diverging(strongest(this.values, i, Math.min(to, i + perCell)) / this.top);
      context.fillRect((i - first) * cell, 0, perCell * cell + 0.4, height);
    }
  }
}

/**
 * The number farthest from 0: where several nucleotides share a pixel none is lost.
 * @param {ArrayLike<number>} values
 * @param {number} from
 * @param {number} to end-exclusive
 */
export function strongest(values, from, to) {
  let most = 0;
  for (let i = from; i < to; i += 1) if (Math.abs(values[i]) > Math.abs(most)) most = values[i];
  return most;
}

/** @param {number} value */
export function signed(value) {
  return `${value >= 0 ? '+' : '−'}${Math.abs(value).toFixed(3)}`;
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
  const most = values.reduce((at, value, i) => (value > values[at] ? i : at), 0) + 1;
  return html`<span class="track-name stacked"><span><span class="term" tabindex="0" title=${GRADIENTS_TERM}>Gradients</span></span><span class="quiet">${compartment}</span></span>
    <gradient-track role="img" aria-label="What each nucleotide adds to the score of ${compartment}, most at position ${most}"></gradient-track>`;
}

/** @param {Gradients} gradients */
export function gradientLegend({ compartment, top, ...rest }) {
  return html`<div class="legend">
    <span>−${top.toPrecision(2)}</span><i style="background:${DIVERGING}"></i><span>+${top.toPrecision(2)}</span>
    <span class="legend-note">What each nucleotide adds to the score of ${compartment} (integrated gradients). ${inAll(rest)}</span>
  </div>`;
}

customElements.define('gradient-track', GradientTrack);
