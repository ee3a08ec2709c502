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

/** A straight line: x and y of its start, x and y of its end. @typedef {[number, number, number, number]} Segment */

/**
 * @typedef {object} Surface
 * @property {number} resolution dots in a unit of length: smaller things cannot be told apart
 * @property {(box: Box, fill: string) => void} rect
 * @property {(box: Box, stroke: string, width: number) => void} outline
 * @property {(x: number, y: number, radius: number, fill: string) => void} dot
 * @property {(from: [number, number], to: [number, number], stroke: string) => void} line
 * @property {(segments: Segment[], stroke: string) => void} lines separate lines of one colour
 * @property {(words: string, x: number, y: number, style?: TextStyle) => void} text y is the baseline
 * @property {(name: string, draw: () => void) => void} group marks that belong together
 */

/** Size of letters where no other is given. */
export const TEXT_SIZE = 13;

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} resolution
 * @param {Theme} theme
 * @returns {Surface}
 */
export function canvasSurface(context, resolution, theme) {
  return {
    resolution,
    rect({ x, y, width, height }, fill) {
      context.fillStyle = fill;
      context.fillRect(x, y, width, height);
    },
    outline({ x, y, width, height }, stroke, lineWidth) {
      Object.assign(context, { strokeStyle: stroke, lineWidth });
      context.strokeRect(x, y, width, height);
    },
    dot(x, y, radius, fill) {
      context.fillStyle = fill;
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.fill();
    },
    line(from, to, stroke) {
      this.lines([[...from, ...to]], stroke);
    },
    lines(segments, stroke) {
      Object.assign(context, { strokeStyle: stroke, lineWidth: 1 });
      context.beginPath();
      for (const [x1, y1, x2, y2] of segments) {
        context.moveTo(x1, y1);
        context.lineTo(x2, y2);
      }
      context.stroke();
    },
    text(words, x, y, { fill = theme.ink, size = TEXT_SIZE, bold, mono, anchor = 'start', stretch = 1 } = {}) {
      const font = `${bold ? 'bold ' : ''}${size}px ${mono ? theme.mono : theme.sans}`;
      context.save();
      Object.assign(context, { fillStyle: fill, font, textAlign: anchor === 'middle' ? 'center' : anchor });
      context.translate(x, y);
      context.scale(1, stretch);
      context.fillText(words, 0, 0);
      context.restore();
    },
    group: (_name, draw) => draw(),
  };
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
  draw(canvasSurface(context, resolution, theme), { x: 0, y: 0, width, height }, theme);
}
