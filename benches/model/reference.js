// @ts-check
/** The network in plain loops and double precision: the reference for the results of all contenders. */
import { COMPARTMENTS, EPSILON, tokens, weightsOf } from './job.js';

/** @import { Job, Weights } from './job.js' */

/**
 * Probabilities [rows, C] and attention [rows, T] of the first `rows` RNAs.
 * @typedef {{ probabilities: ArrayLike<number>, attention: ArrayLike<number> }} Answer
 */

/** @param {number} x */
const sigmoid = (x) => 1 / (1 + Math.exp(-x));

/**
 * `matrix` [n, m] times `vector` [m], added to `into` [n].
 * @param {Float64Array} matrix
 * @param {Float64Array} vector
 * @param {Float64Array} into
 */
function multiplyInto(matrix, vector, into) {
  const m = vector.length;
  for (let i = 0; i < into.length; i += 1) {
    let sum = 0;
    for (let j = 0; j < m; j += 1) sum += matrix[i * m + j] * vector[j];
    into[i] += sum;
  }
}

/** @param {Float64Array} scores */
function softmax(scores) {
  const most = scores.reduce((a, b) => Math.max(a, b), -Infinity);
  const powers = scores.map((score) => Math.exp(score - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/**
 * @param {Job} job
 * @param {number} rows
 * @returns {Answer}
 */
export function referenceAnswer(job, rows) {
  const weights = weightsOf(job);
  /** @type {Record<string, Float64Array>} */
  const w = {};
  for (const [name, { values }] of Object.entries(weights)) w[name] = Float64Array.from(values);
  const ids = tokens(job);
  const probabilities = new Float64Array(rows * COMPARTMENTS);
  const attention = new Float64Array(rows * job.steps);
  for (let row = 0; row < rows; row += 1) {
    const states = scan(job, w, ids.subarray(row * job.steps, (row + 1) * job.steps));
    const beta = attend(job, w, states);
    attention.set(beta, row * job.steps);
    probabilities.set(classify(job, w, states.h, beta), row * COMPARTMENTS);
  }
  return { probabilities, attention };
}

/**
 * h and c of every step, [T, H] each (equations 5-10).
 * @param {Job} job
 * @param {Record<string, Float64Array>} w
 * @param {Int32Array} ids
 */
function scan({ steps, hidden }, w, ids) {
  const h = new Float64Array(steps * hidden);
  const c = new Float64Array(steps * hidden);
  const zeros = new Float64Array(hidden);
  for (let t = 0; t < steps; t += 1) {
    const before = t === 0 ? zeros : h.subarray((t - 1) * hidden, t * hidden);
    const cell = t === 0 ? zeros : c.subarray((t - 1) * hidden, t * hidden);
    const x = w['embedding.weight'].subarray(ids[t] * hidden, (ids[t] + 1) * hidden);
    const gates = w['lstm.bias_ih_l0'].map((bias, i) => bias + w['lstm.bias_hh_l0'][i]);
    multiplyInto(w['lstm.weight_ih_l0'], x, gates);
    multiplyInto(w['lstm.weight_hh_l0'], before, gates);
    for (let j = 0; j < hidden; j += 1) {
      const [i, f, g, o] = [gates[j], gates[hidden + j], gates[2 * hidden + j], gates[3 * hidden + j]];
      const now = sigmoid(f) * cell[j] + sigmoid(i) * Math.tanh(g);
      c[t * hidden + j] = now;
      h[t * hidden + j] = sigmoid(o) * Math.tanh(now);
    }
  }
  return { h, c };
}

/**
 * Attention of every step (equations 12 and 13).
 * @param {Job} job
 * @param {Record<string, Float64Array>} w
 * @param {{ h: Float64Array, c: Float64Array }} states
 */
function attend({ steps, hidden }, w, { h, c }) {
  const scores = new Float64Array(steps);
  for (let t = 0; t < steps; t += 1) {
    const before = new Float64Array(2 * hidden);
    if (t > 0) {
      before.set(h.subarray((t - 1) * hidden, t * hidden));
      before.set(c.subarray((t - 1) * hidden, t * hidden), hidden);
    }
    const inner = new Float64Array(hidden);
    multiplyInto(w['attention.w1.weight'], before, inner);
    multiplyInto(w['attention.w2.weight'], h.subarray(t * hidden, (t + 1) * hidden), inner);
    scores[t] = inner.reduce((sum, x, a) => sum + w['attention.v.weight'][a] * Math.tanh(x), 0);
  }
  return softmax(scores);
}

/**
 * Probabilities of one RNA (equations 14-19 and the dense layer).
 * @param {Job} job
 * @param {Record<string, Float64Array>} w
 * @param {Float64Array} h
 * @param {Float64Array} beta
 */
function classify({ steps, hidden }, w, h, beta) {
  const features = new Float64Array(hidden);
  for (let t = 0; t < steps; t += 1) {
    for (let j = 0; j < hidden; j += 1) features[j] += beta[t] * h[t * hidden + j];
  }
  const normal = features.map((x, j) => {
    const deviation = Math.sqrt(w['normalization.running_var'][j] + EPSILON);
    const centred = (x - w['normalization.running_mean'][j]) / deviation;
    return centred * w['normalization.weight'][j] + w['normalization.bias'][j];
  });
  const scores = w['dense.bias'].slice();
  multiplyInto(w['dense.weight'], normal, scores);
  return softmax(scores);
}
