// @ts-check
import { html } from 'lit';
import { onValue } from '../view.js';
import { DEVICES } from '../state/address.js';
import { hasBuild } from '../state/builds.js';

/** @import { DeviceWanted, DeviceWords } from '../types/page.js' */

/** @type {Record<DeviceWanted, string>} */
const NAMES = { auto: 'Automatic', cpu: 'CPU', webgpu: 'WebGPU' };

/**
 * What to compute on, and what is computed on and why.
 * @param {DeviceWanted} wanted
 * @param {DeviceWords} now
 * @param {(device: DeviceWanted) => void} choose
 */
export function deviceChoice(wanted, now, choose) {
  return html`<div class="chip device" role="group" aria-label="Compute on">
    <select aria-label="Compute on" @change=${onValue((value) => choose(/** @type {DeviceWanted} */ (value)))}>
      ${DEVICES.map((device) => {
        const missing = device === 'webgpu' && !hasBuild('webgpu');
        return html`<option value=${device} .selected=${device === wanted} ?disabled=${missing}>${NAMES[device]}${missing ? ' (not built yet)' : ''}</option>`;
      })}
    </select>
    <span role="status" aria-label="Computing on" aria-busy=${now.checking} title="Everything is computed on this machine, in the background of this page.${now.details ? ` ${now.details}.` : ''}">
      ${now.words}${now.details ? html`<span class="details"> · ${now.details}</span>` : ''}
    </span>
  </div>`;
}
