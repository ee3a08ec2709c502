// @ts-check
/** What the page computes on and why: the visitor's wish, and what came of it for predictions and for training. */
import { Store } from '../store.js';
import { cpuBecause, message } from '../engine/words.js';
import { address, record } from './address-bar.js';
import { compiled } from '../engine/builds.js';
import { whyNoGpu } from '../engine/gpu.js';
import { engine } from './engine.js';
import { openModel } from './models.js';
import { plural } from '../numbers.js';

/** @import { DeviceInfo, DeviceWanted } from '../engine/types/core.js' */
/** @import { DeviceWords } from '../types/page.js' */

/**
 * predicting: what predictions are computed on; null until it is settled.
 * training: what the present or last training was computed on.
 * without: why the browser offers no GPU, once that is known.
 * @typedef {{ predicting: DeviceWords | null, training: DeviceWords | null, without: string | null }} Devices
 */

/** @type {Store<Devices>} */
export const devices = new Store(/** @type {Devices} */ ({ predicting: null, training: null, without: null }));

/** @param {Partial<Devices>} changed */
function change(changed) {
  devices.set({ ...devices.get(), ...changed });
}

/** @returns {DeviceWanted} */
export function wantedDevice() {
  return address.get().device;
}

/**
 * The core's reason as a line of its own.
 * @param {Pick<DeviceInfo, 'kind' | 'reason'>} info
 * @param {number} workers CPU workers, where the CPU it is
 * @returns {DeviceWords}
 */
export function deviceWords({ kind, reason }, workers) {
  if (kind === 'webgpu') return { kind, words: reason, details: '', checking: false };
  const instructions = engine.instructions;
  return {
    kind,
    words: reason,
    details: [instructions, plural(workers, 'worker')].filter(Boolean).join(', '),
    checking: false,
  };
}

/** @returns {DeviceWords} */
export function predictingOn() {
  return devices.get().predicting ?? { ...deviceWords({ kind: 'cpu', reason: 'CPU' }, engine.workers), checking: true };
}

/** @returns {DeviceWords} */
export function trainingOn() {
  const { training, without } = devices.get();
  if (training) return training;
  const wanted = wantedDevice();
  if (wanted === 'cpu') return deviceWords(cpuBecause('as requested'), 1);
  if (without) return deviceWords(cpuBecause(without), 1);
  return {
    kind: 'cpu',
    details: '',
    words: wanted === 'auto' ? 'The GPU will be tested when training starts' : 'WebGPU, after it has passed its test',
    checking: false,
  };
}

/** @param {DeviceInfo} info */
export function nowTrainingOn(info) {
  change({ training: deviceWords(info, 1) });
}

/** @param {string} reason why a run went on on the CPU */
export function nowPredictingOnCpu(reason) {
  change({ predicting: deviceWords(cpuBecause(reason), engine.workers) });
}

/** @type {Promise<string | null> | undefined} */
let looked;

/** Why the browser offers no GPU, in words; null when it offers one. */
export function withoutGpu() {
  looked ??= lookForGpu();
  return looked;
}

async function lookForGpu() {
  const without = await whyNoGpu();
  change({ without });
  return without;
}

/** Fetches what the GPU needs, where there is one and it is wished. */
export async function prefetchForGpu() {
  if (wantedDevice() === 'cpu' || (await withoutGpu())) return;
  // A failure is told when the GPU is tried.
  await compiled('webgpu').catch(() => undefined);
}

/** @type {{ name: string, wanted: DeviceWanted, settled: Promise<void> } | null} */
let settling = null;
// Another coordinator knows of no choice.
engine.predictor.onLost = () => (settling = null);

/**
 * Settles what a model is predicted on. The CPU answers meanwhile.
 * @param {string} name
 * @returns {Promise<void>}
 */
export function settleDevice(name) {
  const wanted = wantedDevice();
  if (settling?.name === name && settling.wanted === wanted) return settling.settled;
  const settled = settle(name, wanted);
  settling = { name, wanted, settled };
  return settled;
}

/**
 * @param {string} name
 * @param {DeviceWanted} wanted
 */
async function settle(name, wanted) {
  const current = () => settling?.name === name && settling.wanted === wanted;
  const none = wanted === 'cpu' ? null : await withoutGpu();
  const info = none ? cpuBecause(none) : await chosen(name, wanted).catch((error) => cpuBecause(message(error)));
  if (!current()) return;
  change({ predicting: deviceWords(info, engine.workers) });
}

/**
 * @param {string} name
 * @param {DeviceWanted} wanted
 */
async function chosen(name, wanted) {
  if (wanted !== 'cpu') {
    const meanwhile = wanted === 'auto' ? 'the GPU is being tried…' : 'WebGPU is being started…';
    change({ predicting: { ...deviceWords(cpuBecause(meanwhile), engine.workers), checking: true } });
  }
  await openModel(name);
  return engine.predictor.ask((coordinator) => coordinator.choose(name, wanted));
}

/**
 * Takes the visitor's wish, into the address too.
 * @param {DeviceWanted} device
 */
export function wantDevice(device) {
  record({ device });
  change({ training: null });
}
