// @ts-check
import { beforeEach, describe, expect, test, vi } from 'vitest';

const { coordinator, compiled, openModel, wanted } = vi.hoisted(() => ({
  coordinator: { choose: vi.fn() },
  compiled: vi.fn(async () => undefined),
  openModel: vi.fn(),
  wanted: { device: 'auto' },
}));
vi.mock('../../src/state/engine.js', () => ({
  WORKERS: 4,
  cpuInWords: () => 'SIMD',
  predictor: { get: async () => coordinator },
}));
vi.mock('../../src/state/builds.js', () => ({ compiled, hasBuild: () => true }));
vi.mock('../../src/state/models.js', () => ({ openModel }));
vi.mock('../../src/state/address-bar.js', () => ({
  address: { get: () => wanted },
  record: (/** @type {{ device: string }} */ values) => Object.assign(wanted, values),
}));

const GPU = { kind: 'webgpu', reason: 'WebGPU: a GPU, 6.2x the CPU', adapter: 'a GPU', speedup: 6.2 };

/** @type {typeof import('../../src/state/device.js')} */
let state;
beforeEach(async () => {
  vi.resetModules();
  vi.clearAllMocks();
  wanted.device = 'auto';
  coordinator.choose.mockResolvedValue(GPU);
  vi.stubGlobal('navigator', { gpu: { requestAdapter: async () => ({}) } });
  state = await import('../../src/state/device.js');
});

describe('what predictions are computed on', () => {
  test('is the CPU until it is settled', () => {
    expect(state.predictingOn()).toEqual({ kind: 'cpu', words: 'CPU', details: 'SIMD, 4 workers', checking: true });
  });

  test('is what the core chooses, asked once for a model', async () => {
    const settled = state.settleDevice('m');
    expect(state.settleDevice('m')).toBe(settled);
    await settled;
    expect(coordinator.choose).toHaveBeenCalledExactlyOnceWith('m', 'auto');
    expect(state.predictingOn()).toEqual({ kind: 'webgpu', words: GPU.reason, details: '', checking: false });
  });

  test('is the CPU where the browser has no WebGPU, with the reason', async () => {
    vi.stubGlobal('navigator', {});
    await state.settleDevice('m');
    expect(coordinator.choose).not.toHaveBeenCalled();
    expect(state.predictingOn().words).toBe('CPU: this browser has no WebGPU');
    expect(state.trainingOn().words).toBe('CPU: this browser has no WebGPU');
  });

  test('is the CPU where the choice fails, with the reason', async () => {
    openModel.mockRejectedValueOnce(new Error('There is no model named m.'));
    await state.settleDevice('m');
    expect(state.predictingOn().words).toBe('CPU: There is no model named m.');
  });

  test('is not what an earlier model was to be computed on', async () => {
    /** @type {(info: unknown) => void} */
    let late = () => undefined;
    coordinator.choose.mockImplementationOnce(() => new Promise((resolve) => (late = resolve)));
    const first = state.settleDevice('first');
    await state.settleDevice('second');
    late({ kind: 'cpu', reason: 'CPU: the GPU was 0.4x as fast for this model', adapter: null, speedup: 0.4 });
    await first;
    expect(state.predictingOn().words).toBe(GPU.reason);
  });

  test('is the CPU once a run has left the GPU', async () => {
    await state.settleDevice('m');
    state.nowPredictingOnCpu('the GPU was lost; continuing on the CPU');
    expect(state.predictingOn().words).toBe('CPU: the GPU was lost; continuing on the CPU');
  });
});

describe('what a training is computed on', () => {
  test('is told before it starts, by what is wanted', () => {
    expect(state.trainingOn().words).toBe('The GPU will be tested when training starts');
    wanted.device = 'webgpu';
    expect(state.trainingOn().words).toBe('WebGPU, after it has passed its test');
    wanted.device = 'cpu';
    expect(state.trainingOn()).toMatchObject({ words: 'CPU: as requested', details: 'SIMD, 1 worker' });
  });

  test('is told as it is, until something else is wanted', () => {
    state.nowTrainingOn(/** @type {any} */ (GPU));
    expect(state.trainingOn().words).toBe(GPU.reason);
    const listener = vi.fn();
    state.devices.subscribe(listener);
    state.wantDevice('cpu');
    expect(listener).toHaveBeenCalled();
    expect(state.trainingOn().words).toBe('CPU: as requested');
  });
});

test('the module for the GPU is fetched only where it could be used', async () => {
  await state.prefetchForGpu();
  expect(compiled).toHaveBeenCalledExactlyOnceWith('webgpu');
  wanted.device = 'cpu';
  await state.prefetchForGpu();
  expect(compiled).toHaveBeenCalledTimes(1);
});
