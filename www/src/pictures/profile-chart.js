// @ts-check
import * as Plot from '@observablehq/plot';
import { html } from 'lit';
import { View } from '../view.js';

/** @import { SurveyPart } from '../types/core.js' */

const HEIGHT = 240;
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
    y: { label: '× an even share', grid: true, zero: true, nice: true, ticks: 5 },
    color: { domain: report.map(({ compartment }) => compartment), range: LINES, legend: true },
    marks: [Plot.ruleY([1], { stroke: mute, strokeDasharray: '4 4' }), Plot.lineY(rows, { x: 'at', y: 'attention', stroke: 'compartment', strokeWidth: 2 })],
  });
}

/** Where along an RNA the attention lies. */
export class ProfileChart extends View {
  static properties = { report: { attribute: false }, width: { state: true } };

  constructor() {
    super();
    /** @type {SurveyPart[]} */
    this.report = [];
    this.width = 0;
    this.resizes = new ResizeObserver(([entry]) => (this.width = Math.round(entry.contentRect.width)));
  }

  connectedCallback() {
    super.connectedCallback();
    this.resizes.observe(this);
  }

  disconnectedCallback() {
    this.resizes.disconnect();
    super.disconnectedCallback();
  }

  render() {
    const peak = (/** @type {SurveyPart} */ { compartment, profile }) => `${compartment} highest at ${Math.round((100 * (profile.indexOf(Math.max(...profile)) + 0.5)) / profile.length)} percent`;
    return html`<div class="chart" role="img" aria-label="Mean attention along the RNAs. ${this.report.map(peak).join('; ')}."></div>`;
  }

  updated() {
    if (this.width === 0) return;
    const plot = profilePlot(this.report, { width: this.width, height: HEIGHT, mute: 'var(--mute)' });
    // The words around it say what it shows.
    plot.setAttribute('aria-hidden', 'true');
    this.querySelector('.chart')?.replaceChildren(plot);
  }
}

customElements.define('profile-chart', ProfileChart);
