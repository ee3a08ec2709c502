// @ts-check
/** @import { ModelInfo } from '../engine/types/core.js' */

/**
 * The program and the model that a picture comes from.
 * @param {ModelInfo} model
 */
export function madeWith({ name, version, hash }) {
  return `rmlocnet ${version}, model ${name} (${hash.slice(0, 12)})`;
}
