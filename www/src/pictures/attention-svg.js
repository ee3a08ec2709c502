// @ts-check
/** The attention picture of the Predict view as a file, drawn from the weights. */
import { cividis, inkOn } from './cividis.js';
import { headName, highest } from './heads.js';
import { diverging } from './diverging.js';
import { inAll, strongest } from './gradient-track.js';
import { INNER, LABEL, MARGIN, cells, escape, legend, sheet, strip } from './svg.js';

export { savePicture } from './svg.js';

/** @import { FoundMotif } from '../engine/types/core.js' */
/** @import { Explained } from '../engine/types/engine.js' */
/** @import { Mutations } from './attention-map.js' */
/** @import { Gradients } from './gradient-track.js' */

const STRIP = 26;
const LETTER = 15;
/** Longer RNAs are drawn as strips only: their letters would fill pages. */
const MOST_LETTERS = 3000;

/**
 * @param {string} sequence
 * @param {ArrayLike<number>} weights
 * @param {number} top
 * @param {number} y
 */
function letters(sequence, weights, top, y) {
  const perLine = Math.floor(INNER / LETTER / 10) * 10;
  let drawn = '';
  for (let i = 0; i < sequence.length; i += 1) {
    const x = MARGIN + LABEL + (i % perLine) * LETTER;
    const line = y + Math.floor(i / perLine) * (LETTER + 9);
    const share = weights[i] / top;
    if (i % perLine === 0) drawn += `<text x="${MARGIN}" y="${line + 14}" class="mute">${i + 1}</text>`;
    drawn += `<rect x="${x}" y="${line}" width="${LETTER - 1}" height="${LETTER + 4}" fill="${cividis(share)}"/>`;
    drawn += `<text x="${x + LETTER / 2 - 0.5}" y="${line + 14}" class="nt" fill="${inkOn(share)}">${escape(sequence[i])}</text>`;
  }
  return { drawn, height: Math.ceil(sequence.length / perLine) * (LETTER + 9) };
}

/**
 * Four rows of cells, what is known of the mutagenesis.
 * @param {Mutations} mutations
 * @param {number} length
 * @param {number} y
 */
function mutationRows({ compartment, changes, top }, length, y) {
  const cell = INNER / length;
  let drawn = `<text x="${MARGIN}" y="${y + 12}">${escape(compartment)}</text><text x="${MARGIN}" y="${y + 28}" class="mute">if A, C, G, U</text><text x="${MARGIN}" y="${y + 44}" class="mute">−${top.toFixed(2)} blue, +${top.toFixed(2)} red</text>`;
  changes.forEach((change, at) => {
    const share = change / top;
    // What changes next to nothing is paper.
    if (Number.isNaN(change) || Math.abs(share) < 0.02) return;
    const x = MARGIN + LABEL + Math.floor(at / 4) * cell;
    drawn += `<rect x="${x.toFixed(2)}" y="${y + (at % 4) * 12}" width="${Math.max(cell - (cell > 3 ? 0.5 : 0), 0.3).toFixed(2)}" height="11" fill="${diverging(share)}"/>`;
  });
  return `<g class="mutagenesis">${drawn}</g>`;
}

/**
 * One row of cells with its numbers under it.
 * @param {Gradients} gradients
 * @param {number} y
 */
function gradientRow({ compartment, values, top, ...rest }, y) {
  const row = cells(values.length, y, STRIP - 4, (from, to) => diverging(strongest(values, from, to) / top));
  const said = [`Integrated gradients, what each nucleotide adds to the score of ${compartment}: −${top.toPrecision(2)} blue, +${top.toPrecision(2)} red.`, inAll({ values, ...rest })];
  const lines = said.map((line, i) => `<text x="${MARGIN + LABEL}" y="${y + STRIP + 12 + 16 * i}" class="mute">${escape(line)}</text>`);
  return `<g class="gradients"><text x="${MARGIN}" y="${y + 15}">${escape(compartment)}</text><text x="${MARGIN}" y="${y + STRIP + 12}" class="mute">gradients</text>${row}${lines.join('')}</g>`;
}

/**
 * One row of boxes where the motif stands.
 * @param {FoundMotif} found
 * @param {number} length
 * @param {number} y
 */
function motifRow({ motif, starts }, length, y) {
  const cell = INNER / length;
  const boxes = starts.map((start) => `<rect x="${(MARGIN + LABEL + start * cell).toFixed(2)}" y="${y}" width="${Math.max(1, motif.letters.length * cell - (cell > 4 ? 1 : 0)).toFixed(2)}" height="${STRIP - 10}"/>`);
  return `<g class="motif"><text x="${MARGIN}" y="${y + 12}">${escape(motif.name)}</text>${boxes.join('')}</g>`;
}

/**
 * @param {Explained} explained
 * @param {number} chosen index of the head whose letters are drawn
 * @param {string} provenance model, version and tool, written under the picture
 * @param {{ mutations?: Mutations | null, gradients?: Gradients | null, motif?: FoundMotif | null }} [beside] what else is shown
 * @returns {string}
 */
export function attentionSvg(explained, chosen, provenance, { mutations, gradients, motif } = {}) {
  const { id, sequence, heads } = explained;
  const top = highest(heads);
  let y = MARGIN + 40;
  let body = '';
  for (const head of heads) {
    body += `<text x="${MARGIN}" y="${y + 15}">${escape(headName(head))}</text>${strip(head.weights, top, y, STRIP - 4)}`;
    y += STRIP;
  }
  y += 16;
  if (gradients) {
    body += gradientRow(gradients, y);
    y += STRIP + 46;
  }
  if (mutations) {
    body += mutationRows(mutations, sequence.length, y);
    y += 64;
  }
  if (motif) {
    body += motifRow(motif, sequence.length, y);
    y += STRIP + 6;
  }
  if (sequence.length <= MOST_LETTERS) {
    body += `<text x="${MARGIN}" y="${y + 10}" class="mute">Nucleotides: ${escape(headName(heads[chosen]))}</text>`;
    const spelled = letters(sequence, heads[chosen].weights, top, y + 20);
    body += spelled.drawn;
    y += spelled.height + 28;
  }
  body += legend(top, y);
  return sheet(`${id} (${sequence.length} nt)`, body, y + 36, provenance);
}
