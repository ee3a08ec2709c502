// @ts-check
import { html } from 'lit';
import { onValue } from '../view.js';

/** @import { ModelInfo } from '../types/core.js' */

/**
 * A slider per compartment: results follow as it moves.
 * @param {ModelInfo} model
 * @param {number[]} thresholds
 * @param {(thresholds: number[]) => void} move
 */
export function thresholdSliders({ compartments, thresholds: own }, thresholds, move) {
  const moved = thresholds.some((threshold, i) => threshold !== own[i]);
  return html`<details class="thresholds">
    <summary class="button">Thresholds${moved ? ' (moved)' : ''}</summary>
    <div class="threshold-list">
      ${compartments.map(
        (name, i) => html`<label class="plain">
          <span>${name}</span>
          <input
            type="range"
            min="0"
            max="1"
            step="0.01"
            aria-label="Threshold for ${name}"
            .value=${`${thresholds[i]}`}
            @input=${onValue((value) => move(thresholds.map((threshold, c) => (c === i ? Number(value) : threshold))))}
          />
          <output>${thresholds[i].toFixed(2)}</output>
        </label>`,
      )}
      <div class="row small">
        <button type="button" ?disabled=${!moved} @click=${() => move([...own])}>Reset to the model's</button>
        <span class="hint">The model chose its thresholds on RNAs that the network which scored them had not learnt from.</span>
      </div>
    </div>
  </details>`;
}
