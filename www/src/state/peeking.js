// @ts-check
/** What is about to be predicted, looked at before it is: kinds of RNA, and how long it will take. */
import { WORKERS, predictor } from './engine.js';
import { isOpenModel } from './models.js';

/** @import { ModelInfo } from '../types/core.js' */
/** @import { ModelEntry, Peek, Source } from '../types/page.js' */

/** Lengths from which a class of RNA is likely: mature miRNAs, then small RNAs, then long ones. */
const MATURE = 40;
const SMALL = 400;

/** @type {Map<string, Promise<number>>} */
const paces = new Map();

/** @param {Source[]} sources */
export async function peekAt(sources) {
  return (await predictor.get()).peek(sources);
}

/**
 * Milliseconds that predicting so much would take, as far as one batch tells; null before the model is open.
 * @param {string} model
 * @param {ModelInfo} info
 * @param {Peek} peek
 */
export async function estimate(model, info, peek) {
  if (!(await isOpenModel(model))) return null;
  if (!paces.has(model)) paces.set(model, predictor.get().then((coordinator) => coordinator.pace(model)));
  const pace = await /** @type {Promise<number>} */ (paces.get(model));
  const read = Math.min(peek.nucleotides, peek.records * info.fixed_length);
  return (read * pace) / WORKERS;
}

/**
 * Classes of RNA that fit these lengths, the likeliest first.
 * @param {Peek} peek
 */
export function likelyClasses({ median }) {
  if (median < MATURE) return ['miRNA'];
  if (median < SMALL) return ['snoRNA', 'miRNA'];
  return ['lncRNA', 'mRNA'];
}

/**
 * A model that fits the lengths better than the one chosen; null where that fits, or none does.
 * @param {Peek} peek
 * @param {readonly ModelEntry[]} entries
 * @param {string | null} chosen
 */
export function suggestion(peek, entries, chosen) {
  if (peek.looked === 0) return null;
  const classes = likelyClasses(peek);
  const present = entries.find(({ name }) => name === chosen);
  // A model of unknown class is the visitor's own choice.
  if (!present?.rna_class || classes.includes(present.rna_class)) return null;
  for (const wanted of classes) {
    const same = entries.filter(({ rna_class }) => rna_class === wanted);
    const found = same.find(({ species }) => species === present.species) ?? same[0];
    if (found) return { model: found.name, rnaClass: wanted };
  }
  return null;
}
