// @ts-check
/** The whole network as an ONNX model, in the form that onnxruntime runs fastest. */
import protobuf from 'protobufjs/light.js';
import { COMPARTMENTS, EPSILON, weightsOf } from './job.js';

/** @import { Job, Weights } from './job.js' */

/** The part of onnx.proto (IR version 9) that this graph needs, with the field numbers of the format. */
const root = protobuf.Root.fromJSON({
  nested: {
    Model: {
      fields: {
        irVersion: { type: 'int64', id: 1 },
        producerName: { type: 'string', id: 2 },
        graph: { type: 'Graph', id: 7 },
        opsetImport: { rule: 'repeated', type: 'OperatorSet', id: 8 },
      },
    },
    OperatorSet: { fields: { domain: { type: 'string', id: 1 }, version: { type: 'int64', id: 2 } } },
    Graph: {
      fields: {
        node: { rule: 'repeated', type: 'Node', id: 1 },
        name: { type: 'string', id: 2 },
        initializer: { rule: 'repeated', type: 'Tensor', id: 5 },
        input: { rule: 'repeated', type: 'ValueInfo', id: 11 },
        output: { rule: 'repeated', type: 'ValueInfo', id: 12 },
      },
    },
    Node: {
      fields: {
        input: { rule: 'repeated', type: 'string', id: 1 },
        output: { rule: 'repeated', type: 'string', id: 2 },
        name: { type: 'string', id: 3 },
        opType: { type: 'string', id: 4 },
        attribute: { rule: 'repeated', type: 'Attribute', id: 5 },
      },
    },
    Attribute: {
      fields: {
        name: { type: 'string', id: 1 },
        i: { type: 'int64', id: 3 },
        ints: { rule: 'repeated', type: 'int64', id: 8, options: { packed: false } },
        type: { type: 'int32', id: 20 },
      },
    },
    Tensor: {
      fields: {
        dims: { rule: 'repeated', type: 'int64', id: 1, options: { packed: false } },
        dataType: { type: 'int32', id: 2 },
        name: { type: 'string', id: 8 },
        rawData: { type: 'bytes', id: 9 },
      },
    },
    ValueInfo: { fields: { name: { type: 'string', id: 1 }, type: { type: 'Type', id: 2 } } },
    Type: { fields: { tensorType: { type: 'TensorType', id: 1 } } },
    TensorType: { fields: { elemType: { type: 'int32', id: 1 }, shape: { type: 'Shape', id: 2 } } },
    Shape: { fields: { dim: { rule: 'repeated', type: 'Dimension', id: 1 } } },
    Dimension: { fields: { dimValue: { type: 'int64', id: 1 } } },
  },
});

const FLOAT = 1;
const INT32 = 6;
const INT64 = 7;
/** Types of an attribute: one integer, or several. */
const INT = 2;
const INTS = 7;

/**
 * @param {string} name
 * @param {number[]} dims
 * @param {Float32Array | BigInt64Array} values
 */
function tensor(name, dims, values) {
  const dataType = values instanceof Float32Array ? FLOAT : INT64;
  return { name, dims, dataType, rawData: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) };
}

/**
 * @param {string} opType
 * @param {string[]} input
 * @param {string[]} output
 * @param {Record<string, number | number[]>} [attributes]
 */
function node(opType, input, output, attributes = {}) {
  const attribute = Object.entries(attributes).map(([name, value]) =>
    Array.isArray(value) ? { name, ints: value, type: INTS } : { name, i: value, type: INT },
  );
  return { opType, name: output[0], input, output, attribute };
}

/**
 * @param {string} name
 * @param {number} elemType
 * @param {number[]} shape
 */
function value(name, elemType, shape) {
  const dim = shape.map((dimValue) => ({ dimValue }));
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}

/**
 * Reorders the gates from our order i f g o to the ONNX order i o f c.
 * @param {Float32Array} values [4H, width]
 * @param {number} hidden
 */
function reorder(values, hidden) {
  const block = values.length / 4;
  const gates = [0, 3, 1, 2].map((gate) => values.subarray(gate * block, (gate + 1) * block));
  const ordered = new Float32Array(values.length);
  gates.forEach((gate, i) => ordered.set(gate, i * block));
  if (block % hidden !== 0) throw new Error(`${values.length} numbers are not four gates of ${hidden} units`);
  return ordered;
}

/**
 * W2 and the half of W1 that reads h, next to each other and transposed: [H, 2A].
 * @param {Weights} weights
 * @param {number} h
 */
function attentionMatrix(weights, h) {
  const matrix = new Float32Array(h * 2 * h);
  for (let a = 0; a < h; a += 1) {
    for (let j = 0; j < h; j += 1) {
      matrix[j * 2 * h + a] = weights['attention.w2.weight'].values[a * h + j];
      matrix[j * 2 * h + h + a] = weights['attention.w1.weight'].values[a * 2 * h + j];
    }
  }
  return matrix;
}

/**
 * The normalisation with running statistics as one product and one sum.
 * @param {Weights} weights
 */
function normalization(weights) {
  const of = (/** @type {string} */ name) => weights[`normalization.${name}`].values;
  const scale = of('weight').map((gamma, j) => gamma / Math.sqrt(of('running_var')[j] + EPSILON));
  const shift = of('bias').map((beta, j) => beta - of('running_mean')[j] * scale[j]);
  return { scale, shift };
}

/**
 * @param {Job} job
 * @param {Weights} weights
 */
function initializers({ batch, hidden: h }, weights) {
  const of = (/** @type {string} */ name) => weights[name].values;
  const { scale, shift } = normalization(weights);
  const biases = new Float32Array(8 * h);
  biases.set(reorder(of('lstm.bias_ih_l0'), h));
  biases.set(reorder(of('lstm.bias_hh_l0'), h), 4 * h);
  const int64 = (/** @type {number[]} */ ...numbers) => BigInt64Array.from(numbers.map(BigInt));
  return [
    tensor('embedding', weights['embedding.weight'].shape, of('embedding.weight')),
    tensor('W', [1, 4 * h, h], reorder(of('lstm.weight_ih_l0'), h)),
    tensor('R', [1, 4 * h, h], reorder(of('lstm.weight_hh_l0'), h)),
    tensor('biases', [1, 8 * h], biases),
    tensor('attention_matrix', [h, 2 * h], attentionMatrix(weights, h)),
    tensor('v', [h, 1], of('attention.v.weight')),
    tensor('first', [1, batch, h], new Float32Array(batch * h)),
    tensor('halves', [2], int64(h, h)),
    tensor('one', [1], int64(1)),
    tensor('zero', [1], int64(0)),
    tensor('minus_one', [1], int64(-1)),
    tensor('two', [1], int64(2)),
    tensor('scale', [h], scale),
    tensor('shift', [h], shift),
    tensor('dense', [COMPARTMENTS, h], of('dense.weight')),
    tensor('dense_bias', [COMPARTMENTS], of('dense.bias')),
  ];
}

/** @param {Job} job */
function nodes({ hidden }) {
  return [
    node('Gather', ['embedding', 'tokens'], ['x'], { axis: 0 }),
    node('LSTM', ['x', 'W', 'R', 'biases'], ['y'], { hidden_size: hidden }),
    node('Squeeze', ['y', 'one'], ['h']),
    // Equation 12: W2 · h_t + W1 · h_{t-1}. One product computes both; the second is shifted by a step.
    node('MatMul', ['h', 'attention_matrix'], ['products']),
    node('Split', ['products', 'halves'], ['here', 'there'], { axis: 2 }),
    node('Slice', ['there', 'zero', 'minus_one', 'zero'], ['before']),
    node('Concat', ['first', 'before'], ['shifted'], { axis: 0 }),
    node('Add', ['here', 'shifted'], ['inner']),
    node('Tanh', ['inner'], ['curved']),
    node('MatMul', ['curved', 'v'], ['scores']),
    node('Softmax', ['scores'], ['beta'], { axis: 0 }),
    node('Squeeze', ['beta', 'two'], ['flat']),
    node('Transpose', ['flat'], ['attention'], { perm: [1, 0] }),
    node('Mul', ['beta', 'h'], ['weighted']),
    node('ReduceSum', ['weighted', 'zero'], ['features'], { keepdims: 0 }),
    node('Mul', ['features', 'scale'], ['scaled']),
    node('Add', ['scaled', 'shift'], ['normal']),
    node('Gemm', ['normal', 'dense', 'dense_bias'], ['logits'], { transB: 1 }),
    node('Softmax', ['logits'], ['probabilities'], { axis: 1 }),
  ];
}

/**
 * The bytes of an ONNX model: `tokens` [T, B] (32-bit ids) to `probabilities` [B, C] and
 * `attention` [B, T]. All shapes are fixed.
 * @param {Job} job
 * @returns {Uint8Array}
 */
export function onnxModel(job) {
  const { batch, steps } = job;
  const Model = root.lookupType('Model');
  const graph = {
    name: 'el-rmlocnet',
    node: nodes(job),
    initializer: initializers(job, weightsOf(job)),
    input: [value('tokens', INT32, [steps, batch])],
    output: [value('probabilities', FLOAT, [batch, COMPARTMENTS]), value('attention', FLOAT, [batch, steps])],
  };
  const model = { irVersion: 9, producerName: 'rmlocnet-bench', graph, opsetImport: [{ domain: '', version: 17 }] };
  return Model.encode(Model.create(model)).finish();
}
