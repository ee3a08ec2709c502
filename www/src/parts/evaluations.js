// @ts-check
import { html } from 'lit';
import { plural } from '../numbers.js';
import { figuresTable } from './held-out.js';

/** @import { Evaluation, Measures, Parts, TrainingRecord } from '../engine/types/core.js' */

/** @type {Record<string, string>} */
const BASELINES = {
  prior: 'Prior alone',
  length: 'Length alone',
  kmer_logistic: 'k-mer logistic',
  extra_trees: 'Extra trees',
  organism: 'Organism alone',
  source: 'Source alone',
  spelling: 'Spelling alone',
  tail: 'Tail alone',
};

/** How near-identical RNAs were dealt with. @type {Record<string, string>} */
const PROTOCOLS = {
  strict: 'near-identical RNAs never on two sides',
  paper: 'random folds, as in the paper',
  holdout: 'a part held out',
};

/** A compartment with fewer RNAs is named among the limits. */
const FEW = 50;

/** @param {string} name */
function called(name) {
  return BASELINES[name] ?? name.replaceAll('_', ' ');
}

/**
 * What the model is no better than, by average precision: the difference's 95 % interval does not lie above 0.
 * @param {Evaluation} evaluation
 */
export function verdict({ measures, intervals, baselines }) {
  const interval = intervals.average_precision;
  const range = interval ? ` (95 % interval ${interval.low.toFixed(2)} to ${interval.high.toFixed(2)})` : '';
  const nobetter = Object.entries(baselines).filter(
    ([, { difference }]) => (difference.average_precision?.low ?? 0) <= 0,
  );
  const words =
    nobetter.length > 0
      ? `By this measure it is not demonstrably better than: ${nobetter.map(([name]) => called(name).toLowerCase()).join(', ')}.`
      : 'By this measure it is better than every baseline.';
  return `Average precision ${measures.average_precision.toFixed(2)}${range}. ${words}`;
}

/**
 * Networks trained in the same way on parts of the same data, on RNAs they had not seen, beside baselines.
 * @param {string} name the model's
 * @param {Evaluation[]} evaluations
 * @param {string | null} shown protocol of the evaluation that tells most
 * @param {Parts} counts
 * @param {number} bestEpoch
 */
export function evaluated(name, evaluations, shown, counts, bestEpoch) {
  const first = evaluations.find(({ protocol }) => protocol === shown) ?? evaluations[0];
  /** @type {[string, Measures][]} */
  const rows = [
    ['This method', first.measures],
    ...Object.entries(first.baselines).map(
      ([baseline, { measures }]) => /** @type {[string, Measures]} */ ([called(baseline), measures]),
    ),
  ];
  const folds = first.folds > 1 ? `${first.folds} folds, ` : '';
  return html`
    <p class="verdict">${verdict(first)}</p>
    ${figuresTable(`Measures next to baselines, ${name}`, rows)}
    <p class="hint">
      Measured on RNAs that the networks were not trained on, with networks trained in the same way: ${folds}${PROTOCOLS[first.protocol] ?? first.protocol}, ${plural(first.seeds, 'seed')}. The model itself was trained on
      ${plural(counts.train, 'RNA')}, ${counts.validation > 0 ? `with ${counts.validation} for validation` : 'with thresholds cross-fitted on two halves of them'}; the weights of epoch ${bestEpoch} were kept.
    </p>
  `;
}

/**
 * The limits of a model.
 * @param {TrainingRecord} training
 * @param {string[]} compartments
 */
export function limits({ lengths, support, records }, compartments) {
  const [shortest, , longest] = lengths.map((length) => Math.round(length).toLocaleString('en'));
  const few = compartments.filter((_, i) => support[i] < FEW);
  return html`<p class="hint">
    <b>Limits.</b> Trained on ${plural(records, 'RNA')} of ${shortest}–${longest} nt; do not rely on it for other classes or lengths.${few.length > 0 ? ` Fewer than ${FEW} of them are in: ${few.join(', ')}.` : ''} Compartments that nobody has reported were treated as negative. Not for diagnosis.
  </p>`;
}
