// @ts-check
import { html, nothing } from 'lit';
import { size } from '../numbers.js';

/** @import { ModelEntry } from '../types/page.js' */

/**
 * The files to be predicted, each with a button that takes it out.
 * @param {File[]} files
 * @param {(file: File) => void} remove
 */
export function fileList(files, remove) {
  return html`<ul class="files" aria-label="Opened files" ?hidden=${files.length === 0}>
    ${files.map(
      (file) => html`<li>
        <span>${file.name}</span> <span class="quiet">${size(file.size)}</span>
        <button type="button" class="plain-button" aria-label="Remove ${file.name}" @click=${() => remove(file)}>×</button>
      </li>`,
    )}
  </ul>`;
}

/**
 * The models there are, and what the chosen one is.
 * @param {readonly ModelEntry[]} entries
 * @param {string | null} model
 * @param {(name: string) => void} choose
 * @param {() => void} open
 */
export function modelChoice(entries, model, choose, open) {
  const chosen = entries.find((entry) => entry.name === model);
  return html`<label for="model">Model</label>
    <div class="row">
      <select id="model" class="grow" aria-describedby="model-hint" @change=${(/** @type {any} */ event) => choose(event.target.value)}>
        ${entries.length === 0 ? html`<option value="">reading the list…</option>` : nothing}
        ${entries.map((entry) => html`<option value=${entry.name} ?selected=${entry.name === model} .selected=${entry.name === model}>${entry.name}</option>`)}
      </select>
      <button type="button" title="Open a model file saved here or by the command line" @click=${open}>Open…</button>
    </div>
    <p class="hint two-lines" id="model-hint">${chosen ? `${chosen.summary.replace(/\.$/, '')}. ${chosen.compartments.join(', ')}.` : ' '}</p>`;
}
