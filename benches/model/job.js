// @ts-check
/** The work of one row of the benchmark: sizes, seeded k-mers, seeded weights. */
import { random, rna } from './random.js';

/** Length of a k-mer, in every row. */
export const K = 3;
/** Number of tokens: all k-mers, the unknown k-mer, and padding. */
export const VOCABULARY = 4 ** K + 2;
/** Compartments, in every row. */
export const COMPARTMENTS = 5;
/** Added to the variance in the normalisation of the attended features. */
export const EPSILON = 1e-5;

/**
 * The work of one row. The embedding dimension is `hidden`; so is the attention dimension unless it
 * is given.
 * @typedef {object} Job
 * @property {'inference' | 'training'} suite
 * @property {number} steps T, k-mers of each RNA
 * @property {number} hidden H
 * @property {number} batch B, RNAs at once
 * @property {number} seed
 * @property {number} [attention] A
 * @property {number} [stride] nucleotides from one k-mer to the next; 1 if not given
 * @property {Weights} [weights] starting weights of training; inference generates its own from the seed
 * @property {'check' | 'time'} [purpose] purpose of a training: either its losses are compared, and all
 *   contenders learn the same batch, or it is timed
 */

/**
 * A tensor as plain numbers, row-major.
 * @typedef {{ shape: number[], values: Float32Array }} Array32
 */

/**
 * Tensors by the names, shapes and gate order (i f g o) of the model file.
 * @typedef {Record<string, Array32>} Weights
 */

/** @type {[steps: number, hidden: number, batch: number][]} */
const INFERENCE = [
  [43, 32, 32],
  [1000, 64, 1],
  [1000, 64, 16],
  [1837, 200, 1],
  [1837, 200, 16],
];
/** @type {[steps: number, hidden: number, batch: number][]} */
const TRAINING = [
  [200, 64, 16],
  [43, 32, 32],
  [500, 200, 32],
];

/**
 * All rows of a suite.
 * @param {'inference' | 'training'} suite
 * @returns {Job[]}
 */
export function jobs(suite) {
  const shapes = suite === 'inference' ? INFERENCE : TRAINING;
  return shapes.map(([steps, hidden, batch]) => ({ suite, steps, hidden, batch, seed: steps * 1000 + hidden + batch }));
}

/** @param {Job} job */
export function shapeName({ steps, hidden, batch }) {
  return `T ${steps}, H ${hidden}, B ${batch}`;
}

/**
 * The RNAs of the row, each with `steps` k-mers.
 * @param {Job} job
 * @param {number} [count]
 */
export function sequences(job, count = job.batch) {
  const next = random(job.seed);
  return Array.from({ length: count }, () => rna(next, job.steps + K - 1));
}

/**
 * K-mer ids, [B, T]: A C G U are the digits 0 to 3, and the first nucleotide is the highest digit.
 * @param {Job} job
 */
export function tokens(job) {
  const ids = new Int32Array(job.batch * job.steps);
  sequences(job).forEach((sequence, b) => {
    const digits = [...sequence].map((letter) => 'ACGU'.indexOf(letter));
    for (let t = 0; t < job.steps; t += 1) {
      let id = 0;
      for (let i = 0; i < K; i += 1) id = id * 4 + digits[t + i];
      ids[b * job.steps + t] = id;
    }
  });
  return ids;
}

/**
 * The compartment of an RNA in training; every compartment occurs.
 * @param {number} rna
 */
export function compartmentOf(rna) {
  return rna % COMPARTMENTS;
}

/**
 * Seeded weights of an inference row. The half of W1 that reads the cell state is 0, because the
 * ONNX LSTM returns only the cell state of the last step.
 * @param {Job} job
 * @returns {Weights}
 */
export function seededWeights(job) {
  const next = random(job.seed + 1);
  const h = job.hidden;
  const a = job.attention ?? h;
  const bound = 1 / Math.sqrt(h);
  /** @type {(shape: number[], low: number, high: number) => Array32} */
  const uniform = (shape, low, high) => {
    const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
    for (let i = 0; i < values.length; i += 1) values[i] = low + (high - low) * next();
    return { shape, values };
  };
  /** @type {(...shape: number[]) => Array32} */
  const around = (...shape) => uniform(shape, -bound, bound);
  const weights = {
    'embedding.weight': uniform([VOCABULARY, h], -1, 1),
    'lstm.weight_ih_l0': around(4 * h, h),
    'lstm.weight_hh_l0': around(4 * h, h),
    'lstm.bias_ih_l0': around(4 * h),
    'lstm.bias_hh_l0': around(4 * h),
    'attention.w1.weight': around(a, 2 * h),
    'attention.w2.weight': around(a, h),
    // A wide range makes the attention uneven, so that errors are visible.
    'attention.v.weight': uniform([1, a], -1, 1),
    'normalization.weight': uniform([h], 0.5, 1.5),
    'normalization.bias': uniform([h], -0.5, 0.5),
    'normalization.running_mean': uniform([h], -0.2, 0.2),
    'normalization.running_var': uniform([h], 0.05, 0.5),
    'dense.weight': around(COMPARTMENTS, h),
    'dense.bias': around(COMPARTMENTS),
  };
  const w1 = weights['attention.w1.weight'].values;
  for (let row = 0; row < a; row += 1) w1.fill(0, row * 2 * h + h, (row + 1) * 2 * h);
  return weights;
}

/** @param {Job} job */
export function weightsOf(job) {
  return job.weights ?? seededWeights(job);
}

/**
 * The necessary multiply-adds of one forward pass: the recurrent product of the LSTM (4H · H per
 * step) and the two products of our attention ([A, 2H] and [A, H] per step, A = H). Lookups,
 * activations and everything that happens once per RNA are not counted.
 * @param {Job} job
 */
export function multiplyAdds({ steps, hidden, batch }) {
  return steps * batch * (4 * hidden * hidden + 3 * hidden * hidden);
}
