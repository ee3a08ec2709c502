// @ts-check
import { html } from 'lit';
import { onValue } from '../view.js';

/** @import { Config, Preset, TrainingOptions } from '../types/core.js' */

/**
 * The settings worth turning, in the paper's order.
 * @type {{ field: keyof Config, label: string, step?: string, min?: number, max?: number, values?: string[] }[]}
 */
const KNOBS = [
  { field: 'k', label: 'k-mer length k', min: 1, max: 5 },
  { field: 'stride', label: 'Stride', min: 1, max: 3 },
  { field: 'hops', label: 'Hops', min: 1, max: 7 },
  { field: 'embedding_dim', label: 'Embedding dimension d', min: 1, max: 512 },
  { field: 'hidden_units', label: 'LSTM units', min: 1, max: 512 },
  { field: 'lstm_layers', label: 'LSTM layers', min: 1, max: 4 },
  { field: 'attention_dim', label: 'Attention size', min: 1, max: 512 },
  { field: 'dropout', label: 'Dropout', min: 0, max: 0.9, step: '0.05' },
  { field: 'learning_rate', label: 'Learning rate', min: 0, max: 1, step: 'any' },
  { field: 'weight_decay', label: 'Weight decay', min: 0, max: 1, step: 'any' },
  { field: 'batch_size', label: 'Batch size', min: 1, max: 512 },
];

/** @typedef {Partial<Record<keyof Config, string | number>>} Overrides */

/**
 * @param {Preset} preset
 * @param {Overrides} overrides what was turned so far
 * @param {boolean} disabled
 * @param {(overrides: Overrides) => void} change
 */
export function trainKnobs(preset, overrides, disabled, change) {
  /** @param {keyof Config} field @param {string} text */
  const set = (field, text) => {
    const next = { ...overrides };
    const value = typeof preset.config[field] === 'number' ? Number(text) : text;
    if (text === '' || value === preset.config[field]) delete next[field];
    else next[field] = value;
    change(next);
  };
  const turned = Object.keys(overrides).length;
  return html`<details class="more">
    <summary>More settings${turned > 0 ? ` (${turned} changed)` : ''}</summary>
    <fieldset class="knobs" ?disabled=${disabled}>
      ${KNOBS.filter(({ field }) => field in preset.config).map(
        ({ field, label, step = '1', min, max }) => html`
          <label for="knob-${field}">${label}</label>
          <input
            id="knob-${field}"
            type="number"
            inputmode="decimal"
            min=${min ?? ''}
            max=${max ?? ''}
            step=${step}
            class=${field in overrides ? 'changed' : ''}
            .value=${String(overrides[field] ?? preset.config[field])}
            @change=${onValue((value) => set(field, value))}
          />
        `,
      )}
      ${choice('attention_heads', 'Attention heads', preset, overrides, set)} ${choice('loss', 'Loss', preset, overrides, set)}
      ${choice('embedding_mode', 'k-mer graph', preset, overrides, set)}
      <button type="button" class="wide" ?disabled=${turned === 0} @click=${() => change({})}>Back to the preset</button>
    </fieldset>
  </details>`;
}

/** @type {Partial<Record<keyof Config, string[]>>} */
const CHOICES = {
  attention_heads: ['shared', 'per-compartment'],
  loss: ['softmax', 'sigmoid'],
  embedding_mode: ['weighted', 'as-written'],
};

/**
 * @param {keyof Config} field
 * @param {string} label
 * @param {Preset} preset
 * @param {Overrides} overrides
 * @param {(field: keyof Config, text: string) => void} set
 */
function choice(field, label, preset, overrides, set) {
  const own = String(preset.config[field]);
  const values = [...new Set([own, ...(CHOICES[field] ?? [])])];
  const present = String(overrides[field] ?? own);
  return html`<label for="knob-${field}">${label}</label>
    <select id="knob-${field}" @change=${onValue((value) => set(field, value))}>
      ${values.map((value) => html`<option value=${value} ?selected=${value === present}>${value}</option>`)}
    </select>`;
}

/**
 * @param {string} preset
 * @param {number} epochs
 * @param {number} seed
 * @param {Overrides} overrides
 * @returns {TrainingOptions}
 */
export function trainingOptions(preset, epochs, seed, overrides) {
  return { preset, epochs, seed, overrides: /** @type {Partial<Config>} */ (overrides) };
}
