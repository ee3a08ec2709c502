// @ts-check
/**
 * What the address says: the view, the model, what to compute on and which RNA of
 * the results is shown, by its place; never a sequence. `#predict?model=human-snorna&device=cpu`
 */

/** @import { DeviceWanted } from '../types/core.js' */

/** @typedef {'predict' | 'train' | 'models' | 'help'} View */
/** @type {View[]} */
export const VIEWS = ['predict', 'train', 'models', 'help'];
/** @type {DeviceWanted[]} */
export const DEVICES = ['auto', 'cpu', 'webgpu'];

/** @returns {{ view: View, model: string | null, device: DeviceWanted, rna: number }} rna: place in the results, from 0 */
export function readAddress() {
  const [path, query = ''] = location.hash.slice(1).split('?');
  const view = VIEWS.find((name) => name === path) ?? 'predict';
  const parameters = new URLSearchParams(query);
  const rna = Math.max(0, Math.floor(Number(parameters.get('rna') ?? 1)) - 1 || 0);
  return { view, model: parameters.get('model'), rna, device: DEVICES.find((name) => name === parameters.get('device')) ?? 'auto' };
}

/**
 * @param {View} view
 * @param {string | null} model
 * @param {DeviceWanted} [device] as it is now, unless another is named
 * @param {number} [rna] the same
 */
export function address(view, model, device = readAddress().device, rna = readAddress().rna) {
  const parameters = new URLSearchParams({ ...(model ? { model } : {}), ...(device === 'auto' ? {} : { device }), ...(rna > 0 ? { rna: `${rna + 1}` } : {}) });
  return parameters.size > 0 ? `#${view}?${parameters}` : `#${view}`;
}
