// @ts-check
/** The builds of the computing core: which this page has and this browser takes, fetched and compiled once each. */

import { relaxedSimd, simd } from 'wasm-feature-detect';
import { message } from './words.js';

/** @import { Build } from './types/engine.js' */

/** Addresses of the modules that had been built when the page was. @type {Record<string, string>} */
const FILES = import.meta.glob('./wasm/*/rmlocnet_bg.wasm', { eager: true, query: '?url', import: 'default' });

/** @param {Build} build */
function urlOf(build) {
  return FILES[`./wasm/${build}/rmlocnet_bg.wasm`];
}

/** Whether the page was built with this module. @param {Build} build */
export function hasBuild(build) {
  return Boolean(urlOf(build));
}

/** Whether modules are missing: the page was put together while they were still being compiled. */
export function isIncomplete() {
  return !hasBuild('relaxed') || !hasBuild('webgpu');
}

/** Where the WebGPU build is stored: too large to be stored for visitors who have no use for it. */
const STORE = 'rmlocnet-webgpu';

/** Whether the browser has what every build is compiled for. */
export const hasSimd = simd;

/** The quickest build for the CPU that the page has and this browser takes. @returns {Promise<Build>} */
export async function bestBuild() {
  return hasBuild('relaxed') && (await relaxedSimd()) ? 'relaxed' : 'cpu';
}

/** @type {Map<Build, Promise<WebAssembly.Module>>} */
const modules = new Map();

/**
 * @param {Build} build
 * @returns {Promise<WebAssembly.Module>}
 */
export function compiled(build) {
  let module = modules.get(build);
  if (!module) {
    module = fetched(build).then((bytes) => compile(bytes));
    // What failed once, for want of a network, may be had later.
    module.catch(() => modules.delete(build));
    modules.set(build, module);
  }
  return module;
}

/** @param {ArrayBuffer} bytes */
async function compile(bytes) {
  try {
    return await WebAssembly.compile(bytes);
  } catch (error) {
    throw new Error(
      `The computing core cannot be used as it arrived: perhaps the connection broke off, or this browser is too old. Try again. (${message(error)})`,
    );
  }
}

/** The first bytes of a WebAssembly module. */
const MAGIC = [0x00, 0x61, 0x73, 0x6d];

/** @param {Build} build */
async function fetched(build) {
  const response = await (build === 'webgpu' ? stored(urlOf(build)) : fetch(urlOf(build))).catch(() => null);
  if (response && !response.ok)
    throw new Error(
      `The computing core could not be fetched (HTTP ${response.status}). If this site has a newer version, reload the page.`,
    );
  // A connection that breaks off in the middle fails here.
  const bytes = await response?.arrayBuffer().catch(() => null);
  if (!bytes) throw new Error('The computing core could not be fetched: there is no connection, or it broke off.');
  if (!MAGIC.every((byte, i) => new Uint8Array(bytes)[i] === byte))
    throw new Error(
      'This site sends something else than the computing core at its address, perhaps a web page. Reload the page; if that does not help, tell whoever runs the site.',
    );
  return bytes;
}

/**
 * From the page's own store, which holds one version, or else from the site.
 * @param {string} url
 */
async function stored(url) {
  const store = await globalThis.caches?.open(STORE).catch(() => undefined);
  const held = await store?.match(url);
  if (held) return held;
  const response = await fetch(url, { priority: 'low' });
  if (store && response.ok) await keep(store, url, response.clone());
  return response;
}

/**
 * @param {Cache} store
 * @param {string} url
 * @param {Response} response
 */
async function keep(store, url, response) {
  try {
    for (const old of await store.keys()) await store.delete(old);
    await store.put(url, response);
  } catch {
    // No room, or a private window: it is fetched again next time.
  }
}
