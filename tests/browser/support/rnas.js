// @ts-check
/** RNAs made up for the tests: seeded, so every run has the same. */

/** @param {number} seed */
export function generator(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

/**
 * @param {number} length
 * @param {() => number} random
 */
export function rna(length, random) {
  return Array.from({ length }, () => 'ACGU'[Math.floor(random() * 4)]).join('');
}

/**
 * @param {number} count
 * @param {(i: number) => number} lengthOf
 * @param {number} [seed]
 */
export function fasta(count, lengthOf, seed = 3) {
  const random = generator(seed);
  return Array.from({ length: count }, (_, i) => `>rna-${i + 1}\n${rna(lengthOf(i), random)}\n`).join('');
}

/**
 * A labelled set in which a planted word decides the compartment.
 * @param {number} count
 * @param {number} length
 * @param {number} [seed]
 */
export function labelledFasta(count, length, seed = 5) {
  const random = generator(seed);
  const kinds = [
    ['Nucleus', 'UGAUGAUGA'],
    ['Cytoplasm', 'CCUACCCCA'],
  ];
  return Array.from({ length: count }, (_, i) => {
    const [location, word] = kinds[i % 2];
    const at = Math.floor(random() * (length - word.length));
    const letters = rna(length, random);
    const sequence = letters.slice(0, at) + word + letters.slice(at + word.length);
    return `>made-${i + 1} [location=${location}${i % 5 === 0 ? ';Cytosol' : ''}]\n${sequence}\n`;
  }).join('');
}
