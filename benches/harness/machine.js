// @ts-check
/** What the benchmark ran on. */
import { arch, cpus, platform, release, totalmem } from 'node:os';

/**
 * @param {string} browser its version
 * @param {string | null} adapter what WebGPU runs on
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
