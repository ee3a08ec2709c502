// @ts-check
import { TEXT_SIZE } from './surface.js';

/** @import { Box, Surface, TextStyle } from './surface.js' */
/** @import { Theme } from './theme.js' */

/**
 * How a shape is drawn. opacity and strokeOpacity: 0..1; rule: which parts of a shape with holes are filled; width and dash: of the stroke, in units of the picture whatever the
 * shape's scale; at: where the shape's own origin is, how large its units are, and by how many degrees it is turned.
 * @typedef {{ fill?: string, opacity?: number, rule?: 'evenodd', stroke?: string, strokeOpacity?: number, width?: number, dash?: number[], at?: { x: number, y: number, scale: number, turn?: number } }} ShapeStyle
 */

/**
 * path: a shape in SVG's own letters; part: a group that is a picture of its own, with what it shows in words;
 * embed: a drawing that is SVG already, moved to its place; toString: all marks so far.
 * @typedef {Surface & { path: (shape: string, style: ShapeStyle) => void, part: (name: string, words: string, draw: () => void) => void, embed: (svg: Element, x: number, y: number) => void, toString: () => string }} SvgSurface
 */

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

/**
 * @param {Theme} theme
 * @param {number} x
 * @param {number} y
 * @param {TextStyle} style
 */
function attributes(theme, x, y, { fill = theme.ink, size = TEXT_SIZE, bold, mono, anchor, stretch, name }) {
  return [
    stretch
      ? `transform="translate(${number(x)} ${number(y)}) scale(1 ${number(stretch)})"`
      : `x="${number(x)}" y="${number(y)}"`,
    name ? `class="${name}"` : '',
    `fill="${fill}"`,
    size === TEXT_SIZE ? '' : `font-size="${number(size)}"`,
    bold ? 'font-weight="bold"' : '',
    mono ? `font-family="${escape(theme.mono)}"` : '',
    anchor ? `text-anchor="${anchor}"` : '',
  ].filter(Boolean);
}

/** @param {ShapeStyle} style */
function shapeAttributes({ fill = 'none', opacity = 1, rule, stroke, strokeOpacity = 1, width = 1, dash, at }) {
  const scale = at?.scale ?? 1;
  return [
    `fill="${fill}"`,
    opacity < 1 ? `fill-opacity="${number(opacity)}"` : '',
    rule ? `fill-rule="${rule}"` : '',
    strokeOpacity < 1 ? `stroke-opacity="${number(strokeOpacity)}"` : '',
    stroke ? `stroke="${stroke}" stroke-width="${number(width / scale)}"` : '',
    dash ? `stroke-dasharray="${dash.map((length) => number(length / scale)).join(' ')}"` : '',
    at ? `transform="translate(${number(at.x)} ${number(at.y)}) ${turned(at.turn)}scale(${at.scale.toFixed(4)})"` : '',
  ].filter(Boolean);
}

/** @param {number} [degrees] */
function turned(degrees) {
  return degrees ? `rotate(${number(degrees)}) ` : '';
}

/** What is drawn in an SVG, as text. @param {Element} svg */
function inside(svg) {
  // A style sheet in it sizes it for the page; nothing in it is needed in a file.
  const parts = [...svg.children].filter(({ localName }) => localName !== 'style');
  return parts.map((part) => new XMLSerializer().serializeToString(part)).join('');
}

/**
 * @param {Theme} theme
 * @returns {SvgSurface}
 */
export function svgSurface(theme) {
  /** @type {string[]} */
  const marks = [];
  return {
    // A PNG has twice as many dots as the SVG has units.
    resolution: 2,
    rect: (box, fill) => marks.push(`<rect ${placed(box)} fill="${fill}"/>`),
    outline: (box, stroke, width) =>
      marks.push(`<rect ${placed(box)} fill="none" stroke="${stroke}" stroke-width="${number(width)}"/>`),
    dot: (x, y, radius, fill) =>
      marks.push(`<circle cx="${number(x)}" cy="${number(y)}" r="${number(radius)}" fill="${fill}"/>`),
    line: ([x1, y1], [x2, y2], stroke) =>
      marks.push(
        `<line x1="${number(x1)}" y1="${number(y1)}" x2="${number(x2)}" y2="${number(y2)}" stroke="${stroke}"/>`,
      ),
    lines(segments, stroke) {
      const path = segments.map((ends) => {
        const [x1, y1, x2, y2] = ends.map(number);
        return `M${x1} ${y1}L${x2} ${y2}`;
      });
      marks.push(`<path d="${path.join('')}" stroke="${stroke}" fill="none"/>`);
    },
    text: (words, x, y, style = {}) =>
      marks.push(`<text ${attributes(theme, x, y, style).join(' ')}>${escape(words)}</text>`),
    group(name, draw) {
      marks.push(`<g class="${name}">`);
      draw();
      marks.push('</g>');
    },
    path: (shape, style) => marks.push(`<path d="${shape}" ${shapeAttributes(style).join(' ')}/>`),
    part(name, words, draw) {
      marks.push(`<g class="${name}" role="img" aria-label="${escape(words)}">`);
      draw();
      marks.push('</g>');
    },
    embed: (svg, x, y) =>
      marks.push(
        `<g transform="translate(${number(x)},${number(y)})" color="${theme.mute}" fill="${theme.mute}" font-size="12" text-anchor="middle">${inside(svg)}</g>`,
      ),
    toString: () => marks.join(''),
  };
}
