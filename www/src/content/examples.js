// @ts-check
/**
 * Well-known human RNAs to try the page with: miRNAs as miRBase lists them, the others as RefSeq
 * does. Both are free to use; the long ones have their accession in their definition line.
 */
import LNCRNAS from './examples/lncrna.fa?raw';
import MIRNAS from './examples/mirna.fa?raw';
import MRNAS from './examples/mrna.fa?raw';
// The third spells the first with T: both must get the same answer.
import SNORNAS from './examples/snorna.fa?raw';

/** By what the name of a class, or of a preset, contains. @type {[RegExp, string][]} */
const BY_CLASS = [
  [/snorna/i, SNORNAS],
  [/lncrna/i, LNCRNAS],
  [/mirna/i, MIRNAS],
  [/mrna/i, MRNAS],
];

/**
 * A set that suits the model's class of RNA; small RNAs of both kinds if the class is not known.
 * @param {string | null} rnaClass
 */
export function exampleFor(rnaClass) {
  const suiting = BY_CLASS.find(([pattern]) => pattern.test(rnaClass ?? ''));
  return suiting ? suiting[1] : SNORNAS + MIRNAS;
}
