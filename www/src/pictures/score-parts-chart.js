// @ts-check
import * as Plot from '@observablehq/plot';
import { Chart } from './chart.js';
import { signed } from './values.js';

/** @import { ScoreParts } from '../engine/types/core.js' */
/** @import { Theme } from './theme.js' */

/** Places for the names of the parts and for their numbers. */
const NAMES = 190;
const NUMBERS = 60;

/**
 * The parts in the order in which they are drawn, each with its name and what it adds.
 * @param {ScoreParts} parts
 */
export function namedParts({ start, reading, regions, score }) {
  const place = (/** @type {ScoreParts['regions'][0]} */ { nucleotides: { start: from, end } }) =>
    end > from ? `, ${from + 1}–${end}` : ', none';
  return [
    { name: 'average RNA', adds: start },
    { name: 'k-mers read', adds: reading },
    ...regions.map((part) => ({
      name: part.region === 'whole RNA' ? 'whole RNA' : `${part.region}${place(part)}`,
      adds: part.contribution,
    })),
    { name: 'score', adds: score },
  ];
}

/**
 * A bar for each part, to the right if it adds to the score and to the left if it takes from it.
 * @param {ScoreParts | null} parts
 * @param {{ width: number, height: number }} size
 * @param {Theme} theme
 */
function partsPlot(parts, { width, height }, { ink, mute, accent }) {
  const rows = parts ? namedParts(parts) : [];
  const widest = Math.max(0.1, ...rows.map(({ adds }) => Math.abs(adds)));
  return Plot.plot({
    width,
    height,
    marginLeft: Math.min(NAMES, width / 2),
    marginRight: NUMBERS,
    style: { background: 'none', color: mute, fontSize: '12px' },
    x: { domain: [-1.25 * widest, 1.25 * widest], label: null, ticks: 5 },
    y: { domain: rows.map(({ name }) => name), label: null },
    marks: [
      Plot.barX(rows, { x: 'adds', y: 'name', fill: ({ name }) => (name === 'score' ? ink : accent) }),
      Plot.ruleX([0], { stroke: mute }),
      Plot.text(rows, {
        x: 'adds',
        y: 'name',
        text: ({ adds }) => signed(adds),
        fill: ink,
        textAnchor: 'start',
        dx: 5,
        filter: ({ adds }) => adds >= 0,
      }),
      Plot.text(rows, {
        x: 'adds',
        y: 'name',
        text: ({ adds }) => signed(adds),
        fill: ink,
        textAnchor: 'end',
        dx: -5,
        filter: ({ adds }) => adds < 0,
      }),
    ],
  });
}

/** What the parts of a score add. */
export class ScorePartsChart extends Chart {
  static properties = { parts: { attribute: false } };

  static height = 220;

  constructor() {
    super();
    /** @type {ScoreParts | null} */
    this.parts = null;
  }

  /**
   * @param {{ width: number, height: number }} size
   * @param {Theme} theme
   */
  plot(size, theme) {
    return partsPlot(this.parts, size, theme);
  }

  inWords() {
    if (!this.parts) return 'The parts of the score, which are being computed';
    return namedParts(this.parts)
      .map(({ name, adds }) => `${name}: ${signed(adds)}`)
      .join('; ');
  }
}

customElements.define('score-parts-chart', ScorePartsChart);
