// @ts-check
/** burn's own nn::Lstm, compiled to WebAssembly from burn-lstm/. */
import { COMPARTMENTS, compartmentOf, tokens, weightsOf } from '../model/job.js';
import { LEARNING_RATE, modelFile } from '../model/safetensors.js';
import { serve } from './serve.js';

/**
 * @typedef {object} Peer
 * @property {(tokens: Int32Array, rows: number) => Float32Array} answer
 * @property {(tokens: Int32Array, compartments: Int32Array) => number} step
 */

/** @type {() => Promise<any>} */
let run;

serve({
  async prepare(job) {
    const module = await import(new URL('/burn/burn_lstm.js', self.location.href).href);
    (await module.default()).__wasm_call_ctors();
    const training = job.suite === 'training';
    /** @type {Peer} */
    const peer = new module.Peer(modelFile(job, weightsOf(job)), training, LEARNING_RATE);
    const ids = tokens(job);
    const labels = Int32Array.from({ length: job.batch }, (_, i) => compartmentOf(i));
    const split = job.batch * COMPARTMENTS;
    run = async () => {
      if (training) return peer.step(ids, labels);
      const numbers = peer.answer(ids, job.batch);
      return { probabilities: numbers.subarray(0, split), attention: numbers.subarray(split) };
    };
  },
  run: () => run(),
});
