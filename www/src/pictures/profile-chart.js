// @ts-check
import * as Plot from '@observablehq/plot';
import { Chart } from './chart.js';
import { chart } from './sheet.js';

/** @import { Block } from './sheet.js' */
/** @import { Box } from './surface.js' */
/** @import { SvgSurface } from './svg-surface.js' */
/** @import { Theme } from './theme.js' */

/** @import { SurveyPart } from '../engine/types/core.js' */

/** Okabe and Ito's colours without the yellow, which is faint on white. */
const LINES = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00', '#7f7f7f'];

const NAMES_IN_LINE = 6;

/**
 * Mean attention along an RNA, a line per compartment.
 * @param {SurveyPart[]} report
 * @param {{ width: number, height: number }} size
 * @param {Theme} theme
 * @param {boolean} legend whether the page's legend is above it
 */
function profilePlot(report, { width, height }, { mute }, legend) {
  const rows = report.flatMap(({ compartment, profile }) =>
    profile.map((attention, i) => ({ compartment, attention, at: (i + 0.5) / profile.length })),
  );
  return Plot.plot({
    width,
    height,
    marginLeft: 40,
    style: { background: 'none', color: mute, fontSize: '12px' },
    x: { domain: [0, 1], label: 'position along the RNA', tickFormat: '.0%', ticks: 5 },
    y: { label: '× uniform attention', grid: true, zero: true, nice: true, ticks: 5 },
    color: { domain: report.map(({ compartment }) => compartment), range: LINES, legend },
    marks: [
      Plot.ruleY([1], { stroke: mute, strokeDasharray: '4 4' }),
      Plot.lineY(rows, { x: 'at', y: 'attention', stroke: 'compartment', strokeWidth: 2 }),
    ],
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
    const peak = (/** @type {SurveyPart} */ { compartment, profile }) =>
      `${compartment} highest at ${Math.round((100 * (profile.indexOf(Math.max(...profile)) + 0.5)) / profile.length)} percent`;
    return `Mean attention along the RNAs. ${this.report.map(peak).join('; ')}.`;
  }

  /**
   * @param {{ width: number, height: number }} size
   * @param {Theme} theme
   */
  plot(size, theme) {
    return profilePlot(this.report, size, theme, true);
  }

  /** @returns {Block[]} */
  blocks() {
    const { report } = this;
    return [chart(Chart.HEIGHT_IN_FILE, (size, theme) => profilePlot(report, size, theme, false)), names(report)];
  }
}

/**
 * What the lines are, and of how many RNAs.
 * @param {SurveyPart[]} report
 * @returns {Block}
 */
function names(report) {
  const height = 20 * Math.ceil(report.length / NAMES_IN_LINE);
  const draw = (/** @type {SvgSurface} */ surface, /** @type {Box} */ box) =>
    report.forEach(({ compartment, rnas }, i) => {
      const x = box.x + ((i % NAMES_IN_LINE) * box.width) / NAMES_IN_LINE;
      const y = box.y + 20 * Math.floor(i / NAMES_IN_LINE);
      surface.rect({ x, y, width: 12, height: 12 }, LINES[i % LINES.length]);
      surface.text(`${compartment} (${rnas})`, x + 18, y + 11);
    });
  return { height: height + 16, draw };
}

customElements.define('profile-chart', ProfileChart);
