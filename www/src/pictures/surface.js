// @ts-check
/**
 * What pictures are drawn on: a canvas of the page, or the text of an SVG file. Both take the same
 * few marks, so that every picture has one drawing for the screen and for files. Libraries that
 * write SVG behind a canvas context need a browser to run in and imitate all of a canvas, which is
 * many times this.
 */
import { themeOf } from './theme.js';

/** @import { Theme } from './theme.js' */

/** @typedef {{ x: number, y: number, width: number, height: number }} Box */

/**
 * How words are set. stretch: how many times as tall as usual; name: what they are, for whoever
 * reads an SVG file with a program.
 * @typedef {{ fill?: string, size?: number, bold?: boolean, mono?: boolean, anchor?: 'start' | 'middle' | 'end', stretch?: number, name?: string }} TextStyle
 */

/**
 * @typedef {object} Surface
 * @property {number} resolution dots in a unit of length: smaller things cannot be told apart
 * @property {(box: Box, fill: string) => void} rect
 * @property {(box: Box, stroke: string, width: number) => void} outline
 * @property {(x: number, y: number, radius: number, fill: string) => void} dot
 * @property {(from: [number, number], to: [number, number], stroke: string) => void} line
 * @property {(words: string, x: number, y: number, style?: TextStyle) => void} text y is the baseline
 * @property {(name: string, draw: () => void) => void} group marks that belong together
 */

/** Size of letters where no other is given. */
export const TEXT_SIZE = 13;

/** @implements {Surface} */
export class CanvasSurface {
  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} resolution
   * @param {Theme} theme
   */
  constructor(context, resolution, theme) {
    this.context = context;
    this.resolution = resolution;
    this.theme = theme;
  }

  /**
   * @param {Box} box
   * @param {string} fill
   */
  rect({ x, y, width, height }, fill) {
    this.context.fillStyle = fill;
    this.context.fillRect(x, y, width, height);
  }

  /**
   * @param {Box} box
   * @param {string} stroke
   * @param {number} width
   */
  outline(box, stroke, width) {
    this.context.strokeStyle = stroke;
    this.context.lineWidth = width;
    this.context.strokeRect(box.x, box.y, box.width, box.height);
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {number} radius
   * @param {string} fill
   */
  dot(x, y, radius, fill) {
    this.context.fillStyle = fill;
    this.context.beginPath();
    this.context.arc(x, y, radius, 0, 2 * Math.PI);
    this.context.fill();
  }

  /**
   * @param {[number, number]} from
   * @param {[number, number]} to
   * @param {string} stroke
   */
  line(from, to, stroke) {
    this.context.strokeStyle = stroke;
    this.context.lineWidth = 1;
    this.context.beginPath();
    this.context.moveTo(...from);
    this.context.lineTo(...to);
    this.context.stroke();
  }

  /**
   * @param {string} words
   * @param {number} x
   * @param {number} y
   * @param {TextStyle} [style]
   */
  text(words, x, y, { fill = this.theme.ink, size = TEXT_SIZE, bold, mono, anchor = 'start', stretch = 1 } = {}) {
    const { context, theme } = this;
    context.fillStyle = fill;
    context.font = `${bold ? 'bold ' : ''}${size}px ${mono ? theme.mono : theme.sans}`;
    context.textAlign = anchor === 'middle' ? 'center' : anchor;
    context.save();
    context.translate(x, y);
    context.scale(1, stretch);
    context.fillText(words, 0, 0);
    context.restore();
  }

  /**
   * @param {string} _name
   * @param {() => void} draw
   */
  group(_name, draw) {
    draw();
  }
}

/**
 * Draws on a canvas of the page, with a dot for every dot of the screen. Does nothing while the
 * canvas has no size.
 * @param {HTMLCanvasElement} canvas
 * @param {(surface: Surface, box: Box, theme: Theme) => void} draw
 */
export function paint(canvas, draw) {
  const { clientWidth: width, clientHeight: height } = canvas;
  const context = canvas.getContext('2d');
  if (!context || !width || !height) return;
  const resolution = devicePixelRatio || 1;
  canvas.width = Math.round(width * resolution);
  canvas.height = Math.round(height * resolution);
  context.scale(resolution, resolution);
  const theme = themeOf(canvas);
  draw(new CanvasSurface(context, resolution, theme), { x: 0, y: 0, width, height }, theme);
}
