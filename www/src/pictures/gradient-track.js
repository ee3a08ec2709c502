// @ts-check
import { html } from 'lit';
import { term } from '../explained-term.js';
import { DIVERGING } from './scales.js';
import { peak, signed, significant } from './values.js';

/** @import { Shown } from './zoom-track.js' */

/**
 * Integrated gradients of one compartment: what each nucleotide adds to its score, what padding
 * does, and the scores with every k-mer withheld and of the RNA.
 * @typedef {{ compartment: string, values: Float32Array, top: number, padding: number, ends: number[] }} Gradients
 */

/** What integrated gradients are, in a biologist's words. */
export const GRADIENTS_TERM =
  'Integrated gradients: how much each nucleotide adds to the compartment’s score (red) or takes from it (blue). The RNA is faded in, from an empty input to the complete RNA, and the contribution of every nucleotide along this path is summed. It is about the network, not about the cell.';

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
 * @param {Shown} picture
 */
export function gradientRow({ compartment, values }, picture) {
  return html`<span class="track-name stacked"><span>${term('Gradients', GRADIENTS_TERM)}</span><span class="quiet">${compartment}</span></span>
    <gradient-track role="img" aria-label="What each nucleotide adds to the score of ${compartment}, most at position ${peak(values)}" .shown=${picture}></gradient-track>`;
}

/** @param {Gradients} gradients */
export function gradientLegend({ compartment, top, ...rest }) {
  return html`<div class="legend">
    <span>−${significant(top)}</span><i style="background:${DIVERGING}"></i><span>+${significant(top)}</span>
    <span class="legend-note">What each nucleotide adds to the score of ${compartment} (integrated gradients). ${inAll(rest)}</span>
  </div>`;
}
