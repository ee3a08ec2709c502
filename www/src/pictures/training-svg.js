// @ts-check
/** The two pictures of a training as files: the loss, and the attention by epoch. */
import { READABLE, highestOf, isMarked } from './attention-history.js';
import { lossPlot } from './loss-chart.js';
import { ACCENT, INNER, LABEL, MARGIN, MUTE, WIDTH, escape, legend, sheet, strip } from './svg.js';

/** @import { HistoryRow } from './attention-history.js' */
/** @import { LossPoint } from './loss-chart.js' */

export { savePicture } from './svg.js';

const CHART = 420;
/** About the height of all rows together; few rows take less, very many more. */
const ROWS = 440;

/**
 * @param {string} title
 * @param {LossPoint[]} points
 * @param {number} epochs the horizontal axis ends here
 * @param {string} provenance
 * @returns {string}
 */
export function lossSvg(title, points, epochs, provenance) {
  const plot = lossPlot(points, epochs, { width: WIDTH - 2 * MARGIN, height: CHART, mute: MUTE, accent: ACCENT });
  // Its style sheet sizes the chart for a page; nothing in it is needed in a file.
  plot.querySelector('style')?.remove();
  const drawn = [...plot.children].map((child) => new XMLSerializer().serializeToString(child)).join('');
  const top = MARGIN + 32;
  const body = `<g transform="translate(${MARGIN},${top})" color="${MUTE}" fill="${MUTE}" text-anchor="middle">${drawn}</g>`;
  return sheet(title, body, top + CHART + 28, provenance);
}

/**
 * @param {string} title
 * @param {HistoryRow[]} rows
 * @param {string} sequence
 * @param {string} provenance
 * @returns {string}
 */
export function historySvg(title, rows, sequence, provenance) {
  const top = highestOf(rows);
  const height = Math.max(3, Math.min(22, Math.floor(ROWS / rows.length)));
  const every = Math.ceil(14 / height);
  let y = MARGIN + 40;
  let body = `<text x="${MARGIN}" y="${y + 11}" class="mute">epoch</text>`;
  rows.forEach(({ epoch, weights }, i) => {
    if (i % every === 0) body += `<text x="${MARGIN + LABEL - 8}" y="${y + Math.min(height, 14) - 2}" class="mute" text-anchor="end">${epoch}</text>`;
    body += strip(weights, top, y, height > 4 ? height - 1 : height);
    y += height;
  });
  body += positions(sequence, y);
  y += 56;
  body += legend(top, y);
  return sheet(title, body, y + 36, provenance);
}

/**
 * The nucleotides where there is room for them, and their numbers.
 * @param {string} sequence
 * @param {number} y
 */
function positions(sequence, y) {
  const cell = INNER / sequence.length;
  let drawn = '';
  for (let i = 0; i < sequence.length; i += 1) {
    const x = (MARGIN + LABEL + (i + 0.5) * cell).toFixed(2);
    if (cell >= READABLE) drawn += `<text x="${x}" y="${y + 16}" class="nt">${escape(sequence[i])}</text>`;
    if (isMarked(i, sequence.length)) drawn += `<text x="${x}" y="${y + (cell >= READABLE ? 33 : 16)}" class="mute mid">${i + 1}</text>`;
  }
  return drawn;
}
