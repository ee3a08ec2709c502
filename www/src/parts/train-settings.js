// @ts-check
import { html } from 'lit';
import { onValue } from '../view.js';
import { questionMark } from '../explained-term.js';

/** @import { Config, Preset, SettingDescription, TrainingOptions } from '../engine/types/core.js' */

/** @typedef {Partial<Record<keyof Config, string | number | boolean>>} Overrides */

/** Epochs have a field of their own, in sight. */
const ELSEWHERE = 'epochs';

/**
 * Every setting, in the groups of the paper.
 * @param {Preset} preset
 * @param {SettingDescription[]} settings
 * @param {Overrides} overrides what was changed so far
 * @param {boolean} disabled
 * @param {(overrides: Overrides) => void} change
 */
export function trainingSettings(preset, settings, overrides, disabled, change) {
  const own = /** @type {Overrides} */ (/** @type {unknown} */ (preset.config));
  /** @param {SettingDescription} setting @param {string | number | boolean} value */
  const set = ({ name }, value) => {
    const next = { ...overrides, [name]: value };
    if (value === '' || value === own[name]) delete next[name];
    change(next);
  };
  const shown = settings.filter(({ name }) => name !== ELSEWHERE);
  const groups = [...new Set(shown.map(({ group }) => group))];
  const changed = Object.keys(overrides).length;
  return html`<details class="more">
    <summary>More settings${changed > 0 ? ` (${changed} changed)` : ''}</summary>
    ${groups.map(
      (group) => html`<fieldset class="settings" ?disabled=${disabled}>
        <legend>${group}</legend>
        ${shown.filter((setting) => setting.group === group).map((setting) => row(setting, overrides[setting.name] ?? own[setting.name] ?? defaultOf(setting), setting.name in overrides, (value) => set(setting, value)))}
      </fieldset>`,
    )}
    <button type="button" class="wide" ?disabled=${disabled || changed === 0} @click=${() => change({})}>Back to the preset</button>
  </details>`;
}

/**
 * What a setting is that a preset does not name: it has the first of its values.
 * @param {SettingDescription} setting
 */
function defaultOf({ kind, choices }) {
  if (kind === 'choice') return choices[0].name;
  return kind === 'switch' ? false : 0;
}

/**
 * @param {SettingDescription} setting
 * @param {string | number | boolean} value
 * @param {boolean} isChanged
 * @param {(value: string | number | boolean) => void} set
 */
function row(setting, value, isChanged, set) {
  const { name, label, meaning, allowed, paper, kind, choices } = setting;
  const values =
    kind === 'whole' || kind === 'number'
      ? ` Allowed: ${allowed}.`
      : choices.map((choice) => ` ${choice.name}: ${choice.meaning.replace(/\.?$/, '.')}`).join('');
  return html`<label for="setting-${name}">${label}</label>
    ${questionMark(`${meaning}${values} In the paper: ${paper ?? 'no such setting'}. In files: ${name}.`)}
    ${control(setting, value, isChanged ? 'changed' : '', set)}`;
}

/**
 * @param {SettingDescription} setting
 * @param {string | number | boolean} value
 * @param {string} style
 * @param {(value: string | number | boolean) => void} set
 */
function control({ name, kind, least, most, choices }, value, style, set) {
  const id = `setting-${name}`;
  if (kind === 'switch')
    return html`<input id=${id} type="checkbox" class=${style} .checked=${value === true} @change=${(/** @type {Event & { target: HTMLInputElement }} */ event) => set(event.target.checked)} />`;
  if (kind === 'choice')
    return html`<select id=${id} class=${style} @change=${onValue(set)}>
      ${choices.map((choice) => html`<option value=${choice.name} ?selected=${choice.name === value}>${choice.name}</option>`)}
    </select>`;
  return html`<input
    id=${id}
    type="number"
    inputmode="decimal"
    min=${least ?? 0}
    max=${most ?? ''}
    step=${kind === 'whole' ? '1' : 'any'}
    class=${style}
    .value=${String(value)}
    @change=${onValue((text) => set(text === '' ? '' : Number(text)))}
  />`;
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
