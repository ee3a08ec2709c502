// @ts-check
import { html, nothing } from 'lit';

/** @import { ModelEntry } from '../types/page.js' */

/**
 * The cells of a model's row in the table of models: its class, species and figures.
 * @param {ModelEntry} entry
 * @param {string[]} columns the table's, for screens on which each row is a card
 */
export function figuresCells({ rna_class, species, figures }, columns) {
  const cells = [rna_class ?? 'not known', species ?? 'not known', ...figuresOf(figures ?? null)];
  return cells.map((cell, i) => html`<td role="cell" data-label=${columns[i + 1]}>${cell}</td>`);
}

/** @param {import("../engine/types/core.js").ModelFigures | null} figures */
function figuresOf(figures) {
  if (!figures) return ['not known', 'not measured', 'none'];
  const { records, average_precision, interval, best_baseline, is_for_teaching } = figures;
  const range = interval
    ? html` <span class="quiet">(${interval.low.toFixed(2)} to ${interval.high.toFixed(2)})</span>`
    : nothing;
  return [
    records.toLocaleString('en'),
    html`<span>${average_precision.toFixed(2)}${range}</span>`,
    html`<span
      >${best_baseline ? `${best_baseline.name}, ${best_baseline.average_precision.toFixed(2)}` : 'none'}
      ${is_for_teaching ? html`<span class="warn">for teaching only</span>` : nothing}</span
    >`,
  ];
}
