// @ts-check
/** What is about to be predicted, looked at before it is: kinds of RNA, and how long it will take. */
import { engine } from './engine.js';
import { isOpenModel } from './models.js';

/** @import { ModelInfo } from '../engine/types/core.js' */
/** @import { Peek, Source } from '../engine/types/engine.js' */
/** @import { ModelEntry } from '../types/page.js' */

/** Lengths from which a class of RNA is likely: mature miRNAs, then small RNAs, then long ones. */
const MATURE = 40;
const SMALL = 400;

/** @type {Map<string, Promise<number>>} */
const paces = new Map();

/** @param {Source[]} sources */
export async function peekAt(sources) {
  return engine.predictor.ask((coordinator) => coordinator.peek(sources));
}

/**
 * Milliseconds that predicting so much would take, as far as one batch tells; null before the model is open.
 * @param {string} model
 * @param {ModelInfo} info
 * @param {Peek} peek
 */
export async function estimate(model, info, peek) {
  if (!(await isOpenModel(model))) return null;
  if (!paces.has(model))
    paces.set(
      model,
      engine.predictor.ask((coordinator) => coordinator.pace(model)),
    );
  const pace = await /** @type {Promise<number>} */ (paces.get(model));
  const read = Math.min(peek.nucleotides, peek.records * info.fixed_length);
  return (read * pace) / engine.workers;
}

/**
 * Classes of RNA that fit these lengths, the likeliest first.
 * @param {Peek} peek
 */
export function likelyClasses({ median }) {
  if (median < MATURE) return ['miRNA'];
  if (median < SMALL) return ['snoRNA', 'miRNA'];
  return ['mRNA', 'lncRNA'];
}

/**
 * Models that fit the lengths better than the one chosen: the likeliest class, or both classes of long RNAs, which
 * length cannot tell apart. Empty if the chosen one fits, or none does.
 * @param {Peek} peek
 * @param {readonly ModelEntry[]} entries
 * @param {string | null} chosen
 * @returns {{ model: string, rnaClass: string }[]}
 */
export function suggestions(peek, entries, chosen) {
  if (peek.looked === 0) return [];
  const classes = likelyClasses(peek);
  const present = entries.find(({ name }) => name === chosen);
  // A model of unknown class is the visitor's own choice.
  if (!present?.rna_class || classes.includes(present.rna_class)) return [];
  const found = classes.flatMap((rnaClass) => {
    const same = entries.filter(({ rna_class }) => rna_class === rnaClass);
    const model = same.find(({ species }) => species === present.species) ?? same[0];
    return model ? [{ model: model.name, rnaClass }] : [];
  });
  return peek.median < SMALL ? found.slice(0, 1) : found;
}
