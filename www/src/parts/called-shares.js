// @ts-check
/** For many RNAs at once: the share of them that is called for each compartment, in the picture of a cell. */
import { html } from 'lit';
import { plural } from '../numbers.js';
import './cell-panel.js';
import { shareBar } from './share-bar.js';

/** @import { CellKey } from '../pictures/cell-drawn.js' */
/** @import { Shade } from '../pictures/cell-labels.js' */

/** @type {CellKey} */
const SHARE_KEY = { low: '0 %', high: '100 % of the RNAs', called: '', absent: 'not predicted by this model' };

/** @param {number} share */
function percent(share) {
  return `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
}

/**
 * What the cell shows of the calls of many RNAs.
 * @param {string[]} compartments
 * @param {number[]} counts RNAs called, by compartment
 * @param {number} rnas
 * @returns {Shade[]}
 */
export function shareShades(compartments, counts, rnas) {
  return compartments.map((compartment, i) => {
    const share = counts[i] / Math.max(1, rnas);
    return { compartment, share, words: `${percent(share)} (${counts[i].toLocaleString('en')})`, called: false };
  });
}

/**
 * @param {{ compartments: string[], counts: number[], none: number, rnas: number, file: string, provenance: string }} shown none: RNAs without a call
 */
export function calledShares({ compartments, counts, none, rnas, file, provenance }) {
  const shades = shareShades(compartments, counts, rnas);
  const caption = `Share of the ${plural(rnas, 'RNA')} called for each compartment`;
  return html`<cell-panel
    what="the shares"
    .heading=${html`<h3>${caption}</h3>`}
    .file=${file}
    .caption=${caption}
    .provenance=${provenance}
    .shades=${shades}
    .key=${SHARE_KEY}
    .columns=${['Share', 'RNAs called']}
    .cells=${shades.map(({ share }, i) => [shareBar(share, percent(share), { isStrong: false }), counts[i].toLocaleString('en')])}
    .words=${html`<p class="hint">An RNA may be called for several compartments. ${none > 0 ? `None is called for ${plural(none, 'RNA')}.` : ''}</p>`}
  ></cell-panel>`;
}
