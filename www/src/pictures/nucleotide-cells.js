// @ts-check
import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { View } from '../view.js';
import { cividis, inkOn } from './scales.js';

/** Nucleotides spelled out at once; of longer RNAs, those in the window shown. */
export const MOST_LETTERS = 2000;
/** Nucleotides that the arrows up and down move by: the numbers under the cells are so far apart. */
const ROW = 10;

/** Nucleotides from first to last, 1-based, inclusive. @typedef {{ first: number, last: number }} Window */

/** The nucleotides of an RNA spelled out, a cell each, coloured by one head's attention. Pointer and arrow keys read them. */
export class NucleotideCells extends View {
  static properties = {
    name: { attribute: false },
    sequence: { attribute: false },
    weights: { attribute: false },
    top: { attribute: false },
    position: { attribute: false },
    window: { attribute: false },
  };

  constructor() {
    super();
    /** Of the RNA and the head. */
    this.name = '';
    this.sequence = '';
    /** @type {Float32Array} */
    this.weights = new Float32Array();
    /** The weight that gets the scale's brightest colour. */
    this.top = 1;
    /** The nucleotide pointed at, 1-based. @type {number | null} */
    this.position = null;
    /** In view on the tracks. @type {Window} */
    this.window = { first: 1, last: 0 };
    /** Whether the nucleotide pointed at is to be scrolled to when it is drawn. */
    this.follows = false;
  }

  get isWhole() {
    return this.sequence.length <= MOST_LETTERS;
  }

  /** The nucleotides spelled out. @returns {Window} */
  get spelled() {
    const { first, last } = this.window;
    return this.isWhole
      ? { first: 1, last: this.sequence.length }
      : { first, last: Math.min(last, first + MOST_LETTERS - 1) };
  }

  /** @param {number | null} position */
  point(position) {
    this.dispatchEvent(new CustomEvent('nucleotide', { detail: position }));
  }

  /** @param {Event} event */
  onOver(event) {
    const cell = /** @type {HTMLElement} */ (event.target).closest('li');
    if (cell?.dataset.position) this.point(Number(cell.dataset.position));
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const { length } = this.sequence;
    const from = this.position ?? this.spelled.first - 1;
    const targets = /** @type {Record<string, number>} */ ({
      ArrowRight: from + 1,
      ArrowLeft: from - 1,
      ArrowDown: from + ROW,
      ArrowUp: from - ROW,
      Home: 1,
      End: length,
    });
    if (!(event.key in targets)) return;
    event.preventDefault();
    const position = Math.min(length, Math.max(1, targets[event.key]));
    this.follows = true;
    const { first, last } = this.spelled;
    if (position < first || position > last)
      this.dispatchEvent(new CustomEvent('window-wanted', { detail: this.windowAround(position) }));
    this.dispatchEvent(new CustomEvent('moved', { detail: position }));
  }

  /**
   * As many nucleotides as are spelled out now, or as can be, around one of them.
   * @param {number} position
   * @returns {Window}
   */
  windowAround(position) {
    const span = Math.min(MOST_LETTERS, this.window.last - this.window.first + 1);
    const first = Math.min(this.sequence.length - span + 1, Math.max(1, position - Math.floor(span / 2)));
    return { first, last: first + span - 1 };
  }

  updated() {
    if (!this.follows) return;
    this.follows = false;
    // Only now the cell of the new position is there and marked.
    this.querySelector('.at')?.scrollIntoView({ block: 'nearest' });
  }

  render() {
    const { first, last } = this.spelled;
    const positions = Array.from({ length: last - first + 1 }, (_, i) => first + i);
    return html`
      ${this.isWhole ? nothing : html`<p class="hint">Nucleotides ${first}–${last} of ${this.sequence.length}. Zoom or move above to read others.</p>`}
      <ol
        class="letters"
        start=${first}
        tabindex="0"
        aria-label="Nucleotides of ${this.name}"
        @pointerover=${this.onOver}
        @pointerleave=${() => this.point(null)}
        @keydown=${this.onKey}
      >
        ${repeat(
          positions,
          (position) => position,
          (position) => this.cell(position),
        )}
      </ol>
    `;
  }

  /** @param {number} position */
  cell(position) {
    const [letter, weight] = [this.sequence[position - 1], this.weights[position - 1]];
    const share = weight / this.top;
    return html`<li
      data-position=${position}
      class=${position === this.position ? 'at' : ''}
      style="background:${cividis(share)};color:${inkOn(share)}"
      aria-label="${position} ${letter} ${weight.toPrecision(3)}"
    >${letter}</li>`;
  }
}

customElements.define('nucleotide-cells', NucleotideCells);
