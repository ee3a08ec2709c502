// @ts-check
import { html } from 'lit';
import { plural } from '../numbers.js';
import { evaluated, limits } from './evaluations.js';
import { heldOut } from './held-out.js';

/** @import { ModelInfo } from '../engine/types/core.js' */

/**
 * What a model's file says of it.
 * @param {string} name
 * @param {ModelInfo} info
 */
export function modelCard(name, { compartments, thresholds, config, fixed_length, hash, training, figures }) {
  return html`
    <table class="facts">
      <thead>
        <tr><th scope="col">Compartment</th><th scope="col">Threshold</th><th scope="col">RNAs in the data</th></tr>
      </thead>
      <tbody>
        ${compartments.map((compartment, i) => html`<tr><th scope="row">${compartment}</th><td>${thresholds[i].toFixed(2)}</td><td>${training?.support[i] ?? 'n/a'}</td></tr>`)}
      </tbody>
    </table>
    <p class="hint">
      Reads ${fixed_length.toLocaleString('en')} nt · ${config.k}-mers, stride ${config.stride} · ${config.hidden_units} LSTM units ·
      file <code>${hash.slice(0, 12)}</code>
    </p>
    ${
      training
        ? html`<p class="hint">
              Trained by ${training.software} on ${plural(training.records, 'RNA')} of ${training.lengths[0].toLocaleString('en')}–${training.lengths[2].toLocaleString('en')} nt, seed
              ${training.seed}, data <code>${training.data_sha256.slice(0, 12)}</code>.
            </p>
            ${training.evaluations?.length ? evaluated(name, training.evaluations, figures?.protocol ?? null, training.parts, training.best_epoch) : heldOut(training.held_out, training.parts, training.best_epoch)} ${limits(training, compartments)}`
        : html`<p class="hint">This file has no training record.</p>`
    }
  `;
}
