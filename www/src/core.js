// @ts-check
/** The computing core, typed; loaded in workers only. */
import init, * as generated from './wasm/rmlocnet.js';

/** @import { Core } from './types/core.js' */

/** @type {Core} */
export const core = /** @type {any} */ (generated);

/**
 * Instantiates the core from a module the page has already compiled, so that a
 * worker started again later asks the network for nothing.
 * @param {WebAssembly.Module} module
 */
export async function startCore(module) {
  await init({ module_or_path: module });
}
