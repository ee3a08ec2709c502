// @ts-check
import { html, nothing } from 'lit';
import { onValue } from '../view.js';
import { size } from '../numbers.js';
import { questionMark } from '../explained-term.js';

/** @import { ChosenModel } from '../engine/types/engine.js' */
/** @import { ModelEntry } from '../types/page.js' */

/**
 * Where sequences are pasted.
 * @param {string} text
 * @param {(text: string) => void} change
 */
export function textBox(text, change) {
  return html`<textarea
    id="sequences"
    spellcheck="false"
    autocomplete="off"
    autocapitalize="off"
    placeholder=">name&#10;UGAGGUAGUAGGUUGUAUAGUU"
    aria-describedby="input-hint"
    .value=${text}
    @input=${onValue(change)}
  ></textarea>`;
}

/**
 * A button that asks for files.
 * @param {{ id: string, name: string, label: string, disabled?: boolean }} button name: of the control; label: on show
 * @param {(files: File[]) => void} open
 */
export function filePicker({ id, name, label, disabled = false }, open) {
  /** @param {Event} event */
  const take = ({ target }) => {
    const input = /** @type {HTMLInputElement} */ (target);
    if (input.files?.length) open([...input.files]);
    // The same file can be picked again.
    input.value = '';
  };
  return html`<input id=${id} class="sr-only" type="file" multiple aria-label=${name} ?disabled=${disabled} @change=${take} />
    <label class="button ${disabled ? 'disabled' : ''}" for=${id} aria-hidden="true">${label}</label>`;
}

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

/** The value of the choice of a model for each class, which is not the name of a model. */
const BY_CLASS = ' by class';

/**
 * The models there are, and what the chosen one is.
 * @param {readonly ModelEntry[]} entries
 * @param {string | null} model
 * @param {{ offered: boolean, models: ChosenModel[] }} byClass models: those of the classes, if they are chosen
 * @param {(name: string | null) => void} choose told the name of a model; null: a model for each class
 * @param {() => void} open
 */
export function modelChoice(entries, model, { offered, models }, choose, open) {
  const isByClass = models.length > 0;
  const chosen = entries.find((entry) => entry.name === model);
  const about = isByClass
    ? `Each RNA is predicted with the model of its likely class: ${models.map(({ name }) => name).join(', ')}.`
    : chosen && `${chosen.summary.replace(/\.$/, '')}. ${chosen.compartments.join(', ')}.`;
  return html`<label for="model">Model</label>
    <div class="row">
      <select id="model" class="grow" aria-describedby="model-hint" @change=${onValue((value) => choose(value === BY_CLASS ? null : value))}>
        ${entries.length === 0 ? html`<option value="">reading the list…</option>` : nothing}
        ${entries.map((entry) => html`<option value=${entry.name} ?selected=${entry.name === model && !isByClass} .selected=${entry.name === model && !isByClass}>${entry.name}</option>`)}
        ${offered || isByClass ? html`<option value=${BY_CLASS} .selected=${isByClass}>A model for each class</option>` : nothing}
      </select>
      <button type="button" @click=${open}>Open…</button>
      ${questionMark('Opens a model file that was saved here or by the command line.')}
    </div>
    <p class="hint two-lines" id="model-hint">${about || ' '}</p>`;
}
