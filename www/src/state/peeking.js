// @ts-check
/** What is about to be predicted, looked at before it is: kinds of RNA, and how long it will take. */
import { engine } from './engine.js';
import { modelOf } from './class-models.js';
import { isOpenModel } from './models.js';

/** @import { ModelInfo, Peek } from '../engine/types/core.js' */
/** @import { Source } from '../engine/types/engine.js' */
/** @import { ModelEntry } from '../types/page.js' */

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
 * What is offered for an input. mixture: what its RNAs look like, if lengths tell several classes apart and the chosen
 * model does not suit all of them, so that each class is to have its model. better: models that suit most of them better.
 * @param {Peek} peek
 * @param {readonly ModelEntry[]} entries
 * @param {string | null} chosen
 */
export function offersFor(peek, entries, chosen) {
  const rnaClass = entries.find(({ name }) => name === chosen)?.rna_class;
  const suitsAll = !rnaClass || peek.classes.every(({ suitable }) => suitable.includes(rnaClass));
  if (!suitsAll && peek.mixture) return { mixture: peek.mixture, better: [] };
  return { mixture: null, better: suggestions(peek, entries, chosen) };
}

/**
 * Models that suit the RNAs better than the one chosen: of the class that most are likely to be of, or of both classes
 * of long RNAs. Empty if the chosen one suits them, or none does.
 * @param {Peek} peek
 * @param {readonly ModelEntry[]} entries
 * @param {string | null} chosen
 * @returns {{ model: string, rnaClass: string }[]}
 */
export function suggestions({ classes, commonest }, entries, chosen) {
  const likely = classes.find(({ rna_class }) => rna_class === commonest);
  const present = entries.find(({ name }) => name === chosen);
  // A model of unknown class is the visitor's own choice.
  if (!likely || !present?.rna_class || likely.suitable.includes(present.rna_class)) return [];
  return likely.candidates.flatMap((rnaClass) => {
    const model = modelOf(rnaClass, entries, present);
    return model && model !== present ? [{ model: model.name, rnaClass }] : [];
  });
}
