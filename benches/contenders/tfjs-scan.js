// @ts-check
/** The LSTM in basic operations of TensorFlow.js, step by step. */
import * as tf from '@tensorflow/tfjs-core';

/**
 * The loop of tf.layers with two changes. It keeps the cell states, and the input product is
 * computed outside the loop, once for each k-mer, as in our module. The input part of the gates is
 * looked up for each step: slicing one tensor of all steps, as tf.layers does, copies the whole
 * tensor at every step on the wasm backend.
 * @param {(t: number) => tf.Tensor2D} row the input part of a step's gates, i f g o, [B, 4H]
 * @param {number} steps
 * @param {number} batch
 * @param {tf.Tensor2D} recurrent [H, 4H]
 * @returns {[h: tf.Tensor2D[], c: tf.Tensor2D[]]} states of every step, [B, H] each
 */
export function scan(row, steps, batch, recurrent) {
  const hidden = recurrent.shape[0];
  /** @type {tf.Tensor2D} */
  let h = tf.zeros([batch, hidden]);
  /** @type {tf.Tensor2D} */
  let c = tf.zeros([batch, hidden]);
  /** @type {[tf.Tensor2D[], tf.Tensor2D[]]} */
  const states = [[], []];
  for (let t = 0; t < steps; t += 1) {
    [h, c] = tf.tidy(() => step(row(t), recurrent, h, c));
    states[0].push(h);
    states[1].push(c);
  }
  return states;
}

/**
 * @param {tf.Tensor2D} row
 * @param {tf.Tensor2D} recurrent
 * @param {tf.Tensor2D} h
 * @param {tf.Tensor2D} c
 * @returns {[tf.Tensor2D, tf.Tensor2D]}
 */
function step(row, recurrent, h, c) {
  const [i, f, g, o] = /** @type {tf.Tensor2D[]} */ (tf.split(tf.add(row, tf.matMul(h, recurrent)), 4, 1));
  /** @type {tf.Tensor2D} */
  const cell = tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(g)));
  return [tf.mul(tf.sigmoid(o), tf.tanh(cell)), cell];
}
