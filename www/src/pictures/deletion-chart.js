// @ts-check
import * as Plot from '@observablehq/plot';
import { Chart } from './chart.js';

/** @import { Theme } from './theme.js' */

/** @import { DeletionPoint } from '../engine/types/core.js' */

/**
 * Probability against the share masked: the most-attended windows, and the spread of random ones.
 * @param {DeletionPoint[]} points
 * @param {{ width: number, height: number }} size
 * @param {Theme} theme
 */
function deletionPlot(points, { width, height }, { mute, accent }) {
  const start = points[0]
    ? [{ masked: 0, attended: points[0].whole, mean: points[0].whole, least: points[0].whole, most: points[0].whole }]
    : [];
  const rows = [
    ...start,
    ...points.map(({ masked, attended, random }) => ({
      masked,
      attended,
      mean: random.reduce((sum, value) => sum + value, 0) / Math.max(1, random.length),
      least: Math.min(...random),
      most: Math.max(...random),
    })),
  ];
  const end = rows.slice(-1);
  return Plot.plot({
    width,
    height,
    marginRight: 116,
    marginLeft: 40,
    style: { background: 'none', color: mute, fontSize: '12px' },
    x: { domain: [0, 0.5], label: 'masked', tickFormat: '.0%', ticks: 5 },
    y: { domain: [0, 1], label: 'probability', grid: true, ticks: 5 },
    marks: [
      Plot.areaY(rows, { x: 'masked', y1: 'least', y2: 'most', fill: mute, fillOpacity: 0.18 }),
      Plot.lineY(rows, { x: 'masked', y: 'mean', stroke: mute, strokeDasharray: '5 4', strokeWidth: 2 }),
      Plot.lineY(rows, { x: 'masked', y: 'attended', stroke: accent, strokeWidth: 2.5 }),
      Plot.dot(rows, {
        x: 'masked',
        y: 'attended',
        fill: accent,
        r: 2.5,
        title: ({ masked, attended }) => `most attended ${(100 * masked).toFixed(0)} % masked: ${attended.toFixed(3)}`,
      }),
      Plot.text(end, { x: 'masked', y: 'mean', text: () => 'at random', fill: mute, textAnchor: 'start', dx: 7 }),
      Plot.text(end, {
        x: 'masked',
        y: 'attended',
        text: () => 'most attended',
        fill: accent,
        textAnchor: 'start',
        dx: 7,
        dy: end[0] && Math.abs(end[0].mean - end[0].attended) < 0.08 ? (end[0].attended < end[0].mean ? 13 : -13) : 0,
      }),
    ],
  });
}

/** The deletion curve as it comes. */
export class DeletionChart extends Chart {
  static properties = { points: { attribute: false } };

  constructor() {
    super();
    /** @type {DeletionPoint[]} */
    this.points = [];
  }

  inWords() {
    const last = this.points.at(-1);
    const words = last
      ? `With ${(100 * last.masked).toFixed(0)} percent masked: most attended ${last.attended.toFixed(2)}, whole ${last.whole.toFixed(2)}`
      : 'not yet known';
    return `Probability as more is masked. ${words}.`;
  }

  /**
   * @param {{ width: number, height: number }} size
   * @param {Theme} theme
   */
  plot(size, theme) {
    return deletionPlot(this.points, size, theme);
  }
}

customElements.define('deletion-chart', DeletionChart);
