// @ts-check
/** A model for each class of RNA, for an input with RNAs of several classes. */

/** @import { ChosenModel } from '../engine/types/engine.js' */
/** @import { ModelEntry } from '../types/page.js' */

/**
 * The model for a class of RNA: of this species, if there is one.
 * @param {string} rnaClass
 * @param {readonly ModelEntry[]} entries
 * @param {string | null} species
 */
export function modelOf(rnaClass, entries, species) {
  const same = entries.filter(({ rna_class }) => rna_class === rnaClass);
  return same.find((entry) => entry.species === species) ?? same[0];
}

/**
 * A model for each class that has one: of the species of the chosen model, if there is one.
 * @param {readonly ModelEntry[]} entries
 * @param {string | null} chosen
 * @returns {ChosenModel[]}
 */
export function classModels(entries, chosen) {
  const species = entries.find(({ name }) => name === chosen)?.species ?? null;
  const classes = new Set(entries.flatMap(({ rna_class }) => (rna_class ? [rna_class] : [])));
  return [...classes].flatMap((rna_class) => {
    const model = modelOf(rna_class, entries, species);
    return model ? [{ name: model.name, rna_class }] : [];
  });
}
