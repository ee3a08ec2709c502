// @ts-check
import { html, nothing } from 'lit';
import { gradientLegend } from './gradient-track.js';
import { topsOf } from './heads.js';
import { DIVERGING, GRADIENT } from './scales.js';
import { nucleotidesRead, significant, unread } from './values.js';

/** @import { Explained } from '../engine/types/engine.js' */
/** @import { Mutations } from './attention-map.js' */
/** @import { Gradients } from './gradient-track.js' */
/** @import { Scale } from './heads.js' */

/** What the hatching means, in the page and in files. @param {Explained} explained */
export function unreadInWords(explained) {
  if (unread(explained).length === 0) return '';
  const tail = explained.tail > 0 ? `; the poly-A tail of ${explained.tail} nt is cut` : '';
  return explained.regions ? `not read by the LSTM${tail}` : `not read${tail}`;
}

/**
 * What the colours of attention end at, in words.
 * @param {Explained} explained
 * @param {Scale} scale
 */
export function topInWords(explained, scale) {
  if (scale === 'row' && explained.heads.length > 1) return 'the highest of each row';
  return `${significant(topsOf(explained, scale)[0] * nucleotidesRead(explained))} × uniform`;
}

/** @param {Mutations} mutations */
export function mutationsInWords({ compartment, most }) {
  return `Change of the probability of ${compartment} if that one nucleotide were another; the largest is ${significant(most)}. A dot is the letter there now.`;
}

/**
 * What the colours of the map mean.
 * @param {Explained} explained
 * @param {{ scale: Scale, gradients: Gradients | null, mutations: Mutations | null }} shown
 */
export function mapLegend(explained, { scale, gradients, mutations }) {
  const hatched = unreadInWords(explained);
  return html`<div class="legends">
    <div class="legend">
      <span>0</span><i style="background:${GRADIENT}"></i><span>${topInWords(explained, scale)}</span>
      <span class="legend-note">Attention says where the network looked, not why. Uniform: if all nucleotides had the same.</span>
    </div>
    ${hatched ? html`<div class="legend"><i class="hatched"></i><span>${hatched}</span></div>` : nothing}
    ${gradients ? gradientLegend(gradients) : nothing}
    ${mutations ? mutationLegend(mutations) : nothing}
  </div>`;
}

/** @param {Mutations} mutations */
function mutationLegend(mutations) {
  const top = significant(mutations.top);
  return html`<div class="legend">
    <span>−${top}</span><i style="background:${DIVERGING}"></i><span>+${top}</span>
    <span class="legend-note">${mutationsInWords(mutations)}</span>
  </div>`;
}
