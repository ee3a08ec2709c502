// @ts-check
/**
 * Made-up labelled RNAs for a first try at training: the compartment is decided by
 * a planted word, so the attention can be seen to find it.
 */

const WORDS = [
  { word: 'UGAUGAGCUGA', compartments: ['Nucleolus'] },
  { word: 'CCUACCCCAUC', compartments: ['Cytoplasm'] },
];
const RECORDS = 160;
const LENGTH = 60;

/** A small seeded generator (mulberry32): the set is the same every time. */
function generator(seed = 11) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** @returns {File} a FASTA file with [location=…] in its definition lines */
export function teachingSet() {
  const random = generator();
  let text = '';
  for (let i = 0; i < RECORDS; i += 1) {
    // Every fourth RNA carries both words and so has both compartments.
    const planted = i % 4 === 3 ? WORDS : [WORDS[i % 2]];
    const letters = Array.from({ length: LENGTH }, () => 'ACGU'[Math.floor(random() * 4)]);
    planted.forEach(({ word }, part) => {
      const room = LENGTH / planted.length - word.length;
      const at = Math.floor(part * (LENGTH / planted.length) + random() * room);
      letters.splice(at, word.length, ...word);
    });
    const location = planted.flatMap(({ compartments }) => compartments).join(';');
    text += `>made-up-${i + 1} [location=${location}]\n${letters.join('')}\n`;
  }
  return new File([text], 'made-up.fa', { type: 'text/plain' });
}
