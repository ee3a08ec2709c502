// @ts-check
import * as Plot from '@observablehq/plot';
import { Chart } from './chart.js';

/** @import { SurveyPart } from '../engine/types/core.js' */

/** Okabe and Ito's colours without the yellow, which is faint on white. */
export const LINES = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00', '#7f7f7f'];

/**
 * Mean attention along an RNA, a line per compartment.
 * @param {SurveyPart[]} report
 * @param {{ width: number, height: number, mute: string }} look pixels and CSS colours
 */
export function profilePlot(report, { width, height, mute }) {
  const rows = report.flatMap(({ compartment, profile }) => profile.map((attention, i) => ({ compartment, attention, at: (i + 0.5) / profile.length })));
  return Plot.plot({
    width,
    height,
    marginLeft: 40,
    style: { background: 'none', color: mute, fontSize: '12px' },
    x: { domain: [0, 1], label: 'position along the RNA', tickFormat: '.0%', ticks: 5 },
    y: { label: '× uniform attention', grid: true, zero: true, nice: true, ticks: 5 },
    color: { domain: report.map(({ compartment }) => compartment), range: LINES, legend: true },
    marks: [Plot.ruleY([1], { stroke: mute, strokeDasharray: '4 4' }), Plot.lineY(rows, { x: 'at', y: 'attention', stroke: 'compartment', strokeWidth: 2 })],
  });
}

/** Where along an RNA the attention lies. */
export class ProfileChart extends Chart {
  static properties = { report: { attribute: false } };
  static height = 240;

  constructor() {
    super();
    /** @type {SurveyPart[]} */
    this.report = [];
  }

  inWords() {
    const peak = (/** @type {SurveyPart} */ { compartment, profile }) => `${compartment} highest at ${Math.round((100 * (profile.indexOf(Math.max(...profile)) + 0.5)) / profile.length)} percent`;
    return `Mean attention along the RNAs. ${this.report.map(peak).join('; ')}.`;
  }

  /** @param {Parameters<Chart['plot']>[0]} look */
  plot(look) {
    return profilePlot(this.report, look);
  }
}

customElements.define('profile-chart', ProfileChart);
