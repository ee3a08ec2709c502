// @ts-check
/** The colours and letters that a picture takes from where it is: the page, or paper. */

/** paper: what lies under the picture. @typedef {{ paper: string, ink: string, mute: string, accent: string, line: string, sans: string, mono: string }} Theme */

/** The page's light colours: a file is read on paper and on slides. @type {Theme} */
export const PAPER = {
  paper: '#ffffff',
  ink: '#1b2127',
  mute: '#5c6670',
  accent: '#0b6e75',
  line: '#dcdfdc',
  sans: 'sans-serif',
  mono: 'monospace',
};

/** For an SVG in the page: it follows the page's colours by itself. @type {Theme} */
export const PAGE = {
  paper: 'var(--card)',
  ink: 'var(--ink)',
  mute: 'var(--mute)',
  accent: 'var(--accent)',
  line: 'var(--line)',
  sans: 'inherit',
  mono: "ui-monospace, 'DejaVu Sans Mono', monospace",
};

/**
 * What holds for an element of the page now: a canvas takes values, no names of them.
 * @param {Element} element
 * @returns {Theme}
 */
export function themeOf(element) {
  const style = getComputedStyle(element);
  const value = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  return {
    paper: value('--card'),
    ink: value('--ink'),
    mute: value('--mute'),
    accent: value('--accent'),
    line: value('--line'),
    sans: style.fontFamily,
    mono: value('--mono'),
  };
}
