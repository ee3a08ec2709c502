// @ts-check
/** The attention picture as a file: an SVG drawn from the weights, and a PNG of it. */
import { cividis, inkOn, shade } from './cividis.js';
import { headName, highest } from './attention-map.js';

/** @import { Explained } from '../types/page.js' */

const WIDTH = 1200;
const LABEL = 150;
const MARGIN = 24;
const STRIP = 26;
const LETTER = 15;
/** Longer RNAs are drawn as strips only: their letters would fill pages. */
const MOST_LETTERS = 3000;

/** @param {string} text */
function escape(text) {
  return text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

/**
 * @param {ArrayLike<number>} weights
 * @param {number} top
 * @param {number} y
 */
function strip(weights, top, y) {
  const cell = (WIDTH - LABEL - 2 * MARGIN) / weights.length;
  let drawn = '';
  for (let i = 0; i < weights.length;) {
    // Neighbours of one shade are one rectangle: long RNAs stay small files.
    let end = i + 1;
    while (end < weights.length && shade(weights[end] / top) === shade(weights[i] / top)) end += 1;
    const x = (MARGIN + LABEL + i * cell).toFixed(2);
    drawn += `<rect x="${x}" y="${y}" width="${((end - i) * cell).toFixed(2)}" height="${STRIP - 4}" fill="${cividis(weights[i] / top)}"/>`;
    i = end;
  }
  return drawn;
}

/**
 * @param {string} sequence
 * @param {ArrayLike<number>} weights
 * @param {number} top
 * @param {number} y
 */
function letters(sequence, weights, top, y) {
  const perLine = Math.floor((WIDTH - LABEL - 2 * MARGIN) / LETTER / 10) * 10;
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
 * @param {number} top
 * @param {number} y
 */
function legend(top, y) {
  const steps = Array.from({ length: 64 }, (_, i) => `<rect x="${MARGIN + LABEL + 16 + i * 3}" y="${y}" width="3.2" height="10" fill="${cividis(i / 63)}"/>`);
  return `<text x="${MARGIN}" y="${y + 10}" class="mute">attention weight</text><text x="${MARGIN + LABEL}" y="${y + 10}" class="mute">0</text>${steps.join('')}<text x="${MARGIN + LABEL + 220}" y="${y + 10}" class="mute">${top.toPrecision(2)}</text>`;
}

/**
 * @param {Explained} explained
 * @param {number} chosen index of the head whose letters are drawn
 * @param {string} provenance model, version and tool, written under the picture
 * @returns {string}
 */
export function attentionSvg(explained, chosen, provenance) {
  const { id, sequence, heads } = explained;
  const top = highest(heads);
  let y = MARGIN + 40;
  let body = '';
  for (const head of heads) {
    body += `<text x="${MARGIN}" y="${y + 15}">${escape(headName(head))}</text>${strip(head.weights, top, y)}`;
    y += STRIP;
  }
  y += 16;
  if (sequence.length <= MOST_LETTERS) {
    body += `<text x="${MARGIN}" y="${y + 10}" class="mute">Nucleotides: ${escape(headName(heads[chosen]))}</text>`;
    const spelled = letters(sequence, heads[chosen].weights, top, y + 20);
    body += spelled.drawn;
    y += spelled.height + 28;
  }
  body += legend(top, y);
  y += 36;
  body += `<text x="${MARGIN}" y="${y}" class="mute">${escape(provenance)}</text>`;
  const height = y + MARGIN;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="13">
<style>text{fill:#1b2127}.mute{fill:#5c6670;font-size:12px}.nt{font-family:monospace;font-size:13px;text-anchor:middle}.nt[fill="#ffffff"]{fill:#ffffff}.title{font-size:17px;font-weight:600}</style>
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="${MARGIN}" y="${MARGIN + 14}" class="title">${escape(id)} (${sequence.length} nt)</text>
${body}
</svg>
`;
}

/**
 * @param {string} svg
 * @returns {Promise<Blob>} the picture at twice its size, for print
 */
export async function svgToPng(svg) {
  const address = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.width * 2;
    canvas.height = image.height * 2;
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
    if (!blob) throw new Error('The picture is too large for a PNG here. Save it as SVG.');
    return blob;
  } finally {
    URL.revokeObjectURL(address);
  }
}
