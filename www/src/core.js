// @ts-check
/** The computing core, typed; started in workers only, in one of its three builds. */
import startCpu, * as cpu from './wasm/cpu/rmlocnet.js';
import startRelaxed, * as relaxed from './wasm/relaxed/rmlocnet.js';
import startWebgpu, * as webgpu from './wasm/webgpu/rmlocnet.js';

/** @import { Core } from './types/core.js' */
/** @import { Build } from './types/page.js' */

// Each build's JavaScript fits only its own WebAssembly, so all three come with the worker.
const BUILDS = {
  cpu: { start: startCpu, exports: cpu },
  relaxed: { start: startRelaxed, exports: relaxed },
  webgpu: { start: startWebgpu, exports: webgpu },
};

/** The build this worker was started with. @type {Core} */
export let core;

/**
 * Instantiates the core from a module the page has already compiled, so that a
 * worker started again later asks the network for nothing.
 * @param {Build} build
 * @param {WebAssembly.Module} module
 */
export async function startCore(build, module) {
  const { start, exports } = BUILDS[build];
  const { __wasm_call_ctors: registerAll } = await start({ module_or_path: module });
  registerAll();
  core = /** @type {any} */ (exports);
}
