// @ts-check
import { html, nothing } from 'lit';
import { onValue } from '../view.js';
import { hasBuild } from '../engine/builds.js';
import { plural } from '../numbers.js';
import { DEVICES } from '../state/address.js';

/** @import { DeviceWanted } from '../engine/types/core.js' */
/** @import { DeviceWords } from '../types/page.js' */
/** @import { Requests } from '../state/requests.js' */

/** @type {Record<DeviceWanted, string>} */
const NAMES = { auto: 'Automatic', cpu: 'CPU', webgpu: 'WebGPU' };

/**
 * Where the page computes and that it sends nothing, in words that never change; the details when they are pressed.
 * @param {object} given
 * @param {DeviceWanted} given.wanted
 * @param {boolean} given.isFixed whether the device cannot be chosen here
 * @param {DeviceWords} given.now
 * @param {Requests} given.requests
 * @param {(device: DeviceWanted) => void} given.choose
 */
export function machineMenu({ wanted, isFixed, now, requests, choose }) {
  const isQuiet = requests.loaded && requests.count === 0;
  return html`<details class="menu machine">
    <summary class="chip"><span class="dot ${isQuiet ? 'quiet' : ''}"></span><span class="where">Runs on this computer</span><span class="sent">Nothing sent</span></summary>
    <div class="menu-list">
      <p><b>Runs on this computer.</b> Your browser reads and predicts the RNAs itself, in the background of this page.</p>
      ${isFixed ? nothing : deviceChoice(wanted, choose)}
      <p role="status" aria-label="Computing on" aria-busy=${now.checking}>${now.words}${now.details ? ` · ${now.details}` : ''}</p>
      <p><b>Nothing sent.</b> The page fetches its own files and the models, and sends nothing. Its security policy forbids other hosts.</p>
      <p>${requestWords(requests)}</p>
    </div>
  </details>`;
}

/**
 * @param {DeviceWanted} wanted
 * @param {(device: DeviceWanted) => void} choose
 */
function deviceChoice(wanted, choose) {
  return html`<label class="plain device">
    Compute on
    <select @change=${onValue((value) => choose(/** @type {DeviceWanted} */ (value)))}>
      ${DEVICES.map((device) => {
        const missing = device === 'webgpu' && !hasBuild('webgpu');
        return html`<option value=${device} .selected=${device === wanted} ?disabled=${missing}>${NAMES[device]}${missing ? ' (not built yet)' : ''}</option>`;
      })}
    </select>
  </label>`;
}

/** @param {Requests} requests */
function requestWords({ loaded, count, files }) {
  if (!loaded) return 'The page is still being loaded.';
  const what = files.length > 0 ? `, for: ${files.join(', ')}` : '';
  return `${plural(count, 'network request')} since the page was loaded${what}. The browser counts them, those of the workers too.`;
}
