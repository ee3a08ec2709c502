// @ts-check
/** Whether the browser offers a GPU that the engine can use. */
import { hasBuild } from './builds.js';

/** Why there is no GPU to compute on, in words; null if there is one. @returns {Promise<string | null>} */
export async function whyNoGpu() {
  if (!isSecureContext) return 'browsers offer WebGPU only to pages with https';
  if (!navigator.gpu) return 'this browser has no WebGPU';
  const adapter = await navigator.gpu.requestAdapter().catch(() => null);
  if (!adapter) return 'this browser offers no graphics adapter';
  return hasBuild('webgpu') ? null : 'the WebGPU module is not built yet';
}
