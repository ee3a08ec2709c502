// @ts-check
/**
 * An answer for one RNA of each class, computed in advance by scripts/examples.sh, to be seen before
 * anything is pasted.
 */
import LNCRNA from './examples/lncrna.json';
import MIRNA from './examples/mirna.json';
import MRNA from './examples/mrna.json';
import SNORNA from './examples/snorna.json';

/**
 * steps: the end of each stretch of nucleotides and its attention weight, as a multiple of uniform attention, one after
 * the other; 0 where nothing was read. sequence: only of short RNAs.
 * @typedef {object} FirstExample
 * @property {string} rna_class
 * @property {string} id
 * @property {number} length
 * @property {string | null} sequence
 * @property {string} version of the program
 * @property {{ name: string, hash: string }} model
 * @property {string[]} notes
 * @property {{ message: string }[]} warnings
 * @property {{ name: string, probability: number, threshold: number, called: boolean, uncertain: boolean }[]} compartments
 * @property {{ compartment: string, steps: number[] }} attention
 */

/** @type {FirstExample[]} */
export const FIRST_EXAMPLES = [MIRNA, SNORNA, LNCRNA, MRNA];

/** What is known of these RNAs from experiments, by ID. @type {Record<string, string>} */
export const KNOWN_PLACES = {
  'hsa-miR-21-5p': 'miR-21 acts in the cytoplasm, and it is also found in exosomes and in blood.',
  SNORD3A: 'U3 works in the nucleolus, which lies inside the nucleus.',
  H19: 'H19 is mostly found in the cytoplasm, on ribosomes.',
  HBB: 'The messenger of beta-globin is translated on free ribosomes in the cytosol of red blood cells.',
};

/**
 * The attention weight of every nucleotide; NaN where nothing was read.
 * @param {number[]} steps
 */
export function weightsOf(steps) {
  const weights = new Float32Array(steps[steps.length - 2]);
  for (let i = 0; i < steps.length; i += 2) weights.fill(steps[i + 1] || NaN, i === 0 ? 0 : steps[i - 2], steps[i]);
  return weights;
}
