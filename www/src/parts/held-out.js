// @ts-check
import { html } from 'lit';
import { plural } from '../numbers.js';

/** @import { Figures, Measures, Parts } from '../engine/types/core.js' */

/** @type {{ field: keyof Measures, label: string, better: 'higher' | 'lower' }[]} */
const COLUMNS = [
  { field: 'average_precision', label: 'Average precision', better: 'higher' },
  { field: 'accuracy', label: 'Accuracy', better: 'higher' },
  { field: 'auroc', label: 'AUROC', better: 'higher' },
  { field: 'coverage', label: 'Coverage', better: 'lower' },
  { field: 'ranking_loss', label: 'Ranking loss', better: 'lower' },
  { field: 'one_error', label: 'One-error', better: 'lower' },
];

/** Differences smaller than the last digit shown are no difference. */
const NOTHING = 0.005;

/**
 * @param {number} model
 * @param {number} other
 * @param {string} than
 */
export function compared(model, other, than) {
  const by = model - other;
  if (Math.abs(by) < NOTHING) return `no better than ${than} (${other.toFixed(2)})`;
  return `${Math.abs(by).toFixed(2)} ${by > 0 ? 'better' : 'worse'} than ${than} (${other.toFixed(2)})`;
}

/**
 * @param {Figures} figures
 * @param {Parts} counts
 */
export function verdict({ model, prior, length }, counts) {
  const words = `On ${plural(counts.test, 'held-out RNA')} the model's average precision is ${model.average_precision.toFixed(2)}: ${compared(model.average_precision, length.average_precision, 'length alone')} and ${compared(model.average_precision, prior.average_precision, 'the compartments’ frequencies alone')}.`;
  const nothing =
    model.average_precision - length.average_precision < NOTHING
      ? ' On these data the network has found nothing that an RNA’s length does not tell.'
      : '';
  const few = counts.test < 50 ? ' With so few held out, small differences may be chance.' : '';
  return words + nothing + few;
}

/** @param {number | null} value */
function number(value) {
  return value === null || Number.isNaN(value) ? 'n/a' : value.toFixed(3);
}

/**
 * @param {string} name
 * @param {Measures} metrics
 */
function row(name, metrics) {
  return html`<tr role="row">
    <th scope="row" role="rowheader">${name}</th>
    ${COLUMNS.map(({ field, label }) => html`<td role="cell" data-label=${label}>${number(metrics[field])}</td>`)}
  </tr>`;
}

/**
 * @param {string} label
 * @param {[string, Measures][]} rows the model's first
 */
export function figuresTable(label, rows) {
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${label}>
    <table class="metrics rows-as-cards" role="table">
      <thead role="rowgroup">
        <tr role="row">
          <th scope="col" role="columnheader"><span class="sr-only">Predictor</span></th>
          ${COLUMNS.map(({ label: column, better }) => html`<th scope="col" role="columnheader">${column}<br /><span class="quiet">${better} is better</span></th>`)}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${rows.map(([name, metrics]) => row(name, metrics))}
      </tbody>
    </table>
  </div>`;
}

/**
 * The model on RNAs it never saw, beside two guesses that look at no nucleotide.
 * @param {Figures | null} figures
 * @param {Parts} counts
 * @param {number} bestEpoch
 */
export function heldOut(figures, counts, bestEpoch) {
  const parts = `${plural(counts.train, 'RNA')} trained on, ${counts.validation} for validation, ${counts.test} held out. The weights of epoch ${bestEpoch} were kept.`;
  if (!figures)
    return html`<p class="verdict">Nothing was held out, so nothing is known about other RNAs.</p><p class="hint">${parts}</p>`;
  return html`
    <p class="verdict">${verdict(figures, counts)}</p>
    ${figuresTable('Held-out measures', [
      ['Model', figures.model],
      ['Length alone', figures.length],
      ['Prior alone', figures.prior],
    ])}
    <p class="hint">${parts}</p>
  `;
}
