// @ts-check
/** The LSTM in TensorFlow.js' small operations, one step after the other. */
import * as tf from '@tensorflow/tfjs-core';

/**
 * The loop that tf.layers runs, with the cell states kept and with the input's products taken
 * out of it: once for each k-mer, as ours does, instead of once for each step. Each step's part
 * of the gates is looked up by itself: taking it out of one tensor of all steps, as tf.layers
 * does, copies that whole tensor at every step on the wasm backend.
 * @param {(t: number) => tf.Tensor2D} row the input's part of a step's gates, i f g o, [B, 4H]
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
