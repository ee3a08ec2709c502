// @ts-check
import { html, nothing } from 'lit';
import { sentence } from '../engine/words.js';

/**
 * What went wrong, for everyone to notice; nothing where all is well.
 * @param {string} failure in words
 */
export function failureLine(failure) {
  return failure ? html`<p class="failure" role="alert">${sentence(failure)}</p>` : nothing;
}
