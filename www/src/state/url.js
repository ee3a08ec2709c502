// @ts-check
/**
 * What the address says: the view, the model and what to compute on, never a
 * sequence. `#predict?model=human-snorna&device=cpu`
 */

/** @import { DeviceWanted } from '../types/core.js' */

/** @typedef {'predict' | 'train' | 'models'} View */
/** @type {View[]} */
export const VIEWS = ['predict', 'train', 'models'];
/** @type {DeviceWanted[]} */
export const DEVICES = ['auto', 'cpu', 'webgpu'];

/** @returns {{ view: View, model: string | null, device: DeviceWanted }} */
export function readAddress() {
  const [path, query = ''] = location.hash.slice(1).split('?');
  const view = VIEWS.find((name) => name === path) ?? 'predict';
  const parameters = new URLSearchParams(query);
  return { view, model: parameters.get('model'), device: DEVICES.find((name) => name === parameters.get('device')) ?? 'auto' };
}

/**
 * @param {View} view
 * @param {string | null} model
 * @param {DeviceWanted} [device] as it is now, unless another is named
 */
export function address(view, model, device = readAddress().device) {
  const parameters = new URLSearchParams({ ...(model ? { model } : {}), ...(device === 'auto' ? {} : { device }) });
  return parameters.size > 0 ? `#${view}?${parameters}` : `#${view}`;
}
