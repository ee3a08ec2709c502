// @ts-check
/** Writes and reads the model file: safetensors with the program's metadata. */
import { COMPARTMENTS, K } from './job.js';

/** @import { Job, Weights } from './job.js' */

/** Learning rate of every training step. */
export const LEARNING_RATE = 0.01;

/**
 * The settings of a row's model, as the model file names them: the paper's network without dropout.
 * They are complete, so that no preset matters.
 * @param {Job} job
 */
export function settings({ hidden, batch, attention = hidden, stride = 1 }) {
  return {
    k: K,
    stride,
    hops: 4,
    embedding_mode: 'weighted',
    embedding_dim: hidden,
    summed_k: false,
    length_setting: 'start-average',
    length_limit: 0,
    kmer_dropout: 0,
    dimension_dropout: 0,
    lstm_layers: 1,
    hidden_units: hidden,
    bidirectional: false,
    recurrence: 'lstm',
    weight_dropout: 0,
    attention_dim: attention,
    attention_heads: 'shared',
    pooling: 'attention',
    dropout: 0,
    joined_features: false,
    joined_dropout: 0,
    loss: 'softmax',
    label_prior_bias: false,
    learning_rate: LEARNING_RATE,
    learning_rate_decay: 0,
    schedule: 'inverse',
    weight_decay: 0,
    // 2 is the smallest valid batch size. It does not limit the number of RNAs that are predicted at once.
    batch_size: Math.max(2, batch),
    gradient_clip: 0,
    weight_averaging: 0,
    checkpoint: 'training-loss',
  };
}

/**
 * The bytes of a model file.
 * @param {Job} job
 * @param {Weights} weights
 */
export function modelFile(job, weights) {
  const names = Object.keys(weights).sort();
  /** @type {Record<string, unknown>} */
  const header = {
    __metadata__: {
      format: 'rmlocnet',
      format_version: '1',
      config: JSON.stringify({ ...settings(job), name: 'bench', epochs: 1 }),
      compartments: JSON.stringify(Array.from({ length: COMPARTMENTS }, (_, i) => `C${i}`)),
      thresholds: JSON.stringify(Array(COMPARTMENTS).fill(0.5)),
      fixed_length: String((job.steps - 1) * (job.stride ?? 1) + K),
    },
  };
  let size = 0;
  for (const name of names) {
    const { shape, values } = weights[name];
    header[name] = { dtype: 'F32', shape, data_offsets: [size, size + values.byteLength] };
    size += values.byteLength;
  }
  let text = JSON.stringify(header);
  text += ' '.repeat((8 - (text.length % 8)) % 8);
  const bytes = new Uint8Array(8 + text.length + size);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(new TextEncoder().encode(text), 8);
  let at = 8 + text.length;
  for (const name of names) {
    const { values } = weights[name];
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return bytes;
}

/**
 * Reads the tensors of a model file.
 * @param {Uint8Array} bytes
 * @returns {Weights}
 */
export function readWeights(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + size)));
  /** @type {Weights} */
  const weights = {};
  for (const [name, { shape, data_offsets }] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const [from, to] = data_offsets;
    // A copy, because the bytes may not be aligned to a multiple of four.
    const values = new Float32Array(bytes.slice(8 + size + from, 8 + size + to).buffer);
    weights[name] = { shape, values };
  }
  return weights;
}
