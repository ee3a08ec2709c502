// @ts-check
/** A model for each class of RNA, for an input with RNAs of several classes. */

/** @import { ChosenModel } from '../engine/types/engine.js' */
/** @import { ModelEntry } from '../types/page.js' */

/**
 * The model for a class of RNA: the chosen one if it is of that class, or one of its species, if there is one.
 * @param {string} rnaClass
 * @param {readonly ModelEntry[]} entries
 * @param {ModelEntry | undefined} chosen
 */
export function modelOf(rnaClass, entries, chosen) {
  if (chosen?.rna_class === rnaClass) return chosen;
  const same = entries.filter(({ rna_class }) => rna_class === rnaClass);
  return same.find(({ species }) => species === chosen?.species) ?? same[0];
}

/**
 * A model for each class that has one.
 * @param {readonly ModelEntry[]} entries
 * @param {string | null} chosen
 * @returns {ChosenModel[]}
 */
export function classModels(entries, chosen) {
  const present = entries.find(({ name }) => name === chosen);
  const classes = new Set(entries.flatMap(({ rna_class }) => (rna_class ? [rna_class] : [])));
  return [...classes].flatMap((rna_class) => {
    const model = modelOf(rna_class, entries, present);
    return model ? [{ name: model.name, rna_class }] : [];
  });
}
