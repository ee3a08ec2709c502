// @ts-check
import * as Plot from '@observablehq/plot';
import { html } from 'lit';
import { View } from '../view.js';

/** @typedef {{ epoch: number, loss: number, kind: string }} LossPoint kind: 'training', 'validation' or 'training, per step' */

const HEIGHT = 220;

/** Training and validation loss against the epoch, drawn as they come. */
export class LossChart extends View {
  static properties = {
    points: { attribute: false },
    epochs: { type: Number },
    width: { state: true },
  };

  constructor() {
    super();
    /** @type {LossPoint[]} */
    this.points = [];
    this.epochs = 1;
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
    return html`<div class="chart" style="height:${HEIGHT}px" role="img" aria-label=${this.inWords()}></div>`;
  }

  inWords() {
    const last = (/** @type {string} */ kind) => this.points.filter((point) => point.kind === kind).at(-1)?.loss.toFixed(3) ?? 'not yet known';
    return `Loss by epoch. Training: ${last('training')}. Validation: ${last('validation')}.`;
  }

  updated() {
    if (this.width > 0) this.querySelector('.chart')?.replaceChildren(this.draw());
  }

  draw() {
    const finished = this.points.filter(({ kind }) => kind !== 'training, per step');
    const steps = this.points.filter(({ kind }) => kind === 'training, per step');
    const ends = ['training', 'validation'].flatMap((kind) => finished.filter((point) => point.kind === kind).slice(-1));
    const color = (/** @type {LossPoint} */ { kind }) => (kind === 'validation' ? 'var(--accent)' : 'var(--mute)');
    return Plot.plot({
      width: this.width,
      height: HEIGHT,
      marginRight: 74,
      marginLeft: 44,
      style: { background: 'none', color: 'var(--mute)', fontSize: '12px' },
      x: { domain: [0, Math.max(1, this.epochs)], label: 'epoch', tickFormat: (value) => (Number.isInteger(value) ? `${value}` : ''), ticks: Math.min(this.epochs, 10) },
      y: { label: null, grid: true, nice: true, ticks: 5 },
      marks: [
        Plot.lineY(steps, { x: 'epoch', y: 'loss', stroke: 'var(--mute)', strokeOpacity: 0.35, strokeWidth: 1 }),
        Plot.lineY(finished, { x: 'epoch', y: 'loss', z: 'kind', stroke: color, strokeWidth: 2 }),
        Plot.dot(finished, { x: 'epoch', y: 'loss', fill: color, r: 2.5, title: ({ kind, epoch, loss }) => `${kind}, epoch ${epoch}: ${loss.toFixed(4)}` }),
        Plot.text(ends, { x: 'epoch', y: 'loss', text: 'kind', fill: color, textAnchor: 'start', dx: 7 }),
      ],
    });
  }
}

customElements.define('loss-chart', LossChart);
