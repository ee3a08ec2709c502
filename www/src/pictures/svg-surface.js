// @ts-check
import { TEXT_SIZE } from './surface.js';

/** @import { Box, Surface, TextStyle } from './surface.js' */
/** @import { Theme } from './theme.js' */

/** @param {string} text */
export function escape(text) {
  return text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

/** A hundredth of a unit is finer than any eye or printer. @param {number} value */
function number(value) {
  return String(Number(value.toFixed(2)));
}

/** @param {Box} box */
function placed({ x, y, width, height }) {
  return `x="${number(x)}" y="${number(y)}" width="${number(width)}" height="${number(height)}"`;
}

/** The marks of a picture as SVG elements. @implements {Surface} */
export class SvgSurface {
  /** @param {Theme} theme */
  constructor(theme) {
    this.theme = theme;
    /** A PNG has twice as many dots as the SVG has units. */
    this.resolution = 2;
    /** @type {string[]} */
    this.marks = [];
  }

  /**
   * @param {Box} box
   * @param {string} fill
   */
  rect(box, fill) {
    this.marks.push(`<rect ${placed(box)} fill="${fill}"/>`);
  }

  /**
   * @param {Box} box
   * @param {string} stroke
   * @param {number} width
   */
  outline(box, stroke, width) {
    this.marks.push(`<rect ${placed(box)} fill="none" stroke="${stroke}" stroke-width="${number(width)}"/>`);
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {number} radius
   * @param {string} fill
   */
  dot(x, y, radius, fill) {
    this.marks.push(`<circle cx="${number(x)}" cy="${number(y)}" r="${number(radius)}" fill="${fill}"/>`);
  }

  /**
   * @param {[number, number]} from
   * @param {[number, number]} to
   * @param {string} stroke
   */
  line([x1, y1], [x2, y2], stroke) {
    this.marks.push(`<line x1="${number(x1)}" y1="${number(y1)}" x2="${number(x2)}" y2="${number(y2)}" stroke="${stroke}"/>`);
  }

  /**
   * @param {string} words
   * @param {number} x
   * @param {number} y
   * @param {TextStyle} [style]
   */
  text(words, x, y, { fill = this.theme.ink, size = TEXT_SIZE, bold, mono, anchor, stretch, name } = {}) {
    const where = stretch ? `transform="translate(${number(x)} ${number(y)}) scale(1 ${number(stretch)})"` : `x="${number(x)}" y="${number(y)}"`;
    const look = [
      name ? ` class="${name}"` : '',
      ` fill="${fill}"`,
      size === TEXT_SIZE ? '' : ` font-size="${number(size)}"`,
      bold ? ' font-weight="bold"' : '',
      mono ? ` font-family="${escape(this.theme.mono)}"` : '',
      anchor ? ` text-anchor="${anchor}"` : '',
    ];
    this.marks.push(`<text ${where}${look.join('')}>${escape(words)}</text>`);
  }

  /**
   * @param {string} name
   * @param {() => void} draw
   */
  group(name, draw) {
    this.marks.push(`<g class="${name}">`);
    draw();
    this.marks.push('</g>');
  }

  /**
   * A drawing that is SVG already: what is in it, moved to its place.
   * @param {Element} svg
   * @param {number} x
   * @param {number} y
   */
  embed(svg, x, y) {
    const { mute } = this.theme;
    // A style sheet in it sizes it for the page; nothing in it is needed in a file.
    const parts = [...svg.children].filter(({ localName }) => localName !== 'style');
    const drawn = parts.map((part) => new XMLSerializer().serializeToString(part));
    this.marks.push(`<g transform="translate(${number(x)},${number(y)})" color="${mute}" fill="${mute}" font-size="12" text-anchor="middle">${drawn.join('')}</g>`);
  }

  /** All marks so far. */
  toString() {
    return this.marks.join('');
  }
}
