// @ts-check
/** Inference with the whole network in TensorFlow.js. */
import * as tf from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import { EPSILON, VOCABULARY, tokens, weightsOf } from '../model/job.js';

/** @import { Job, Weights } from '../model/job.js' */

/** The weights are set afterwards; drawing the usual starting values would take seconds. */
const ZEROS = /** @type {const} */ ({ kernelInitializer: 'zeros', recurrentInitializer: 'zeros' });

/**
 * @param {Weights} weights
 * @param {string} name
 */
export function tensor(weights, name) {
  const { shape, values } = weights[name];
  return tf.tensor(values, shape);
}

/**
 * The gates are already in the order of Keras (i f c o), whose c is our g.
 * @param {Weights} weights
 * @param {string} name
 */
export function transposed(weights, name) {
  return tf.tidy(() => /** @type {tf.Tensor2D} */ (tf.transpose(tensor(weights, name))));
}

/** @param {Weights} weights */
function bias(weights) {
  return tf.tidy(() => tf.add(tensor(weights, 'lstm.bias_ih_l0'), tensor(weights, 'lstm.bias_hh_l0')));
}

/**
 * Embedding and LSTM of tf.layers.
 * @param {Job} job
 * @param {Weights} weights
 * @returns {(ids: tf.Tensor2D) => tf.Tensor3D} h of every step, [B, T, H]
 */
function lstm({ steps, hidden, batch }, weights) {
  // A layer creates its weights when it is first applied.
  const embedding = layers.embedding({ inputDim: VOCABULARY, outputDim: hidden, inputLength: steps });
  embedding.apply(tf.zeros([batch, steps], 'int32'));
  embedding.setWeights([tensor(weights, 'embedding.weight')]);
  const layer = layers.lstm({ units: hidden, returnSequences: true, recurrentActivation: 'sigmoid', unitForgetBias: false, ...ZEROS });
  layer.apply(tf.zeros([batch, 1, hidden]));
  layer.setWeights([transposed(weights, 'lstm.weight_ih_l0'), transposed(weights, 'lstm.weight_hh_l0'), bias(weights)]);
  return (ids) => {
    const x = /** @type {tf.Tensor} */ (embedding.apply(ids));
    return /** @type {tf.Tensor3D} */ (layer.apply(x));
  };
}

/**
 * W2 and the half of W1 that reads h, next to each other: [H, 2A].
 * @param {Weights} weights
 * @param {number} hidden
 */
function attentionMatrix(weights, hidden) {
  return tf.tidy(() => {
    const w1 = tf.slice(tensor(weights, 'attention.w1.weight'), [0, 0], [hidden, hidden]);
    return /** @type {tf.Tensor2D} */ (tf.concat([transposed(weights, 'attention.w2.weight'), tf.transpose(w1)], 1));
  });
}

/**
 * Equations 12-14 from their two products, `here` and `there` [B·T, A]:
 * `v · tanh(here_t + there_{t-1})`, softmax over the steps, weighted sum of h.
 * @param {tf.Tensor3D} h
 * @param {tf.Tensor} here
 * @param {tf.Tensor} there
 * @param {tf.Tensor2D} v [A, 1]
 */
export function attend(h, here, there, v) {
  const [batch, steps, hidden] = h.shape;
  const before = tf.slice(tf.reshape(there, [batch, steps, hidden]), [0, 0, 0], [batch, steps - 1, hidden]);
  const shifted = tf.concat([tf.zeros([batch, 1, hidden]), before], 1);
  const inner = tf.tanh(tf.add(tf.reshape(here, [batch, steps, hidden]), shifted));
  const scores = tf.reshape(tf.matMul(tf.reshape(inner, [batch * steps, hidden]), v), [batch, steps]);
  const attention = tf.softmax(scores);
  const features = tf.reshape(tf.matMul(tf.reshape(attention, [batch, 1, steps]), h), [batch, hidden]);
  return { attention, features };
}

/** @param {Job} job */
export function predictor(job) {
  const { steps, hidden, batch } = job;
  const weights = weightsOf(job);
  const states = lstm(job, weights);
  const products = attentionMatrix(weights, hidden);
  const v = transposed(weights, 'attention.v.weight');
  const of = (/** @type {string} */ name) => tensor(weights, `normalization.${name}`);
  const scale = tf.tidy(() => tf.div(of('weight'), tf.sqrt(tf.add(of('running_var'), EPSILON))));
  const shift = tf.tidy(() => tf.sub(of('bias'), tf.mul(of('running_mean'), scale)));
  const dense = transposed(weights, 'dense.weight');
  const denseBias = tensor(weights, 'dense.bias');
  const ids = tokens(job);

  return async () => {
    const [probabilities, attention] = tf.tidy(() => {
      const h = states(tf.tensor2d(ids, [batch, steps], 'int32'));
      const [here, there] = tf.split(tf.matMul(tf.reshape(h, [batch * steps, hidden]), products), 2, 1);
      const { attention, features } = attend(h, here, there, v);
      const normal = /** @type {tf.Tensor2D} */ (tf.add(tf.mul(features, scale), shift));
      return [tf.softmax(tf.add(tf.matMul(normal, dense), denseBias)), attention];
    });
    const answer = {
      probabilities: /** @type {Float32Array} */ (await probabilities.data()),
      attention: /** @type {Float32Array} */ (await attention.data()),
    };
    tf.dispose([probabilities, attention]);
    return answer;
  };
}
