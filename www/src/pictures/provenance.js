// @ts-check
/** @import { ModelInfo } from '../engine/types/core.js' */

/**
 * The program and the model that a picture comes from.
 * @param {Pick<ModelInfo, 'name' | 'version' | 'hash'>} model
 */
export function madeWith({ name, version, hash }) {
  return `rmlocnet ${version}, model ${name} (${hash.slice(0, 12)})`;
}
