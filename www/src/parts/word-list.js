// @ts-check
import { html } from 'lit';

/** @import { Word } from '../engine/types/core.js' */

/** K-mers shown at either end. */
const SHOWN = 12;

/**
 * A k-mer, larger and darker the more attention it draws.
 * @param {Word} word
 * @param {number} share 0 the least, 1 the most of those shown
 */
function entry({ word, count, attention }, share) {
  const size = 13 + 11 * share;
  return html`<li style="font-size:${size.toFixed(1)}px;color:color-mix(in srgb, var(--full) ${Math.round(100 * share)}%, var(--mute))" title="${word}: ${attention.toFixed(2)} × uniform attention, ${count === 1 ? 'once' : `${count} times`}">
    ${word}<span class="sr-only"> ${attention.toFixed(2)} times uniform attention</span>
  </li>`;
}

/**
 * The most and the least informative k-mers, in size and shade (Fig. 12 of the paper).
 * @param {Word[]} words the most attended first
 * @param {string} label
 */
export function wordList(words, label) {
  const most = words.slice(0, SHOWN).filter(({ attention }) => attention > 1);
  const least = words.slice(-SHOWN).filter((word) => !most.includes(word) && word.attention < 1);
  const top = words[0]?.attention ?? 1;
  const share = (/** @type {Word} */ { attention }) => Math.min(1, Math.max(0, attention / top));
  return html`
    <p class="hint">Most attended</p>
    <ul class="words-list most" aria-label="Most attended k-mers${label}">${most.map((word) => entry(word, share(word)))}</ul>
    <p class="hint">Least attended</p>
    <ul class="words-list" aria-label="Least attended k-mers${label}">${least.map((word) => entry(word, share(word)))}</ul>
  `;
}
