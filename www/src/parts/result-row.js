// @ts-check
import { html, nothing } from 'lit';
import { VERDICTS } from '../state/agreement.js';
import { calledOf, uncertainOf } from '../state/calls.js';
import { shareBar } from './share-bar.js';

/** @import { CallPrecision, ModelInfo, RnaAgreement } from '../engine/types/core.js' */
/** @import { Row } from '../engine/types/engine.js' */
/** @import { Limits } from '../state/calls.js' */

/** With fewer tested calls, a percentage would say more than is known. */
const FEWEST_CALLS = 20;

/** Warnings in a few words, by kind. The panel of the chosen RNA has their full text. @type {Record<string, string>} */
const IN_SHORT = {
  length: 'unusual length',
  unknown: 'many unknown nucleotides',
  'nothing-read': 'no nucleotide could be read',
  composition: 'unusual composition',
  'one-study': 'reflects one study',
};

/**
 * The answer for an RNA: the compartments called, how often such calls were right on other RNAs, and
 * what makes it doubtful.
 * @param {Row} row
 * @param {ModelInfo} model
 * @param {Limits} limits
 * @param {boolean} isAlone whether it is the only RNA: then there is room for all of a warning
 */
export function answer(row, model, limits, isAlone) {
  const called = calledOf(row, limits);
  const doubtful = uncertainOf(row, limits).map((i) => model.compartments[i]);
  return html`${
    called.length > 0
      ? html`<span class="calls">${called.map((i) => html`<span><b>${model.compartments[i]}</b> ${rightness(model, i, limits.thresholds[i])}</span> `)}</span>`
      : html`<b class="none">none called</b>`
  }
    ${doubtful.length > 0 ? html`<span class="doubt">uncertain: ${doubtful.join(', ')}</span>` : nothing}
    ${(row.warnings ?? []).map((warning) => html`<span class="doubt"><span class="warn" aria-hidden="true">!</span> ${isAlone ? warning.message : (IN_SHORT[warning.kind] ?? warning.message)}</span>`)}`;
}

/**
 * Whether the calls are the labels that the input itself names. Nothing without labels.
 * @param {RnaAgreement | undefined} agreement
 */
export function besideLabels(agreement) {
  if (!agreement) return nothing;
  const { labels, verdict } = agreement;
  return html`<span class="beside-labels ${verdict}">${VERDICTS[verdict]}: ${labels.join(', ')}</span>`;
}

/**
 * How often a call was right. Nothing where the model's file does not say it, or where the threshold is
 * not the one that was tested.
 * @param {ModelInfo} model
 * @param {number} compartment
 * @param {number} threshold
 */
function rightness(model, compartment, threshold) {
  const tested = model.call_precision?.[compartment];
  if (!tested || threshold !== model.thresholds[compartment]) return nothing;
  return html`<span class="right-share">${rightInWords(tested)}</span>`;
}

/** @param {CallPrecision} tested */
function rightInWords(tested) {
  const { calls, precision, by_chance } = tested;
  if (precision === null || by_chance === null || calls < FEWEST_CALLS) return testedInWords(tested);
  const percent = (/** @type {number} */ share) => `${Math.round(100 * share)}\u00a0%`;
  return `${percent(precision)} right, ${percent(by_chance)} by chance`;
}

/** @param {CallPrecision} tested */
export function testedInWords({ calls, right }) {
  return calls === 0
    ? 'never called in tests'
    : `right in ${right.toLocaleString('en')} of ${calls.toLocaleString('en')} tests`;
}

/**
 * A probability as a bar and a number, with the threshold as a tick.
 * @param {string} name the compartment's
 * @param {number} probability
 * @param {{ threshold: number, isCalled: boolean, isChosen: boolean }} how isChosen: with more digits, which nothing else has room for
 */
export function probabilityCell(name, probability, { threshold, isCalled, isChosen }) {
  return html`<td role="gridcell" class="probability" data-probability=${probability}>
    <span class="name" aria-hidden="true">${name}</span> ${shareBar(probability, probability.toFixed(isChosen ? 4 : 2), { tick: threshold, isStrong: isCalled })}
  </td>`;
}
