// @ts-check
/**
 * A picture as a file: one width, a title, what is drawn, a line on where it comes from, and
 * colours of its own, so that it stands alone.
 */
import { drawUnread, whole } from './rows.js';
import { cividis } from './scales.js';
import { escape, svgSurface } from './svg-surface.js';
import { PAPER } from './theme.js';

/** @import { Box } from './surface.js' */
/** @import { SvgSurface } from './svg-surface.js' */
/** @import { Theme } from './theme.js' */

/**
 * A part of the file: its box is as wide as the file within its margins.
 * @typedef {{ height: number, draw: (surface: SvgSurface, box: Box, theme: Theme) => void }} Block
 */

/** Something that can be saved as a file. @typedef {{ blocks: () => Block[] }} Picture */

export const WIDTH = 1200;
export const MARGIN = 24;
/** Left of what is drawn along an RNA: the name of each row. */
export const LABEL = 150;
/** What is drawn along an RNA is so wide. */
export const INNER = WIDTH - LABEL - 2 * MARGIN;

const TITLE = 40;
const NAME_LINE = 16;
const WORDS_LINE = 17;
/** Letters in a line of words over the whole width. */
const MOST_LETTERS = 165;

/**
 * A row with its name left of it, and smaller words under the name.
 * @param {string[]} names
 * @param {number} height with the space after it
 * @param {(surface: SvgSurface, box: Box, theme: Theme) => void} draw
 * @param {string} [group] what the row is, for whoever reads the file with a program
 * @returns {Block}
 */
export function labelled(names, height, draw, group) {
  /** @type {Block['draw']} */
  const row = (surface, box, theme) => {
    names.forEach((name, i) =>
      surface.text(
        name,
        box.x,
        box.y + NAME_LINE * i + (i === 0 ? 15 : 14),
        i === 0 ? {} : { fill: theme.mute, size: 12 },
      ),
    );
    draw(surface, { ...box, x: box.x + LABEL, width: INNER }, theme);
  };
  return {
    height,
    draw: (surface, box, theme) =>
      group ? surface.group(group, () => row(surface, box, theme)) : row(surface, box, theme),
  };
}

/** @param {number} height @returns {Block} */
export function space(height) {
  return { height, draw: () => {} };
}

/**
 * Small words, in as many lines as they need.
 * @param {string} text
 * @param {number} [indent] from the left margin
 * @returns {Block}
 */
export function words(text, indent = 0) {
  const lines = inLines(text, Math.floor(MOST_LETTERS * (1 - indent / WIDTH)));
  return {
    height: lines.length * WORDS_LINE,
    draw: (surface, { x, y }, { mute }) =>
      lines.forEach((line, i) => surface.text(line, x + indent, y + 12 + i * WORDS_LINE, { fill: mute, size: 12 })),
  };
}

/**
 * @param {string} text
 * @param {number} most letters in a line
 */
function inLines(text, most) {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines[lines.length - 1];
    if (line && line.length + word.length >= most) lines.push(word);
    else lines[lines.length - 1] = line ? `${line} ${word}` : word;
  }
  return lines;
}

/**
 * The colour scale of weights with its ends.
 * @param {string} name
 * @param {string} top
 * @returns {Block}
 */
export function legend(name, top) {
  /** @type {Block['draw']} */
  const draw = (surface, { x, y }, { mute }) => {
    const small = { fill: mute, size: 12 };
    surface.text(name, x, y + 10, small);
    surface.text('0', x + LABEL, y + 10, small);
    for (let i = 0; i < 64; i += 1)
      surface.rect({ x: x + LABEL + 16 + i * 3, y, width: 3.2, height: 10 }, cividis(i / 63));
    surface.text(top, x + LABEL + 220, y + 10, small);
  };
  return { height: 24, draw };
}

/**
 * What hatching means.
 * @param {string} meaning
 * @returns {Block}
 */
export function hatched(meaning) {
  return {
    height: 24,
    draw(surface, { x, y }, theme) {
      drawUnread(surface, { x: x + LABEL + 16, y, width: 48, height: 10 }, whole(1), [{ start: 0, end: 1 }], theme);
      surface.text(meaning, x + LABEL + 76, y + 10, { fill: theme.mute, size: 12 });
    },
  };
}

/**
 * A chart, which draws itself as SVG.
 * @param {number} height
 * @param {(size: { width: number, height: number }, theme: Theme) => Element} plot
 * @returns {Block}
 */
export function chart(height, plot) {
  return {
    height: height + 20,
    draw: (surface, { x, y, width }, theme) => surface.embed(plot({ width, height }, theme), x, y),
  };
}

/**
 * The whole file.
 * @param {string} title
 * @param {Block[]} blocks
 * @param {string} provenance tool, version and model or training run, in words
 * @returns {string}
 */
export function svgFile(title, blocks, provenance) {
  const surface = svgSurface(PAPER);
  surface.text(title, MARGIN, MARGIN + 14, { size: 17, bold: true });
  let y = MARGIN + TITLE;
  for (const { height, draw } of [...blocks, words(provenance)]) {
    draw(surface, { x: MARGIN, y, width: WIDTH - 2 * MARGIN, height }, PAPER);
    y += height;
  }
  const height = Math.ceil(y + MARGIN - 5);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" fill="${PAPER.ink}" font-family="${PAPER.sans}" font-size="13">
<title>${escape(title)}</title>
<rect width="100%" height="100%" fill="#ffffff"/>
${surface}
</svg>
`;
}
