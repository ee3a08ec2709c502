// @ts-check
import { html } from 'lit';
import { chart } from './sheet.js';
import { Sized } from './sized.js';
import { PAGE } from './theme.js';

/** @import { Block } from './sheet.js' */
/** @import { Theme } from './theme.js' */

/** A plot as wide as its place, drawn again when that or what it shows changes. */
export class Chart extends Sized {
  /** @type {import('lit').PropertyDeclarations} */
  static properties = { width: { state: true } };

  /** Pixels; what extends this may keep as much place before anything is drawn. */
  static height = 200;
  static HEIGHT_IN_FILE = 420;

  constructor() {
    super();
    this.width = 0;
  }

  /** @param {ResizeObserverEntry} entry */
  resized(entry) {
    this.width = Math.round(entry.contentRect.width);
  }

  /**
   * The plot, for those that extend this to give.
   * @param {{ width: number, height: number }} _size
   * @param {Theme} _theme
   * @returns {Element} an SVG
   */
  plot(_size, _theme) {
    return document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  }

  /** @returns {Block[]} */
  blocks() {
    return [chart(Chart.HEIGHT_IN_FILE, (size, theme) => this.plot(size, theme))];
  }

  /** What the plot shows, in words. */
  inWords() {
    return '';
  }

  get height() {
    return /** @type {typeof Chart} */ (this.constructor).height;
  }

  render() {
    return html`<div class="chart" style="min-height:${this.height}px" role="img" aria-label=${this.inWords()}></div>`;
  }

  updated() {
    if (this.width === 0) return;
    const plot = this.plot({ width: this.width, height: this.height }, PAGE);
    // The words around it say what it shows.
    plot.setAttribute('aria-hidden', 'true');
    this.querySelector('.chart')?.replaceChildren(plot);
  }
}
