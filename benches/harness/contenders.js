// @ts-check
/** The contenders of each row. */

/** @import { Job } from '../model/job.js' */

/**
 * @typedef {object} Entry
 * @property {string} name as in the results
 * @property {string} script
 * @property {'ours' | 'peer' | 'extra' | 'peak'} role the fastest peer sets the ratio; extras are only reported;
 *   the peak is not a network, but the rate with which ours is compared
 * @property {string} [why] why an extra does not count
 */

/**
 * The contenders of a row, ours first.
 * @param {'inference' | 'training'} suite
 * @param {'cpu' | 'webgpu'} device
 * @param {{ module: 'relaxed' | 'cpu', other: 'cpu' | null, cores: number, gpu: boolean }} setting the CPU module
 *   that the page would choose; the other one if the browser runs both; the cores of the machine;
 *   whether WebGPU and WebGL run on the machine's GPU
 * @returns {Entry[]}
 */
export function contenders(suite, device, { module, other, cores, gpu }) {
  if (device === 'webgpu') {
    /** @type {Entry[]} */
    const entries = [
      { name: 'ours', script: '/ours.js?module=webgpu&device=webgpu', role: 'ours' },
      { name: 'tfjs webgpu', script: '/tfjs.js?backend=webgpu', role: 'peer' },
    ];
    if (suite === 'inference') entries.push({ name: 'onnxruntime-web webgpu', script: '/onnx-webgpu.js', role: 'peer' });
    return entries;
  }
  /** @type {Entry[]} */
  const entries = [{ name: 'ours', script: `/ours.js?module=${module}&device=cpu`, role: 'ours' }];
  if (suite === 'inference') {
    const variant = module === 'relaxed' ? 'relaxed' : 'simd';
    entries.push({ name: 'peak', script: `/peak.js?variant=${variant}`, role: 'peak' });
  }
  if (other) {
    const why = 'our module for browsers without relaxed SIMD';
    entries.push({ name: 'ours, plain SIMD', script: `/ours.js?module=${other}&device=cpu`, role: 'extra', why });
  }
  if (suite === 'inference') {
    entries.push({ name: 'onnxruntime-web wasm', script: '/onnx-wasm.js?threads=1', role: 'peer' });
    const why = `${cores} threads`;
    entries.push({ name: `onnxruntime-web wasm, ${why}`, script: `/onnx-wasm.js?threads=${cores}`, role: 'extra', why });
  }
  entries.push({ name: 'burn nn::Lstm', script: '/burn.js', role: 'peer' });
  entries.push({ name: 'tfjs wasm', script: '/tfjs.js?backend=wasm', role: 'peer' });
  entries.push({ name: 'tfjs cpu', script: '/tfjs.js?backend=cpu', role: 'peer' });
  const why = gpu ? "the machine's GPU" : 'WebGL in software, on all cores';
  entries.push({ name: 'tfjs webgl', script: '/tfjs.js?backend=webgl', role: 'extra', why });
  return entries;
}
