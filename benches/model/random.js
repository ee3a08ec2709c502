// @ts-check
/** Seeded random numbers: all contenders generate the same weights and inputs from a seed. */

/**
 * Mulberry32: uniform numbers in [0, 1).
 * @param {number} seed
 * @returns {() => number}
 */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * A random RNA of `length` nucleotides.
 * @param {() => number} next
 * @param {number} length
 */
export function rna(next, length) {
  let sequence = '';
  for (let i = 0; i < length; i += 1) sequence += 'ACGU'[Math.floor(next() * 4)];
  return sequence;
}
