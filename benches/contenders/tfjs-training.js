// @ts-check
/** Training of the whole network in TensorFlow.js: forward, backward, Adam. */
import * as tf from '@tensorflow/tfjs-core';
import { COMPARTMENTS, EPSILON, VOCABULARY, compartmentOf, tokens, weightsOf } from '../model/job.js';
import { LEARNING_RATE } from '../model/safetensors.js';
import { attend, tensor } from './tfjs-model.js';
import { scan } from './tfjs-scan.js';

/** @import { Job } from '../model/job.js' */

/** The trained tensors. There are two LSTM biases, as in PyTorch, each with its own moments. */
const LEARNT = [
  'embedding.weight',
  'lstm.weight_ih_l0',
  'lstm.weight_hh_l0',
  'lstm.bias_ih_l0',
  'lstm.bias_hh_l0',
  'attention.w1.weight',
  'attention.w2.weight',
  'attention.v.weight',
  'normalization.weight',
  'normalization.bias',
  'dense.weight',
  'dense.bias',
];

/**
 * The product with a weight in the layout of the model file, [out, in].
 * @param {tf.Tensor} x
 * @param {tf.Tensor} weight
 */
const times = (x, weight) => /** @type {tf.Tensor2D} */ (tf.matMul(x, weight, false, true));

/**
 * The k-mers of every step: [B] each, or [B, 66] as one-hot rows.
 * @param {Job} job
 * @param {boolean} oneHot
 */
function stepsOf(job, oneHot) {
  const ids = tokens(job);
  return Array.from({ length: job.steps }, (_, t) =>
    tf.tidy(() => {
      const step = tf.tensor1d(Array.from({ length: job.batch }, (_, b) => ids[b * job.steps + t]), 'int32');
      return tf.keep(oneHot ? tf.cast(tf.oneHot(step, VOCABULARY), 'float32') : step);
    }),
  );
}

/**
 * @param {Job} job
 * @param {boolean} oneHot whether a product with one-hot rows replaces the look-up, whose gradient the
 *   wasm backend lacks
 * @returns {() => Promise<number>} does one step and returns its loss
 */
export function trainer(job, oneHot) {
  const { steps, hidden, batch } = job;
  const weights = weightsOf(job);
  const w = Object.fromEntries(LEARNT.map((name) => [name, tf.variable(tensor(weights, name))]));
  const kmers = stepsOf(job, oneHot);
  const labels = Array.from({ length: batch }, (_, i) => compartmentOf(i));
  const targets = tf.tidy(() => tf.keep(tf.cast(tf.oneHot(tf.tensor1d(labels, 'int32'), COMPARTMENTS), 'float32')));
  const optimizer = tf.train.adam(LEARNING_RATE, 0.9, 0.999, 1e-8);

  /** @returns {tf.Scalar} */
  const loss = () => {
    const bias = tf.add(w['lstm.bias_ih_l0'], w['lstm.bias_hh_l0']);
    const table = /** @type {tf.Tensor2D} */ (tf.add(times(w['embedding.weight'], w['lstm.weight_ih_l0']), bias));
    const row = (/** @type {number} */ t) => {
      const found = oneHot ? tf.matMul(kmers[t], table) : tf.gather(table, /** @type {tf.Tensor1D} */ (kmers[t]));
      return /** @type {tf.Tensor2D} */ (found);
    };
    const recurrent = /** @type {tf.Tensor2D} */ (tf.transpose(w['lstm.weight_hh_l0']));
    const [hs, cs] = scan(row, steps, batch, recurrent);
    const h = /** @type {tf.Tensor3D} */ (tf.stack(hs, 1));
    const state = tf.reshape(tf.concat([h, tf.stack(cs, 1)], 2), [batch * steps, 2 * hidden]);
    const here = times(tf.reshape(h, [batch * steps, hidden]), w['attention.w2.weight']);
    const v = /** @type {tf.Tensor2D} */ (tf.transpose(w['attention.v.weight']));
    const { features } = attend(h, here, times(state, w['attention.w1.weight']), v);
    const { mean, variance } = tf.moments(features, 0);
    const normal = tf.div(tf.sub(features, mean), tf.sqrt(tf.add(variance, EPSILON)));
    const scaled = tf.add(tf.mul(normal, w['normalization.weight']), w['normalization.bias']);
    const logits = tf.add(times(scaled, w['dense.weight']), w['dense.bias']);
    return tf.div(tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), targets))), batch);
  };

  return async () => {
    const value = optimizer.minimize(loss, true, Object.values(w));
    if (!value) throw new Error('the training step returned no loss');
    const [number] = await value.data();
    value.dispose();
    return number;
  };
}
