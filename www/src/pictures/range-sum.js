// @ts-check
import { html, nothing } from 'lit';
import { View } from '../view.js';
import { nucleotidesRead } from './values.js';

/** @import { Explained } from '../engine/types/engine.js' */

/** The attention summed over a stretch, per compartment. Chosen here or with Shift and a drag on a track. */
export class RangeSum extends View {
  static properties = { explained: { attribute: false }, range: { attribute: false } };

  constructor() {
    super();
    /** @type {Explained | null} */
    this.explained = null;
    /** @type {{ first: number, last: number } | null} */
    this.range = null;
  }

  /** @param {Partial<{ first: number, last: number }>} change */
  change(change) {
    const length = this.explained?.sequence.length ?? 1;
    const { first, last } = { first: 1, last: length, ...this.range, ...change };
    const inside = (/** @type {number} */ position) => Math.min(length, Math.max(1, Math.round(position) || 1));
    const [from, to] = [inside(first), inside(last)];
    this.dispatchEvent(
      new CustomEvent('range', { detail: { first: Math.min(from, to), last: Math.max(from, to) }, bubbles: true }),
    );
  }

  sums() {
    const { explained, range } = this;
    if (!explained || !range) return [];
    const even = (range.last - range.first + 1) / nucleotidesRead(explained);
    return explained.heads.map(({ compartment, weights }) => {
      const sum = weights.subarray(range.first - 1, range.last).reduce((total, weight) => total + weight, 0);
      return { name: compartment ?? 'All compartments', sum, times: sum / even };
    });
  }

  render() {
    if (!this.explained) return nothing;
    const { length } = this.explained.sequence;
    const input = (/** @type {'first' | 'last'} */ end, /** @type {string} */ label) => html`<input
      type="number"
      min="1"
      max=${length}
      aria-label=${label}
      .value=${this.range ? `${this.range[end]}` : ''}
      placeholder=${end === 'first' ? '1' : `${length}`}
      @change=${(/** @type {any} */ event) => this.change({ [end]: Number(event.target.value) })}
    />`;
    return html`<div class="range-sum">
      <div class="row small">
        <span>Attention from</span> ${input('first', 'First nucleotide of the range')} <span>to</span> ${input('last', 'Last nucleotide of the range')}
        <span class="hint by-pointer">or drag over a track with Shift</span>
      </div>
      <div class="chip-list" role="status">
        ${this.sums().map(({ name, sum, times }) => html`<span class="sum"><b>${(100 * sum).toFixed(0)} %</b> ${name} <span class="quiet">${times.toFixed(1)} × uniform</span></span>`)}
      </div>
    </div>`;
  }
}

customElements.define('range-sum', RangeSum);
