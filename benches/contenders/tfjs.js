// @ts-check
/** TensorFlow.js on the backend in the worker's address. */
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-webgl';
import '@tensorflow/tfjs-backend-webgpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { serve } from './serve.js';
import { predictor } from './tfjs-model.js';
import { trainer } from './tfjs-training.js';

const options = new URL(self.location.href).searchParams;
const backend = options.get('backend') ?? 'cpu';

/** @type {() => Promise<any>} */
let run;

serve({
  async prepare(job) {
    // One thread, like all peers.
    tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
    setWasmPaths('/packages/@tensorflow/tfjs-backend-wasm/dist/');
    if (!(await tf.setBackend(backend))) throw new Error(`the backend ${backend} did not start`);
    await tf.ready();
    run = job.suite === 'inference' ? predictor(job) : trainer(job, backend === 'wasm');
  },
  run: () => run(),
});
