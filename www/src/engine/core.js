// @ts-check
/** The computing core, typed; started in workers only, in one of its builds. */

/** @import { Core } from './types/core.js' */
/** @import { Build } from './types/engine.js' */
/**
 * What wasm-bindgen writes beside each module.
 * @typedef {object} Glue
 * @property {(options: { module_or_path: WebAssembly.Module }) => Promise<{ __wasm_call_ctors: () => void }>} default
 *   Starts the module. `__wasm_call_ctors` runs what libraries register at their start: it is to be
 *   called once, before anything else.
 */

// Each build's JavaScript fits only its own WebAssembly, so all that are built come with the worker.
/** @type {Record<string, Glue>} */
const GLUE = import.meta.glob('./wasm/*/rmlocnet.js', { eager: true });

/** The build this worker was started with. @type {Core} */
export let core;

/**
 * Instantiates the core from a module the page has already compiled, so that a
 * worker started again later asks the network for nothing.
 * @param {Build} build
 * @param {WebAssembly.Module} module
 */
export async function startCore(build, module) {
  const { default: start, ...exports } = GLUE[`./wasm/${build}/rmlocnet.js`];
  const { __wasm_call_ctors: registerAll } = await start({ module_or_path: module });
  registerAll();
  core = /** @type {any} */ (exports);
}
