// @ts-check
/** A session of any onnxruntime-web build as a contender. */
import { COMPARTMENTS, tokens } from '../model/job.js';
import { onnxModel } from '../model/onnx.js';
import { serve } from './serve.js';

/** @import * as Ort from 'onnxruntime-common' */
/** @import { Job } from '../model/job.js' */

/** Collects the lines that onnxruntime logs while it creates a session; they name the provider of each node. */
function collectLog() {
  /** @type {string[]} */
  const lines = [];
  for (const name of /** @type {const} */ (['log', 'info', 'warn', 'error', 'debug'])) {
    console[name] = (...parts) => void lines.push(parts.join(' '));
  }
  return lines;
}

/**
 * Reads from the log which execution provider runs which nodes.
 * @param {string[]} lines
 */
function placement(lines) {
  const all = lines.map((line) => /All nodes placed on \[(\w+)\]/.exec(line)?.[1]).find(Boolean);
  if (all) return `all nodes on ${all}`;
  const some = lines.filter((line) => /placed on \[\w+\]|\bnodes placed on\b/i.test(line));
  const lstm = lines.filter((line) => /\bLSTM\b/.test(line));
  return [...some, ...lstm].slice(0, 8).join(' | ').slice(0, 600) || 'onnxruntime does not report where nodes run';
}

/**
 * @param {typeof Ort} ort
 * @param {'wasm' | 'webgpu'} device
 * @param {number} threads
 */
export function serveOnnx(ort, device, threads) {
  const lines = device === 'webgpu' ? collectLog() : [];
  /** @type {Ort.InferenceSession} */
  let session;
  /** @type {Job} */
  let job;
  /** @type {Int32Array} */
  let ids;

  serve({
    async prepare(given) {
      job = given;
      ids = transposed(job);
      ort.env.wasm.numThreads = threads;
      ort.env.wasm.wasmPaths = new URL('/packages/onnxruntime-web/dist/', self.location.href).href;
      if (device === 'webgpu') ort.env.logLevel = 'verbose';
      /** @type {Ort.InferenceSession.SessionOptions} */
      const options = { executionProviders: [device], graphOptimizationLevel: 'all' };
      if (device === 'webgpu') Object.assign(options, { logSeverityLevel: 0, logVerbosityLevel: 0 });
      session = await ort.InferenceSession.create(onnxModel(job), options);
      return device === 'webgpu' ? { placement: placement(lines) } : {};
    },
    async run() {
      const input = new ort.Tensor('int32', ids, [job.steps, job.batch]);
      const { probabilities, attention } = await session.run({ tokens: input });
      const answer = {
        probabilities: /** @type {Float32Array} */ (await probabilities.getData()),
        attention: /** @type {Float32Array} */ (await attention.getData()),
      };
      if (answer.probabilities.length !== job.batch * COMPARTMENTS) throw new Error('the probabilities have the wrong shape');
      return answer;
    },
  });
}

/**
 * K-mer ids, [T, B]: the layout that onnxruntime's LSTM reads fastest. This is done once and not timed.
 * @param {Job} job
 */
function transposed(job) {
  const rows = tokens(job);
  return rows.map((_, i) => rows[(i % job.batch) * job.steps + Math.floor(i / job.batch)]);
}
