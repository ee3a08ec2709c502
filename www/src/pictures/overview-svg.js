// @ts-check
/** The pictures over many RNAs as files. */
import { cividis } from './cividis.js';
import { LINES } from './profile-chart.js';
import { INNER, LABEL, MARGIN, escape, legend, sheet } from './svg.js';

/** @import { SurveyPart } from '../engine/types/core.js' */
/** @import { Results } from '../state/results.js' */

const HEIGHT = 640;
const NAMES = 60;

/**
 * @param {Results} results
 * @param {number[]} order rows as the page shows them
 * @param {string} provenance
 */
export function heatmapSvg({ rows, model }, order, provenance) {
  const cell = { width: INNER / model.compartments.length, height: Math.min(18, HEIGHT / Math.max(1, order.length)) };
  const top = MARGIN + 64;
  let body = model.compartments.map((name, c) => `<text x="${MARGIN + LABEL + c * cell.width}" y="${top - 8}">${escape(name)}</text>`).join('');
  order.forEach((index, place) => {
    const { id, probabilities } = rows[index];
    const y = top + place * cell.height;
    if (order.length <= NAMES && cell.height >= 9) body += `<text x="${MARGIN}" y="${y + cell.height - 2}" font-size="10">${escape(id.slice(0, 24))}</text>`;
    probabilities.forEach((probability, c) => {
      body += `<rect x="${(MARGIN + LABEL + c * cell.width).toFixed(1)}" y="${y.toFixed(2)}" width="${(cell.width - 1).toFixed(1)}" height="${(cell.height + 0.2).toFixed(2)}" fill="${cividis(probability)}"/>`;
    });
  });
  const end = top + order.length * cell.height + 16;
  return sheet('Probability of every compartment', body + legend(1, end, 'probability'), end + 40, provenance);
}

/**
 * @param {SurveyPart[]} report
 * @param {string} provenance
 */
export function profileSvg(report, provenance) {
  const shown = report.filter(({ rnas }) => rnas > 0);
  const [top, height] = [MARGIN + 56, 300];
  const high = Math.max(1, ...shown.flatMap(({ profile }) => profile)) * 1.05;
  const x = (/** @type {number} */ share) => (MARGIN + LABEL + share * INNER).toFixed(1);
  const y = (/** @type {number} */ value) => (top + height * (1 - value / high)).toFixed(1);
  let body = `<line x1="${x(0)}" x2="${x(1)}" y1="${y(1)}" y2="${y(1)}" stroke="#999" stroke-dasharray="4 4"/><text x="${MARGIN}" y="${y(1)}" class="mute">uniform attention</text><text x="${MARGIN}" y="${y(high)}" class="mute">${high.toFixed(2)} ×</text><text x="${x(0)}" y="${top + height + 18}" class="mute">5′ start</text><text x="${x(0.96)}" y="${top + height + 18}" class="mute">3′ end</text>`;
  shown.forEach(({ compartment, rnas, profile }, i) => {
    const points = profile.map((value, part) => `${x((part + 0.5) / profile.length)},${y(value)}`).join(' ');
    const colour = LINES[i % LINES.length];
    body += `<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="2"/><text x="${MARGIN + LABEL + i * 170}" y="${top + height + 44}" fill="${colour}">${escape(compartment)} (${rnas})</text>`;
  });
  return sheet('Mean attention along the RNA', body, top + height + 84, provenance);
}
