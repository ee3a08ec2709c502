// @ts-check
import { html, nothing } from 'lit';
import { ref, createRef } from 'lit/directives/ref.js';
import { repeat } from 'lit/directives/repeat.js';
import { VirtualizerController } from '@tanstack/lit-virtual';
import { breakable } from '../breakable.js';
import { FocusKeeper } from '../focus.js';
import { View, onValue } from '../view.js';
import { StoreController } from '../store.js';
import { agreements } from '../state/agreement.js';
import { calledOf, passes } from '../state/calls.js';
import { questionMark } from '../explained-term.js';
import { answer, besideLabels, probabilityCell } from './result-row.js';

/** @import { ModelInfo } from '../engine/types/core.js' */
/** @import { Row } from '../engine/types/engine.js' */
/** @import { Filter, Limits } from '../state/calls.js' */

/** About so many pixels: rows on show are measured. */
const ROW_HEIGHT = 48;
const CARD_HEIGHT = 176;
/** Before the table has been laid out. */
const FIRST_SIZE = { width: 0, height: 520 };
const PAGE = 10;
/** While rows still come, sorting may take up one part in so many of the page's time. */
const SORTING_SHARE = 10;
/** "rna-10" comes after "rna-9". */
const BY_NAME = new Intl.Collator('en', { numeric: true });
/** Rem that the columns need: names, answers and lengths, and each compartment. With less room, rows are cards. */
const WIDTH = 24.5;
const BAR_WIDTH = 4;

/** @typedef {{ column: number, descending: boolean }} Order column: -2 id, -1 length, else a compartment */

/**
 * Predictions as a table: the answer, then a bar and a number per compartment with the threshold as a
 * tick. Where the table has little room, each RNA is a card. Only the rows in sight are in the page, so
 * any number can be held.
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
    isNarrow: { state: true },
  };

  constructor() {
    super();
    new StoreController(this, agreements);
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
    /** Whether the chosen row is to have the focus once it is on show. */
    this.focusChosen = false;
    /** Whether each RNA is a card. */
    this.isNarrow = false;
    this.resizing = new ResizeObserver(() => this.fit());
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.sortTimer = undefined;
    /** @type {import('lit/directives/ref.js').Ref<HTMLDivElement>} */
    this.scroller = createRef();
    this.virtual = new VirtualizerController(this, {
      getScrollElement: () => this.scroller.value ?? null,
      count: 0,
      estimateSize: () => (this.isNarrow ? CARD_HEIGHT : ROW_HEIGHT),
      initialRect: FIRST_SIZE,
      overscan: 8,
    });
    new FocusKeeper(this, '.results', '.results');
  }

  connectedCallback() {
    super.connectedCallback();
    this.resizing.observe(this);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.resizing.disconnect();
  }

  /** Lays the rows out as the room for them allows. */
  fit() {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    this.isNarrow = this.clientWidth < rem * (WIDTH + BAR_WIDTH * (this.model?.compartments.length ?? 0));
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has('model')) {
      this.order = null;
      if (this.isConnected) this.fit();
    }
    if (changed.has('isNarrow')) this.virtual.getVirtualizer().measure();
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
    this.sortRows();
    // Heights are remembered by row, wherever the row is.
    const { sorted } = this;
    const virtualizer = this.virtual.getVirtualizer();
    virtualizer.setOptions({ ...virtualizer.options, count: sorted.length, getItemKey: (place) => sorted[place] });
  }

  sortRows() {
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
  onKey(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    // The headings have buttons, which keys press.
    if (target.closest('thead')) return;
    // A row that was scrolled out of sight has left the focus to the whole table.
    const focused = Number(target.closest('tr')?.dataset.index ?? this.sorted.indexOf(this.chosen));
    const isChosen = this.sorted[focused] === this.chosen;
    const targets = /** @type {Record<string, number>} */ ({
      ArrowDown: isChosen ? focused + 1 : focused,
      ArrowUp: focused - 1,
      PageDown: focused + PAGE,
      PageUp: focused - PAGE,
      Home: 0,
      End: this.sorted.length - 1,
      Enter: focused,
      ' ': focused,
    });
    if (!(event.key in targets)) return;
    event.preventDefault();
    this.focusChosen = true;
    this.choose(targets[event.key]);
  }

  updated() {
    const virtualizer = this.virtual.getVirtualizer();
    for (const row of this.querySelectorAll('tr[data-index]')) virtualizer.measureElement(row);
    if (!this.focusChosen) return;
    const row = /** @type {HTMLElement | null} */ (this.querySelector('tr[aria-selected="true"]'));
    if (!row) return;
    this.focusChosen = false;
    row.focus({ preventScroll: true });
  }

  render() {
    const { model } = this;
    if (!model) return nothing;
    const virtualizer = this.virtual.getVirtualizer();
    const items = virtualizer.getVirtualItems();
    const before = items[0]?.start ?? 0;
    const after = virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0);
    // The keyboard enters the table at the chosen row or, if that is not on show, at the first one in sight.
    const isOnShow = items.some((item) => this.sorted[item.index] === this.chosen);
    this.entry = isOnShow ? this.chosen : (this.sorted[virtualizer.range?.startIndex ?? 0] ?? -1);
    return html`
      ${this.isNarrow && this.count > 1 ? this.sortChoice(model) : nothing}
      <div class="scroll results ${this.isNarrow ? 'as-cards' : ''}" tabindex="-1" ${ref(this.scroller)} @keydown=${this.onKey}>
        <table role="grid" aria-label="Predictions" aria-rowcount=${this.sorted.length + 1}>
          ${this.headings(model)}
          <tbody role="rowgroup">
            ${spacer(before, model)}
            ${repeat(
              items,
              (item) => this.sorted[item.index],
              (item) => this.row(this.rows[this.sorted[item.index]], item.index, model),
            )}
            ${spacer(after, model)}
          </tbody>
        </table>
      </div>
    `;
  }

  /** @param {ModelInfo} model */
  headings(model) {
    return html`<thead role="rowgroup">
      <tr role="row" aria-rowindex="1">
        ${this.heading('RNA', -2, 'id')}
        <th role="columnheader" scope="col" class="called">Called ${questionMark(meaningOf(model))}</th>
        ${this.heading('nt', -1, 'length')} ${model.compartments.map((name, i) => this.heading(name, i, 'probability'))}
      </tr>
    </thead>`;
  }

  /**
   * @param {string} name
   * @param {number} column
   * @param {string} kind
   */
  heading(name, column, kind) {
    const sorted = this.order?.column === column ? (this.order.descending ? 'descending' : 'ascending') : 'none';
    const mark = sorted === 'none' ? '' : sorted === 'descending' ? ' ↓' : ' ↑';
    return html`<th role="columnheader" scope="col" class=${kind} aria-sort=${sorted}>
      <button type="button" aria-label=${name} @click=${() => this.sortBy(column)}>${breakable(name)}${mark}</button>
    </th>`;
  }

  /**
   * The order of cards, which have no headings to press.
   * @param {ModelInfo} model
   */
  sortChoice({ compartments }) {
    const chosen = this.order?.column ?? null;
    const choose = (/** @type {string} */ value) => {
      this.order = value === '' ? null : { column: Number(value), descending: Number(value) !== -2 };
    };
    const option = (/** @type {number | null} */ column, /** @type {string} */ words) =>
      html`<option value=${column ?? ''} .selected=${column === chosen}>${words}</option>`;
    return html`<div class="row small card-order">
      <label class="plain" for="card-order">Order</label>
      <select id="card-order" @change=${onValue(choose)}>
        ${option(null, 'as read')} ${option(-2, 'by name')} ${option(-1, 'longest first')}
        ${compartments.map((name, i) => option(i, `most ${name} first`))}
      </select>
    </div>`;
  }

  /**
   * @param {Row | undefined} row
   * @param {number} place
   * @param {ModelInfo} model
   */
  row(row, place, model) {
    if (!row) return nothing;
    const isChosen = row.index === this.chosen;
    const limits = this.limits();
    const called = calledOf(row, limits);
    return html`<tr
      role="row"
      tabindex=${row.index === this.entry ? 0 : -1}
      aria-selected=${isChosen}
      aria-rowindex=${place + 2}
      data-index=${place}
      @click=${() => this.choose(place)}
    >
      <th role="rowheader" scope="row" class="id">${row.id}</th>
      <td role="gridcell" class="called">${answer(row, model, limits, this.rows.length === 1)}${besideLabels(agreements.get().get(row.index))}</td>
      <td role="gridcell" class="length">${row.length.toLocaleString('en')}</td>
      ${row.probabilities.map((probability, i) =>
        probabilityCell(model.compartments[i], probability, {
          threshold: this.thresholds[i],
          isCalled: called.includes(i),
          isChosen,
        }),
      )}
    </tr>`;
  }
}

/**
 * Room for the rows that are not in the page.
 * @param {number} height
 * @param {ModelInfo} model
 */
function spacer(height, { compartments }) {
  if (height <= 0) return nothing;
  return html`<tr aria-hidden="true" class="spacer"><td colspan=${compartments.length + 3} style="height:${height}px"></td></tr>`;
}

/** @param {ModelInfo} model */
function meaningOf({ call_precision }) {
  const called = 'A compartment is called if its probability reaches its threshold.';
  const uncertain = 'Uncertain: the probability is so near the threshold that a small change would change the call.';
  if (!call_precision)
    return `${called} ${uncertain} This model’s file has no record of how often its calls are right.`;
  return `${called} The share says how often calls of that compartment were right for RNAs that networks trained in the same way had not seen, and how often calls at random would be. ${uncertain}`;
}

customElements.define('results-table', ResultsTable);
