// @ts-check
/** A schematic animal cell, drawn for this project: every compartment has its own shape. */
import { CELL_WIDTH } from './cell-compartments.js';

/** @import { Box } from './surface.js' */
/** @import { CompartmentKey } from './cell-compartments.js' */
/** @import { ShapeStyle, SvgSurface } from './svg-surface.js' */
/** @import { Theme } from './theme.js' */

/**
 * What one compartment of the drawing shows. share: how strongly it is shaded, 0..1; called: whether
 * it stands out; index: which of the compartments shown it is; words: what it shows.
 * @typedef {{ share: number, called: boolean, index: number, words: string }} Shading
 */

/** Strokes, in units of the picture: they stay visible in a small one. */
const CALLED = 2.6;
const PLAIN = 1.1;
const FAINT = 0.9;
/** How much of the line colour a compartment has that the model does not know. */
const ABSENT = 0.45;

const OUTSIDE = 'M17 1H623Q639 1 639 17V423Q639 439 623 439H17Q1 439 1 423V17Q1 1 17 1Z';
const VESSEL = 'M560 2C540 90 600 150 588 232C578 310 548 360 566 438L623 438Q638 438 638 423L638 17Q638 2 623 2Z';
const BODY =
  'M96 96C150 30 256 12 344 26C430 40 494 96 500 180C505 262 486 330 416 374C330 426 210 428 136 382C66 340 40 268 46 204C50 160 66 130 96 96Z';
const INNER =
  'M106 106C158 45 258 28 341 42C418 55 478 104 484 182C489 256 472 318 408 360C326 408 214 411 144 368C80 330 56 264 62 206C66 166 79 138 106 106Z';
const CYTOSOL =
  'M116 321C124 291 160 297 192 301C234 307 276 317 266 345C256 375 196 379 160 361C134 349 110 341 116 321Z';
const CHROMATIN = [
  'M140 176C146 148 168 160 164 176S186 196 192 172S172 148 190 138S218 150 208 166',
  'M234 140C252 132 262 150 250 160S262 180 276 170S288 196 272 204',
  'M150 214C160 202 178 212 170 226S186 250 198 240S190 268 206 268',
  'M238 262C244 250 262 254 258 244S276 226 284 232',
];
const NUCLEOLUS =
  'M198 224C194 204 212 194 228 198C246 202 254 218 246 234C238 248 218 250 208 244C202 240 199 232 198 224Z';
const CRISTAE =
  'M-40 -6C-38 -20 -30 -20 -30 -4S-26 16 -21 14S-20 -18 -12 -18S-10 18 -3 18S0 -18 7 -18S10 18 17 18S20 -16 27 -14S30 8 37 6';
const STRAND = 'M296 300C312 282 330 300 346 284S374 272 386 282';
const BUD = 'M482 284C492 270 516 274 521 290C526 308 510 322 494 318C484 316 476 312 474 308Z';
const CAPSULE = 'M-27 -25H27A25 25 0 0 1 27 25H-27A25 25 0 0 1 -27 -25Z';

/** Middle of the nucleus and of what bends around it. */
const NUCLEUS = { x: 210, y: 196 };
/** Radius, and angles where a sheet of the endoplasmic reticulum begins and ends. */
const SHEETS = [
  [118, -0.95, 0.52],
  [134, -0.86, 0.44],
  [150, -0.76, 0.36],
];
const BLOOD_CELLS = [
  [606, 60, -18],
  [618, 150, 24],
  [610, 300, -30],
];
const GRANULES = [
  [240, 392, 13],
  [266, 388, 9],
  [254, 374, 7],
];
const MITOCHONDRIA = [
  [392, 330, -24, 1],
  [92, 254, 76, 0.62],
];
const RIBOSOMES = [
  [304, 292],
  [322, 292],
  [342, 287],
  [362, 277],
  [380, 278],
  [262, 330],
  [282, 352],
  [318, 382],
  [122, 122],
  [430, 268],
  [342, 102],
  [363, 147],
  [372, 190],
  [367, 231],
];
const EXOSOMES = [
  [416, 124, 7],
  [432, 126, 7],
  [424, 142, 7],
  [520, 110, 9],
  [540, 88, 7],
  [545, 130, 7],
  [519, 72, 7],
  [524, 146, 7],
];

/** @param {number} x @param {number} y @param {number} rx @param {number} [ry] */
function ellipse(x, y, rx, ry = rx) {
  return `M${x - rx} ${y}A${rx} ${ry} 0 1 1 ${x + rx} ${y}A${rx} ${ry} 0 1 1 ${x - rx} ${y}Z`;
}

/** @param {number[]} sheet */
function sheetOf([radius, from, to]) {
  const at = (/** @type {number} */ angle) =>
    `${(NUCLEUS.x + radius * Math.cos(angle)).toFixed(1)} ${(NUCLEUS.y + 0.9 * radius * Math.sin(angle)).toFixed(1)}`;
  return `M${at(from)}A${radius} ${0.9 * radius} 0 0 1 ${at(to)}`;
}

/** Draws shapes of one compartment in its colours. */
class Pen {
  /**
   * @param {SvgSurface} surface
   * @param {Box} box
   * @param {Theme} theme
   * @param {Shading | undefined} shading undefined: the model has no such compartment
   */
  constructor(surface, box, theme, shading) {
    this.surface = surface;
    this.box = box;
    this.theme = theme;
    this.shading = shading;
    this.scale = box.width / CELL_WIDTH;
  }

  get stroke() {
    if (!this.shading) return { stroke: this.theme.line, width: FAINT };
    if (this.shading.called) return { stroke: this.theme.ink, width: CALLED };
    return { stroke: this.theme.mute, width: PLAIN };
  }

  /** What is laid over the ground: the accent for a compartment of the model, grey for another. */
  get tint() {
    if (!this.shading) return { fill: this.theme.line, opacity: ABSENT };
    return { fill: this.theme.accent, opacity: this.shading.share };
  }

  /** @param {number} x @param {number} y @param {number} [turn] @param {number} [size] */
  at(x = 0, y = 0, turn = 0, size = 1) {
    const { box, scale } = this;
    return { x: box.x + x * scale, y: box.y + y * scale, scale: scale * size, turn };
  }

  /** @param {string} shape @param {ShapeStyle} [style] */
  line(shape, style = {}) {
    this.surface.path(shape, { ...this.stroke, at: this.at(), ...style });
  }

  /**
   * A shape that is shaded: the ground, the tint, and the outline.
   * @param {string} shape
   * @param {ShapeStyle} [style]
   */
  area(shape, style = {}) {
    this.surface.path(shape, { fill: this.theme.paper, at: this.at(), ...style, opacity: 1, stroke: undefined });
    this.surface.path(shape, { ...this.tint, ...this.stroke, at: this.at(), ...style });
  }

  /**
   * A thick line that is shaded like an area. Widths are units of the drawing.
   * @param {string} shape
   * @param {number} width
   */
  band(shape, width) {
    const { fill: stroke, opacity } = this.tint;
    const { stroke: edge, width: edgeWidth } = this.stroke;
    const inner = width * this.scale;
    this.line(shape, { stroke: edge, width: inner + 2 * edgeWidth });
    this.line(shape, { stroke: this.theme.paper, width: inner });
    this.line(shape, { stroke, width: inner, strokeOpacity: opacity });
  }
}

/** In the order in which one lies over the other. @type {[CompartmentKey, (pen: Pen) => void][]} */
const SHAPES = [
  ['region', (pen) => pen.area(OUTSIDE)],
  ['blood', drawBlood],
  ['cytoplasm', (pen) => pen.area(BODY, pen.shading ? {} : { opacity: 0 })],
  ['membrane', drawMembrane],
  ['cytosol', drawCytosol],
  ['insoluble', drawGranules],
  ['reticulum', (pen) => SHEETS.forEach((sheet) => pen.band(sheetOf(sheet), 9))],
  ['nucleus', drawNucleus],
  ['chromatin', drawChromatin],
  ['nucleolus', (pen) => pen.area(NUCLEOLUS)],
  ['mitochondrion', drawMitochondria],
  ['ribosome', drawRibosomes],
  ['exosome', drawExosomes],
  ['microvesicle', drawMicrovesicles],
];

/**
 * Draws the cell.
 * @param {SvgSurface} surface
 * @param {Box} box
 * @param {Map<CompartmentKey, Shading>} shadings of the compartments that are known
 * @param {Theme} theme
 */
export function drawCell(surface, box, shadings, theme) {
  for (const [key, draw] of SHAPES) {
    const shading = shadings.get(key);
    const pen = new Pen(surface, box, theme, shading);
    if (shading) surface.part(`compartment cell-${key} shade-${shading.index}`, shading.words, () => draw(pen));
    else surface.group('absent', () => draw(pen));
  }
}

/** @param {Pen} pen */
function drawBlood(pen) {
  pen.area(VESSEL);
  for (const [x, y, turn] of BLOOD_CELLS) {
    const at = pen.at(x, y, turn);
    pen.line(ellipse(0, 0, 17, 11), { ...faint(pen), at });
    pen.line(ellipse(0, 0, 8, 4.4), { ...faint(pen), at });
  }
}

/** What is inside a compartment and only helps to recognise it. @param {Pen} pen */
function faint({ theme, shading }) {
  return { stroke: shading ? theme.mute : theme.line, width: FAINT };
}

/** The wall around the cell: the ring between its two sides. @param {Pen} pen */
function drawMembrane(pen) {
  const { surface, theme, shading } = pen;
  if (shading) {
    surface.path(`${BODY}${INNER}`, { fill: theme.paper, rule: 'evenodd', at: pen.at() });
    surface.path(`${BODY}${INNER}`, { ...pen.tint, rule: 'evenodd', at: pen.at() });
  }
  pen.line(BODY);
  pen.line(INNER);
}

/** @param {Pen} pen */
function drawCytosol(pen) {
  if (pen.shading) pen.area(CYTOSOL, { dash: [5, 3] });
}

/** @param {Pen} pen */
function drawGranules(pen) {
  if (pen.shading) for (const [x, y, radius] of GRANULES) pen.area(ellipse(x, y, radius));
}

/** @param {Pen} pen */
function drawNucleus(pen) {
  pen.area(ellipse(NUCLEUS.x, NUCLEUS.y, 104, 94));
  pen.line(ellipse(NUCLEUS.x, NUCLEUS.y, 97, 87), { ...faint(pen), dash: [14, 4] });
}

/** @param {Pen} pen */
function drawChromatin(pen) {
  for (const strand of CHROMATIN) {
    if (pen.shading) pen.band(strand, 5);
    else pen.line(strand);
  }
}

/** @param {Pen} pen */
function drawMitochondria(pen) {
  for (const [x, y, turn, size] of MITOCHONDRIA) {
    const at = pen.at(x, y, turn, size);
    pen.area(CAPSULE, { at });
    pen.line(CRISTAE, { ...faint(pen), at });
  }
}

/** @param {Pen} pen */
function drawRibosomes(pen) {
  pen.line(STRAND, faint(pen));
  const thin = pen.shading ? { width: Math.min(pen.stroke.width, 1.6) } : {};
  for (const [x, y] of RIBOSOMES) {
    pen.area(ellipse(x, y - 2.6, 6, 4.2), thin);
    pen.area(ellipse(x, y + 3.4, 4.4, 3), thin);
  }
}

/** @param {Pen} pen */
function drawExosomes(pen) {
  pen.line(ellipse(424, 132, 25), { ...faint(pen), fill: pen.theme.paper });
  for (const [x, y, radius] of EXOSOMES) pen.area(ellipse(x, y, radius));
}

/** @param {Pen} pen */
function drawMicrovesicles(pen) {
  pen.area(BUD);
  pen.area(ellipse(530, 346, 19));
}
