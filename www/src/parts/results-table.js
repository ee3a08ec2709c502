// @ts-check
import { html, nothing } from 'lit';
import { ref, createRef } from 'lit/directives/ref.js';
import { repeat } from 'lit/directives/repeat.js';
import { VirtualizerController } from '@tanstack/lit-virtual';
import { View } from '../view.js';
import { calledOf, passes, uncertainOf } from '../state/calls.js';

/** @import { ModelInfo } from '../engine/types/core.js' */
/** @import { Row } from '../engine/types/engine.js' */
/** @import { Filter, Limits } from '../state/calls.js' */

const ROW_HEIGHT = 37;
const HEAD_HEIGHT = 35;
const MOST_HEIGHT = HEAD_HEIGHT + 10.5 * ROW_HEIGHT;
const PAGE = 10;
/** While rows still come, sorting may take up one part in so many of the page's time. */
const SORTING_SHARE = 10;
/** "rna-10" comes after "rna-9". */
const BY_NAME = new Intl.Collator('en', { numeric: true });
/** Pixels below which the table scrolls sideways instead of growing narrower. */
const NARROWEST = 308;
const NARROWEST_BAR = 84;

/** @typedef {{ column: number, descending: boolean }} Order column: -2 id, -1 length, else a compartment */

/**
 * Predictions as a table: a bar and a number per compartment with the threshold as
 * a tick. Only the rows in sight are in the page, so any number can be held.
 * Fires `row-chosen` with a row's index.
 */
export class ResultsTable extends View {
  static properties = {
    rows: { attribute: false },
    count: { type: Number },
    model: { attribute: false },
    thresholds: { attribute: false },
    filter: { attribute: false },
    chosen: { type: Number },
    order: { state: true },
  };

  constructor() {
    super();
    /** Grows in place while a run goes on; `count` tells that it did. @type {Row[]} */
    this.rows = [];
    this.count = 0;
    /** @type {ModelInfo | null} */
    this.model = null;
    /** In effect now; moved ones are not the model's. @type {number[]} */
    this.thresholds = [];
    /** @type {Filter} */
    this.filter = { text: '', kind: 'all' };
    this.chosen = 0;
    /** @type {Order | null} null: as read */
    this.order = null;
    /** Positions in the table to indices of rows. @type {number[]} */
    this.sorted = [];
    /** Not to be sorted again before. */
    this.sortAgain = 0;
    /** Index of the row at which the keyboard enters the table. */
    this.entry = -1;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.sortTimer = undefined;
    /** @type {import('lit/directives/ref.js').Ref<HTMLDivElement>} */
    this.scroller = createRef();
    this.virtual = new VirtualizerController(this, {
      getScrollElement: () => this.scroller.value ?? null,
      count: 0,
      estimateSize: () => ROW_HEIGHT,
      overscan: 8,
    });
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has('model')) this.order = null;
    if (
      ['rows', 'order', 'model', 'filter'].some((name) => changed.has(name)) ||
      (changed.has('thresholds') && this.filter.kind !== 'all')
    )
      this.sort();
    else if (changed.has('count')) this.sortSoon();
  }

  /** Sorts rows that have come, but not for every few of very many. */
  sortSoon() {
    const wait = this.sortAgain - performance.now();
    if ((!this.order && this.filter.kind === 'all' && !this.filter.text) || wait <= 0) {
      this.sort();
      return;
    }
    this.sortTimer ??= setTimeout(() => {
      this.sort();
      this.requestUpdate();
    }, wait);
  }

  sort() {
    clearTimeout(this.sortTimer);
    this.sortTimer = undefined;
    const began = performance.now();
    this.putInOrder();
    const now = performance.now();
    this.sortAgain = now + SORTING_SHARE * (now - began);
  }

  /** @returns {Limits} */
  limits() {
    return { thresholds: this.thresholds, margin: this.model?.uncertain_margin ?? 0 };
  }

  putInOrder() {
    const { order, rows } = this;
    const keeps = passes(this.filter, this.limits());
    this.sorted = Array.from({ length: rows.length }, (_, i) => i);
    if (keeps) this.sorted = this.sorted.filter((i) => keeps(rows[i]));
    this.tellShown();
    if (!order) return;
    const sign = order.descending ? -1 : 1;
    const { column } = order;
    if (column === -2) this.sorted.sort((a, b) => sign * BY_NAME.compare(rows[a].id, rows[b].id));
    else if (column === -1) this.sorted.sort((a, b) => sign * (rows[a].length - rows[b].length));
    else this.sorted.sort((a, b) => sign * (rows[a].probabilities[column] - rows[b].probabilities[column]));
  }

  /** How many rows pass the filter, for whoever says so. */
  tellShown() {
    this.dispatchEvent(new CustomEvent('rows-shown', { detail: this.sorted.length }));
  }

  /** @param {number} column */
  sortBy(column) {
    const first = column === -2 ? false : true;
    if (this.order?.column !== column) this.order = { column, descending: first };
    else if (this.order.descending === first) this.order = { column, descending: !first };
    else this.order = null;
  }

  /** @param {number} place position in the table */
  choose(place) {
    const bounded = Math.min(this.sorted.length - 1, Math.max(0, place));
    const row = this.sorted[bounded];
    if (row === undefined) return;
    this.virtual.getVirtualizer().scrollToIndex(bounded);
    this.dispatchEvent(new CustomEvent('row-chosen', { detail: row }));
  }

  /** @param {KeyboardEvent} event */
  async onKey(event) {
    const chosen = this.sorted.indexOf(this.chosen);
    const focused = Number(/** @type {HTMLElement} */ (event.target).closest('tr')?.dataset.place ?? chosen);
    // A chosen row that the filter hides is nowhere to go on from.
    const place = chosen >= 0 ? chosen : focused - 1;
    const targets = /** @type {Record<string, number>} */ ({
      ArrowDown: place + 1,
      ArrowUp: place - 1,
      PageDown: place + PAGE,
      PageUp: place - PAGE,
      Home: 0,
      End: this.sorted.length - 1,
      Enter: focused,
      ' ': focused,
    });
    if (!(event.key in targets)) return;
    event.preventDefault();
    this.choose(targets[event.key]);
    await new Promise((resolve) => requestAnimationFrame(resolve));
    await this.updateComplete;
    /** @type {HTMLElement | null} */ (this.querySelector('tr[aria-selected="true"]'))?.focus({ preventScroll: true });
  }

  render() {
    const { model } = this;
    if (!model) return nothing;
    const virtualizer = this.virtual.getVirtualizer();
    virtualizer.setOptions({ ...virtualizer.options, count: this.sorted.length });
    const items = virtualizer.getVirtualItems();
    const before = items[0]?.start ?? 0;
    const after = virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0);
    const columns = model.compartments.length + 3;
    // The keyboard enters the table at the chosen row or, if that is not in view, at the first one that is.
    const shown = items.map((item) => this.sorted[item.index]);
    this.entry = shown.includes(this.chosen) ? this.chosen : (shown[0] ?? -1);
    return html`
      <div class="scroll results" ${ref(this.scroller)} style="min-height:${Math.min(this.sorted.length * ROW_HEIGHT + HEAD_HEIGHT, MOST_HEIGHT)}px;max-height:${MOST_HEIGHT + 16}px">
        <table role="grid" aria-label="Predictions" aria-rowcount=${this.sorted.length + 1} style="min-width:${NARROWEST + NARROWEST_BAR * model.compartments.length}px">
          <thead>
            <tr aria-rowindex="1">
              ${this.heading('RNA', -2, 'id')} ${this.heading('nt', -1, 'length')}
              ${model.compartments.map((name, i) => this.heading(name, i, ''))}
              <th scope="col" class="called">Called</th>
            </tr>
          </thead>
          <tbody @keydown=${this.onKey}>
            ${before > 0 ? html`<tr aria-hidden="true" class="spacer"><td colspan=${columns} style="height:${before}px"></td></tr>` : nothing}
            ${repeat(
              items,
              (item) => this.sorted[item.index],
              (item) => this.row(this.rows[this.sorted[item.index]], item.index, model),
            )}
            ${after > 0 ? html`<tr aria-hidden="true" class="spacer"><td colspan=${columns} style="height:${after}px"></td></tr>` : nothing}
          </tbody>
        </table>
      </div>
    `;
  }

  /**
   * @param {string} name
   * @param {number} column
   * @param {string} kind
   */
  heading(name, column, kind) {
    const sorted = this.order?.column === column ? (this.order.descending ? 'descending' : 'ascending') : 'none';
    const mark = sorted === 'none' ? '' : sorted === 'descending' ? ' ↓' : ' ↑';
    return html`<th scope="col" class=${kind} aria-sort=${sorted}>
      <button type="button" title="Sort by ${name}" @click=${() => this.sortBy(column)}>${name}${mark}</button>
    </th>`;
  }

  /**
   * @param {Row | undefined} row
   * @param {number} place
   * @param {ModelInfo} model
   */
  row(row, place, model) {
    if (!row) return nothing;
    const selected = row.index === this.chosen;
    const called = calledOf(row, this.limits());
    return html`<tr
      tabindex=${row.index === this.entry ? 0 : -1}
      aria-selected=${selected}
      aria-rowindex=${place + 2}
      data-place=${place}
      @click=${() => this.choose(place)}
    >
      <th scope="row" class="id" title=${row.id}>${row.id}</th>
      <td class="length">${row.length}</td>
      ${row.probabilities.map((probability, i) => bar(probability, this.thresholds[i], called.includes(i)))}
      <td class="called">${calledWords(row, called, model, this.limits())}</td>
    </tr>`;
  }
}

/**
 * @param {number} probability
 * @param {number} threshold
 * @param {boolean} called
 */
function bar(probability, threshold, called) {
  const title = `probability ${probability.toFixed(4)}, threshold ${threshold.toFixed(2)}`;
  return html`<td data-probability=${probability} title=${title}>
    <div class="cell ${called ? 'on' : ''}">
      <i aria-hidden="true"><span style="width:${probability * 100}%"></span><u style="left:${threshold * 100}%"></u></i>
      <b>${probability.toFixed(2)}</b>
    </div>
  </td>`;
}

/**
 * @param {Row} row
 * @param {number[]} called
 * @param {ModelInfo} model
 * @param {Limits} limits
 */
function calledWords(row, called, model, limits) {
  const names = called.map((i) => model.compartments[i]).join(', ');
  const doubtful = uncertainOf(row, limits).map((i) => model.compartments[i]);
  const warnings = (row.warnings ?? []).map(({ message }) => message);
  const doubt = doubtful.length > 0 ? [`uncertain: ${doubtful.join(', ')} near the threshold`] : [];
  const notes = [...warnings, ...doubt, ...row.notes].join('; ');
  return html`<span class="words" title="${names || 'none called'}${notes ? `; ${notes}` : ''}">
    ${warnings.length > 0 ? html`<span class="warn" title=${warnings.join('; ')}>!<span class="sr-only"> ${warnings.join('; ')}</span></span> ` : nothing}${names || html`<span class="warn">none called</span>`} ${notes ? html`<span class="quiet">${notes}</span>` : nothing}
  </span>`;
}

customElements.define('results-table', ResultsTable);
