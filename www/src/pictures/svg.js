// @ts-check
/**
 * What the pictures saved as files have in common: one width, a title, a line on
 * where they come from, and their own colours, so that a file stands alone.
 */
import { save } from '../state/files.js';
import { cividis } from './cividis.js';

export const WIDTH = 1200;
export const LABEL = 150;
export const MARGIN = 24;
/** The width of a strip of weights, right of its label. */
export const INNER = WIDTH - LABEL - 2 * MARGIN;
/** The page's light colours: a file is read on paper and on slides. */
export const INK = '#1b2127';
export const MUTE = '#5c6670';
export const ACCENT = '#0b6e75';

/** A strip has no more cells than this: two per pixel, all that a PNG can show. */
const MOST_CELLS = 2 * INNER;
/** Letters in a line of the text under a picture. */
const LINE = 165;

/** @param {string} text */
export function escape(text) {
  return text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

/**
 * One row of weights as cells of colour. Where several nucleotides share a cell the
 * highest is drawn, as on the page, so that no peak is lost.
 * @param {ArrayLike<number>} weights
 * @param {number} top the weight that gets the scale's brightest colour
 * @param {number} y
 * @param {number} height
 */
export function strip(weights, top, y, height) {
  const drawn = cells(weights.length, y, height, (from, to) => {
    let high = 0;
    for (let i = from; i < to; i += 1) high = Math.max(high, weights[i]);
    return cividis(high / top);
  });
  return `<g class="strip">${drawn}</g>`;
}

/**
 * A row of cells along an RNA, coloured by the nucleotides each covers.
 * @param {number} length of the RNA
 * @param {number} y
 * @param {number} height
 * @param {(from: number, to: number) => string} colour of nucleotides from 0, end-exclusive
 */
export function cells(length, y, height, colour) {
  const perCell = Math.ceil(length / MOST_CELLS);
  const colours = Array.from({ length: Math.ceil(length / perCell) }, (_, cell) => colour(cell * perCell, Math.min(length, (cell + 1) * perCell)));
  const at = (/** @type {number} */ cell) => MARGIN + LABEL + (Math.min(cell * perCell, length) / length) * INNER;
  let drawn = '';
  for (let i = 0; i < colours.length;) {
    // Neighbours of one shade are one rectangle: long RNAs stay small files.
    let end = i + 1;
    while (end < colours.length && colours[end] === colours[i]) end += 1;
    // A little under the next one: no seam of paper shows between them.
    const right = Math.min(at(end) + 0.5, WIDTH - MARGIN);
    drawn += `<rect x="${at(i).toFixed(2)}" y="${y}" width="${(right - at(i)).toFixed(2)}" height="${height}" fill="${colours[i]}"/>`;
    i = end;
  }
  return drawn;
}

/**
 * The colour scale with its ends.
 * @param {number} top
 * @param {number} y
 * @param {string} [name]
 */
export function legend(top, y, name = 'attention weight') {
  const steps = Array.from({ length: 64 }, (_, i) => `<rect x="${MARGIN + LABEL + 16 + i * 3}" y="${y}" width="3.2" height="10" fill="${cividis(i / 63)}"/>`);
  return `<text x="${MARGIN}" y="${y + 10}" class="mute">${name}</text><text x="${MARGIN + LABEL}" y="${y + 10}" class="mute">0</text>${steps.join('')}<text x="${MARGIN + LABEL + 220}" y="${y + 10}" class="mute">${top.toPrecision(2)}</text>`;
}

/** @param {string} text */
function lines(text) {
  const full = [''];
  for (const word of text.split(' ')) {
    const line = full[full.length - 1];
    if (line && line.length + word.length >= LINE) full.push(word);
    else full[full.length - 1] = line ? `${line} ${word}` : word;
  }
  return full;
}

/**
 * The whole file: a title over the picture and its provenance under it.
 * @param {string} title
 * @param {string} body what is drawn, as SVG elements below y = MARGIN + 40
 * @param {number} end where the body ends
 * @param {string} provenance tool, version and model or training, in words
 */
export function sheet(title, body, end, provenance) {
  const said = lines(provenance).map((line, i) => `<text x="${MARGIN}" y="${end + i * 17}" class="mute">${escape(line)}</text>`);
  const height = end + (said.length - 1) * 17 + MARGIN;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" fill="${INK}" font-family="sans-serif" font-size="13">
<title>${escape(title)}</title>
<style>.mute{fill:${MUTE};font-size:12px}.nt{font-family:monospace;font-size:13px;text-anchor:middle}.mid{text-anchor:middle}.name{font-size:17px;font-weight:600}</style>
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="${MARGIN}" y="${MARGIN + 14}" class="name">${escape(title)}</text>
${body}
${said.join('')}
</svg>
`;
}

/**
 * @param {string} svg
 * @returns {Promise<Blob>} the picture at twice its size, for print
 */
async function svgToPng(svg) {
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

/**
 * @param {string} name the file's, without its ending
 * @param {'svg' | 'png'} kind
 * @param {string} svg
 */
export async function savePicture(name, kind, svg) {
  const file = `${name.replace(/[^\w.-]+/g, '_')}.${kind}`;
  save(file, kind === 'svg' ? new Blob([svg], { type: 'image/svg+xml' }) : await svgToPng(svg));
}
