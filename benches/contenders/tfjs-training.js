// @ts-check
/** The whole network in TensorFlow.js, trained: forward, backward, Adam. */
import * as tf from '@tensorflow/tfjs-core';
import { COMPARTMENTS, EPSILON, VOCABULARY, compartmentOf, tokens, weightsOf } from '../model/job.js';
import { LEARNING_RATE } from '../model/safetensors.js';
import { attend, tensor } from './tfjs-model.js';
import { scan } from './tfjs-scan.js';

/** @import { Job } from '../model/job.js' */

/** What the program learns; two biases, as in PyTorch's files, each with moments of its own. */
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
 * Products with a weight as the model file has it, [out, in].
 * @param {tf.Tensor} x
 * @param {tf.Tensor} weight
 */
const times = (x, weight) => /** @type {tf.Tensor2D} */ (tf.matMul(x, weight, false, true));

/**
 * @param {tf.Tensor2D} table
 * @param {tf.Tensor1D} ids
 * @param {boolean} oneHot whether to look rows up by a product: the gradient of a plain look-up
 *   needs an operation that the wasm backend lacks
 */
function lookUp(table, ids, oneHot) {
  if (!oneHot) return tf.gather(table, ids);
  return /** @type {tf.Tensor2D} */ (tf.matMul(/** @type {tf.Tensor2D} */ (tf.oneHot(ids, VOCABULARY)), table));
}

/**
 * @param {Job} job
 * @param {boolean} oneHot
 * @returns {() => Promise<number>} one step; its loss
 */
export function trainer(job, oneHot) {
  const { steps, hidden, batch } = job;
  const weights = weightsOf(job);
  const w = Object.fromEntries(LEARNT.map((name) => [name, tf.variable(tensor(weights, name))]));
  // By steps, then RNAs: the loop takes one step of all RNAs at a time.
  const ids = tf.tidy(() => tf.keep(/** @type {tf.Tensor1D} */ (tf.reshape(tf.transpose(tf.tensor2d(tokens(job), [batch, steps], 'int32')), [-1]))));
  const labels = Array.from({ length: batch }, (_, i) => compartmentOf(i));
  const targets = tf.tidy(() => tf.keep(tf.cast(tf.oneHot(tf.tensor1d(labels, 'int32'), COMPARTMENTS), 'float32')));
  const optimizer = tf.train.adam(LEARNING_RATE, 0.9, 0.999, 1e-8);

  /** @returns {tf.Scalar} */
  const loss = () => {
    const bias = tf.add(w['lstm.bias_ih_l0'], w['lstm.bias_hh_l0']);
    const table = /** @type {tf.Tensor2D} */ (tf.add(times(w['embedding.weight'], w['lstm.weight_ih_l0']), bias));
    const rows = tf.reshape(lookUp(table, ids, oneHot), [steps, batch, 4 * hidden]);
    const recurrent = /** @type {tf.Tensor2D} */ (tf.transpose(w['lstm.weight_hh_l0']));
    const [hs, cs] = scan(/** @type {tf.Tensor3D} */ (rows), recurrent);
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
    if (!value) throw new Error('no loss came back');
    const [number] = await value.data();
    value.dispose();
    return number;
  };
}
