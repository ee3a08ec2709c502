// @ts-check
/** Describes the machine on which the benchmark ran. */
import { arch, cpus, platform, release, totalmem } from 'node:os';

/**
 * @param {string} browser version of Chromium
 * @param {string | null} adapter the WebGPU adapter
 */
export function machine(browser, adapter) {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memory_gib: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()} ${arch()}`,
    browser: `Chromium ${browser}`,
    webgpu_adapter: adapter,
  };
}
