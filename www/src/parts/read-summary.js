// @ts-check
import { html, nothing } from 'lit';
import { sentence } from '../engine/words.js';
import { duration, plural } from '../numbers.js';

/** @import { ModelInfo, Peek } from '../engine/types/core.js' */

/**
 * Models that are offered. better: those that suit the RNAs better than the chosen one. mixture: what the RNAs look
 * like, if no single model suits them. use: chooses a model; null: one for each class.
 * @typedef {{ better: { model: string, rnaClass: string }[], mixture: string | null, use: (model: string | null) => void }} Offer
 */

/** @param {Peek} peek */
function lengths({ shortest, median, longest }) {
  const n = (/** @type {number} */ value) => value.toLocaleString('en');
  return shortest === longest ? `${n(longest)} nt` : `${n(shortest)}–${n(longest)} nt, half of them up to ${n(median)}`;
}

/**
 * What the model does to RNAs of these lengths.
 * @param {Peek} peek
 * @param {ModelInfo} info
 */
function fitted({ longest, shortest }, { fixed_length, config }) {
  const n = fixed_length.toLocaleString('en');
  if (longest > fixed_length)
    return `The model reads ${n} nt at most: longer RNAs are cut to their ${config.length_setting.startsWith('start') ? 'last' : 'first'} ${n} nt.`;
  if (shortest < fixed_length)
    return `All RNAs fit into the ${n} nt that the model reads; shorter ones are padded, and the padding is ignored.`;
  return '';
}

/**
 * What was read of the input so far, before it is predicted.
 * @param {Peek} peek
 * @param {ModelInfo | null} info of the model that is to predict all; null: not known, or a model for each class
 * @param {number | null} milliseconds that predicting will take
 * @param {Offer} offer
 */
export function readSummary(peek, info, milliseconds, offer) {
  if (peek.looked === 0 && peek.problems === 0) return nothing;
  const about = peek.whole ? '' : 'about ';
  return html`<div class="read" role="status" aria-label="What was read">
    ${peek.looked > 0 ? html`<b>${about}${plural(peek.records, 'RNA')}</b>, ${lengths(peek)}.` : 'No RNA can be read.'}
    ${peek.notes.slice(0, 3).map(({ note, count }) => html` ${plural(count, 'RNA')}: ${note}.`)}
    ${peek.problems > 0 ? problems(peek) : nothing} ${info && peek.looked > 0 ? fitted(peek, info) : nothing}
    ${milliseconds === null || peek.looked === 0 ? nothing : html` Predicting takes about ${duration(Math.max(100, milliseconds))} here.`}
    ${classes(peek, offer)}
  </div>`;
}

/** @param {Peek} peek */
function problems({ problems: count, problem }) {
  return html` <b>${plural(count, 'problem')}</b>: ${problem}. ${count > 1 ? 'Predict lists them all.' : ''}`;
}

/**
 * Which classes the RNAs are likely to be of, and the models that suit them.
 * @param {Peek} peek
 * @param {Offer} offer
 */
function classes({ frames }, { better, mixture, use }) {
  const words = [mixture, frames].filter((part) => part !== null).map((part) => `${sentence(part)}.`);
  if (words.length === 0 && better.length > 0) words.push(usually(better));
  if (words.length === 0) return nothing;
  return html`<br />${words.join(' ')}
    ${mixture ? html`<button type="button" class="link" @click=${() => use(null)}>Use a model for each class</button> ` : nothing}
    ${better.map(({ model }) => html`<button type="button" class="link" @click=${() => use(model)}>Use ${model}</button> `)}`;
}

/** @param {{ rnaClass: string }[]} better */
function usually(better) {
  return `RNAs of this length are usually ${better.map(({ rnaClass }) => `${rnaClass}s`).join(' or ')}.`;
}
