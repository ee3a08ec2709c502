// @ts-check
import { canvasSurface } from '../../src/pictures/surface.js';
import { svgSurface } from '../../src/pictures/svg-surface.js';
import { PAPER } from '../../src/pictures/theme.js';

/** @import { Surface } from '../../src/pictures/surface.js' */

/** One mark of a picture: what it is, its numbers, and its colour. @typedef {{ kind: string, numbers: number[], colour: string, words?: string }} Mark */

const rounded = (/** @type {number} */ value) => Number(value.toFixed(2));

/** A canvas context that writes down what is drawn on it, as far as pictures use it. */
class RecordingContext {
  /** @type {Mark[]} */
  marks = [];
  fillStyle = '';
  strokeStyle = '';
  lineWidth = 1;
  font = '';
  textAlign = '';
  /** @type {number[]} */
  path = [];
  /** Lines of the path. @type {number[][]} */
  segments = [];
  /** @type {number[]} */
  moved = [];

  /** @param {number[]} box */
  fillRect(...box) {
    this.marks.push({ kind: 'rect', numbers: box.map(rounded), colour: this.fillStyle });
  }

  /** @param {number[]} box */
  strokeRect(...box) {
    this.marks.push({ kind: 'outline', numbers: box.map(rounded), colour: this.strokeStyle });
  }

  beginPath() {
    this.path = [];
    this.segments = [];
  }

  /** @param {number} x @param {number} y @param {number} radius */
  arc(x, y, radius) {
    this.path = [x, y, radius].map(rounded);
  }

  /** @param {number[]} place */
  moveTo(...place) {
    this.path = place.map(rounded);
  }

  /** @param {number[]} place */
  lineTo(...place) {
    this.segments.push([...this.path, ...place.map(rounded)]);
  }

  fill() {
    this.marks.push({ kind: 'dot', numbers: this.path, colour: this.fillStyle });
  }

  stroke() {
    for (const numbers of this.segments) this.marks.push({ kind: 'line', numbers, colour: this.strokeStyle });
  }

  save() {}

  restore() {
    this.moved = [];
  }

  /** @param {number} x @param {number} y */
  translate(x, y) {
    this.moved = [x, y].map(rounded);
  }

  /** @param {number} _x @param {number} y */
  scale(_x, y) {
    this.moved.push(rounded(y));
  }

  /** @param {string} words */
  fillText(words) {
    this.marks.push({ kind: 'text', numbers: this.moved, colour: this.fillStyle, words });
  }
}

/**
 * What a drawing leaves on a canvas.
 * @param {(surface: Surface) => void} draw
 * @param {number} [resolution]
 */
export function onCanvas(draw, resolution = 2) {
  const context = new RecordingContext();
  draw(canvasSurface(/** @type {any} */ (context), resolution, PAPER));
  return context.marks;
}

/** The elements of an SVG as marks. */
const ELEMENTS = /<(rect|circle|line|path|text) ([^>]*?)\/?>(?:([^<]*)<\/text>)?/g;

/**
 * What a drawing leaves in an SVG file.
 * @param {(surface: Surface) => void} draw
 * @returns {Mark[]}
 */
export function inSvg(draw) {
  const surface = svgSurface(PAPER);
  draw(surface);
  return [...String(surface).matchAll(ELEMENTS)].flatMap(([, element, attributes, words]) => {
    const of = (/** @type {string} */ name) => new RegExp(`(?:^| )${name}="([^"]*)"`).exec(attributes)?.[1] ?? '';
    const numbers = (/** @type {string[]} */ ...names) => names.map((name) => Number(of(name)));
    if (element === 'circle') return { kind: 'dot', numbers: numbers('cx', 'cy', 'r'), colour: of('fill') };
    if (element === 'line') return { kind: 'line', numbers: numbers('x1', 'y1', 'x2', 'y2'), colour: of('stroke') };
    if (element === 'path')
      return [...of('d').matchAll(/M(\S+) ([^L]+)L(\S+) ([^M]+)/g)].map(([, ...ends]) => ({
        kind: 'line',
        numbers: ends.map(Number),
        colour: of('stroke'),
      }));
    const box = numbers('x', 'y', 'width', 'height');
    if (element === 'rect')
      return of('fill') === 'none'
        ? { kind: 'outline', numbers: box, colour: of('stroke') }
        : { kind: 'rect', numbers: box, colour: of('fill') };
    const placed = of('transform')
      .match(/[\d.]+/g)
      ?.map(Number);
    return {
      kind: 'text',
      numbers: placed ? [placed[0], placed[1], placed[3]] : [box[0], box[1], 1],
      colour: of('fill'),
      words,
    };
  });
}
