// @ts-check
import * as Plot from '@observablehq/plot';
import { Chart } from './chart.js';

/** @import { Theme } from './theme.js' */

/** @typedef {{ epoch: number, loss: number, kind: string }} LossPoint kind: 'training', 'validation' or 'training, per step' */

/**
 * The chart itself: a line per kind of loss, its name at the line's end.
 * @param {LossPoint[]} points
 * @param {number} epochs the horizontal axis ends here
 * @param {{ width: number, height: number }} size
 * @param {Theme} theme
 */
function lossPlot(points, epochs, { width, height }, { mute, accent }) {
  const of = (/** @type {string} */ kind) => points.filter((point) => point.kind === kind);
  const kinds = ['training', 'validation'];
  const color = (/** @type {string} */ kind) => (kind === 'validation' ? accent : mute);
  return Plot.plot({
    width,
    height,
    marginRight: 74,
    marginLeft: 44,
    style: { background: 'none', color: mute, fontSize: '12px' },
    x: {
      domain: [0, Math.max(1, epochs)],
      label: 'epoch',
      tickFormat: (value) => (Number.isInteger(value) ? `${value}` : ''),
      ticks: Math.min(epochs, 10, Math.floor(width / 60)),
    },
    y: { label: null, grid: true, nice: true, ticks: 5 },
    marks: [
      Plot.lineY(of('training, per step'), {
        x: 'epoch',
        y: 'loss',
        stroke: mute,
        strokeOpacity: 0.35,
        strokeWidth: 1,
        ariaDescription: 'training loss per step',
      }),
      kinds.map((kind) =>
        Plot.lineY(of(kind), {
          x: 'epoch',
          y: 'loss',
          stroke: color(kind),
          strokeWidth: 2,
          ariaDescription: `${kind} loss`,
        }),
      ),
      kinds.map((kind) =>
        Plot.dot(of(kind), {
          x: 'epoch',
          y: 'loss',
          fill: color(kind),
          r: 2.5,
          title: ({ epoch, loss }) => `${kind}, epoch ${epoch}: ${loss.toFixed(4)}`,
        }),
      ),
      kinds.map((kind) =>
        Plot.text(of(kind).slice(-1), {
          x: 'epoch',
          y: 'loss',
          text: 'kind',
          fill: color(kind),
          textAnchor: 'start',
          dx: 7,
          dy: apart(of, kind, height),
        }),
      ),
    ],
  });
}

/** The ends of two curves are named one under the other where they are closer than this, in pixels. */
const NAME_HEIGHT = 14;

/**
 * How far a curve's name is moved up or down, so that the two names do not lie on each other.
 * @param {(kind: string) => { loss: number }[]} of the points of a kind
 * @param {string} kind
 * @param {number} height of the chart
 */
function apart(of, kind, height) {
  const [training, validation] = ['training', 'validation'].map((kind) => of(kind).at(-1)?.loss ?? NaN);
  const losses = ['training', 'validation'].flatMap((kind) => of(kind).map(({ loss }) => loss));
  const distance = (Math.abs(training - validation) / (Math.max(...losses) - Math.min(...losses))) * height;
  if (Number.isNaN(distance) || distance > NAME_HEIGHT) return 0;
  const isAbove = (kind === 'training') === training > validation;
  return (isAbove ? -NAME_HEIGHT : NAME_HEIGHT) / 2;
}

/** Training and validation loss against the epoch, drawn as they come. */
export class LossChart extends Chart {
  static properties = {
    points: { attribute: false },
    epochs: { type: Number },
  };
  static height = 220;

  constructor() {
    super();
    /** @type {LossPoint[]} */
    this.points = [];
    this.epochs = 1;
  }

  inWords() {
    const last = (/** @type {string} */ kind) =>
      this.points
        .filter((point) => point.kind === kind)
        .at(-1)
        ?.loss.toFixed(3) ?? 'not yet known';
    return `Loss by epoch. Training: ${last('training')}. Validation: ${last('validation')}.`;
  }

  /**
   * @param {{ width: number, height: number }} size
   * @param {Theme} theme
   */
  plot(size, theme) {
    return lossPlot(this.points, this.epochs, size, theme);
  }
}

customElements.define('loss-chart', LossChart);
