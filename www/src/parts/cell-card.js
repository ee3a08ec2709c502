// @ts-check
/** Where one RNA is likely to be found: the picture of the cell and its table. */
import { html, nothing } from 'lit';
import { madeWith } from '../pictures/provenance.js';
import { calledOf, uncertainOf } from '../state/calls.js';
import './cell-panel.js';
import { probabilityBar } from './probability-bar.js';

/** @import { Row } from '../engine/types/engine.js' */
/** @import { ModelInfo } from '../engine/types/core.js' */
/** @import { Limits } from '../state/calls.js' */
/** @import { Shade } from '../pictures/cell-labels.js' */

/** @typedef {Pick<Row, 'probabilities' | 'unreadable'>} Predicted */

/** Heads of the columns that `predictionCells` fills. */
export const PREDICTION_COLUMNS = ['Probability', 'Call'];

/**
 * What the cell shows of a prediction.
 * @param {Predicted} row
 * @param {string[]} compartments
 * @param {Limits} limits
 * @returns {Shade[]}
 */
export function predictionShades(row, compartments, limits) {
  const called = calledOf(row, limits);
  return compartments.map((compartment, i) => ({
    compartment,
    share: row.probabilities[i],
    words: row.probabilities[i].toFixed(2),
    called: called.includes(i),
  }));
}

/**
 * What the table says of a prediction.
 * @param {Predicted} row
 * @param {Limits} limits
 */
export function predictionCells(row, limits) {
  const called = calledOf(row, limits);
  const uncertain = uncertainOf(row, limits);
  return row.probabilities.map((probability, i) => [
    probabilityBar(probability, limits.thresholds[i], called.includes(i)),
    html`${called.includes(i) ? 'called' : html`<span class="quiet">below ${limits.thresholds[i].toFixed(2)}</span>`}${uncertain.includes(i) ? html` <span class="warn">uncertain</span>` : nothing}`,
  ]);
}

/**
 * The card of a chosen RNA.
 * @param {Row} row
 * @param {ModelInfo} model
 * @param {number[]} thresholds in effect
 */
export function cellCard(row, model, thresholds) {
  const limits = { thresholds, margin: model.uncertain_margin };
  const caption = `Where ${row.id} is likely to be found`;
  return html`<section aria-label="Cell">
    <cell-panel
      .heading=${html`<h2>${caption}</h2>`}
      .file=${`${row.id}-cell`}
      .caption=${caption}
      .provenance=${madeWith(model)}
      .shades=${predictionShades(row, model.compartments, limits)}
      .columns=${PREDICTION_COLUMNS}
      .cells=${predictionCells(row, limits)}
    ></cell-panel>
  </section>`;
}
