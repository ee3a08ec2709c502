// @ts-check
/** Starts the Chromium of a benchmark run, and calls functions of its page with a time limit. */
import { chromium } from 'playwright-core';

/** @import { Page } from 'playwright-core' */
/** @import { Conductor } from '../page/conductor.js' */

/** Software adapters, so that every machine has WebGL and WebGPU to compare on. */
const SOFTWARE = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
];
/** The machine's own GPU. */
const HARDWARE = ['--enable-unsafe-webgpu', '--enable-features=Vulkan', '--ignore-gpu-blocklist'];

/** A call exceeded its time limit. */
export class TooLong extends Error {}

/** @param {boolean} gpu whether to use the machine's own GPU */
function options(gpu) {
  return {
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking', ...(gpu ? HARDWARE : SOFTWARE)],
  };
}

/** @param {{ gpu: boolean }} options */
export async function launch({ gpu }) {
  return chromium.launch(options(gpu));
}

/**
 * A browser that keeps its caches in a folder, like that of a visitor.
 * @param {string} folder
 */
export async function launchVisitor(folder) {
  return chromium.launchPersistentContext(folder, options(false));
}

/**
 * Calls a method of the page's conductor and gives up after `seconds`. The contender then continues
 * to run, so the caller must close it.
 * @template {keyof Conductor} Method
 * @param {Page} page
 * @param {Method} method
 * @param {Parameters<Conductor[Method]>} parameters
 * @param {number} seconds
 * @returns {Promise<Awaited<ReturnType<Conductor[Method]>>>}
 */
export async function call(page, method, parameters, seconds = 600) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new TooLong(`more than ${seconds} s`)), seconds * 1000);
  });
  const answer = page.evaluate(
    ([method, parameters]) => /** @type {any} */ (globalThis).conductor[/** @type {string} */ (method)](.../** @type {any[]} */ (parameters)),
    [method, parameters],
  );
  // Closing the page rejects a call that exceeded its limit; nothing waits for it any more.
  answer.catch(() => {});
  try {
    return await Promise.race([answer, late]);
  } catch (error) {
    if (error instanceof Error) error.message = error.message.replace(/^page\.evaluate: (\w*Error: )?/, '').split('\n')[0];
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
