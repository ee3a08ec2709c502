// @ts-check
import { html, nothing } from 'lit';
import { plural } from '../numbers.js';

/** @import { Results } from '../state/results.js' */

/**
 * The results of each model of a run by class, of which one is on show.
 * @param {readonly Results[]} all
 * @param {Results} shown
 * @param {(results: Results) => void} show
 */
export function resultPortions(all, shown, show) {
  if (!shown.isPart) return nothing;
  return html`<section class="portions" aria-labelledby="portions">
    <h2 id="portions">Models of this run</h2>
    <div class="row small" role="group" aria-labelledby="portions">
      ${all.map(
        (results) =>
          html`<button type="button" aria-pressed=${results === shown} @click=${() => show(results)}>
            <b>${results.modelName}</b> ${plural(results.rows.length, 'RNA')}
          </button>`,
      )}
    </div>
    <p class="hint">
      Each RNA was predicted with the model of its likely class, which is a guess from its length and its longest open
      reading frame. The table, the pictures and the files below are those of ${shown.modelName}.
    </p>
  </section>`;
}
