// @ts-check
import { html } from 'lit';
import { ends, sizeOf } from '../pictures/kmer-words.js';
import { term } from '../explained-term.js';

/** Pixels of a rem, unless the reader has chosen another size of text. */
const ROOT = 16;

/** @import { Word } from '../engine/types/core.js' */
/** @import { Entry } from '../pictures/kmer-words.js' */

/**
 * A k-mer, larger and darker the more attention it draws.
 * @param {Entry} entry
 */
function item({ word: { word, count, attention }, share }) {
  const often = count === 1 ? 'once' : `${count} times`;
  return html`<li style="font-size:${(sizeOf(share) / ROOT).toFixed(3)}rem;color:color-mix(in srgb, var(--full) ${Math.round(100 * share)}%, var(--mute))">${term(word, `${word}: ${attention.toFixed(2)} × uniform attention, ${often}`)}</li>`;
}

/**
 * The most and the least informative k-mers, in size and shade (Fig. 12 of the paper).
 * @param {Word[]} words the most attended first
 * @param {string} label
 */
export function wordList(words, label) {
  const { most, least } = ends(words);
  return html`
    <p class="hint">Most attended</p>
    <ul class="words-list most" aria-label="Most attended k-mers${label}">${most.map(item)}</ul>
    <p class="hint">Least attended</p>
    <ul class="words-list" aria-label="Least attended k-mers${label}">${least.map(item)}</ul>
  `;
}
