// @ts-check
/** Where one RNA is likely to be found: the picture of the cell and its table. */
import { html, nothing } from 'lit';
import { madeWith } from '../pictures/provenance.js';
import { calledOf, uncertainOf } from '../state/calls.js';
import './cell-panel.js';
import { shareBar } from './share-bar.js';

/** @import { Row } from '../engine/types/engine.js' */
/** @import { ModelInfo } from '../engine/types/core.js' */
/** @import { Shade } from '../pictures/cell-labels.js' */

/**
 * What is said of one compartment of an RNA.
 * @typedef {{ name: string, probability: number, threshold: number, called: boolean, uncertain: boolean }} PredictedCompartment
 */

/** Heads of the columns that `callCells` fills. */
export const PREDICTION_COLUMNS = ['Probability', 'Call'];

/**
 * What the cell shows of a prediction.
 * @param {PredictedCompartment[]} compartments
 * @returns {Shade[]}
 */
export function callShades(compartments) {
  return compartments.map(({ name, probability, called }) => ({
    compartment: name,
    share: probability,
    words: probability.toFixed(2),
    called,
  }));
}

/**
 * What the table says of a prediction.
 * @param {PredictedCompartment[]} compartments
 */
export function callCells(compartments) {
  return compartments.map(({ probability, threshold, called, uncertain }) => [
    shareBar(probability, probability.toFixed(2), { tick: threshold, isStrong: called }),
    html`${called ? 'called' : html`<span class="quiet">below ${threshold.toFixed(2)}</span>`}${uncertain ? html` <span class="warn">uncertain</span>` : nothing}`,
  ]);
}

/**
 * @param {Row} row
 * @param {ModelInfo} model
 * @param {number[]} thresholds in effect
 * @returns {PredictedCompartment[]}
 */
function predictedCompartments(row, model, thresholds) {
  const limits = { thresholds, margin: model.uncertain_margin };
  const called = calledOf(row, limits);
  const uncertain = uncertainOf(row, limits);
  return model.compartments.map((name, i) => ({
    name,
    probability: row.probabilities[i],
    threshold: thresholds[i],
    called: called.includes(i),
    uncertain: uncertain.includes(i),
  }));
}

/**
 * The card of a chosen RNA.
 * @param {Row} row
 * @param {ModelInfo} model
 * @param {number[]} thresholds in effect
 */
export function cellCard(row, model, thresholds) {
  const compartments = predictedCompartments(row, model, thresholds);
  const caption = `Where ${row.id} is likely to be found`;
  return html`<section aria-label="Cell">
    <cell-panel
      .heading=${html`<h2>${caption}</h2>`}
      .file=${`${row.id}-cell`}
      .caption=${caption}
      .provenance=${madeWith(model)}
      .shades=${callShades(compartments)}
      .columns=${PREDICTION_COLUMNS}
      .cells=${callCells(compartments)}
    ></cell-panel>
  </section>`;
}
