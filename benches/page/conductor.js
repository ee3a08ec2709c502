// @ts-check
/** The page's side of the benchmark: holds the workers of the contenders and their latest results. */

/** @import { Job, Weights } from '../model/job.js' */
/** @import { Answer } from '../model/reference.js' */

/**
 * @typedef {object} Open
 * @property {Worker} worker
 * @property {Map<number, { resolve: (value: any) => void, reject: (error: Error) => void }>} waiting
 * @property {Job | null} job
 * @property {Answer | null} answer
 */

/** @type {Map<string, Open>} */
const contenders = new Map();
/** Starting weights, passed from the contender that creates them to the others. @type {Weights | undefined} */
let weights;
let calls = 0;

/** @param {string} name */
function find(name) {
  const open = contenders.get(name);
  if (!open) throw new Error(`${name} is not open`);
  return open;
}

/**
 * @param {string} name
 * @param {object} message
 * @returns {Promise<any>}
 */
function ask(name, message) {
  const { worker, waiting } = find(name);
  calls += 1;
  const id = calls;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    worker.postMessage({ ...message, id });
  });
}

/**
 * The largest differences of the probabilities and of the attention weights. Those of the attention
 * are given both as they are and relative to the largest weight of the RNA, because all weights of a
 * long RNA are small. Only RNAs that both contenders predicted are compared.
 * @param {Job} job
 * @param {Answer} a
 * @param {Answer} b
 */
function difference(job, a, b) {
  const most = (/** @type {ArrayLike<number>} */ x, /** @type {ArrayLike<number>} */ y, from = 0, to = Math.min(x.length, y.length)) => {
    let worst = 0;
    // NaN differs from every number.
    for (let i = from; i < to; i += 1) worst = Math.max(worst, Number.isNaN(x[i] - y[i]) ? Infinity : Math.abs(x[i] - y[i]));
    return worst;
  };
  const rows = Math.min(a.attention.length, b.attention.length) / job.steps;
  if (!(rows >= 1) || rows % 1 !== 0) throw new Error(`the attention does not cover whole RNAs: ${rows} RNAs`);
  let share = 0;
  for (let row = 0; row < rows; row += 1) {
    const [from, to] = [row * job.steps, (row + 1) * job.steps];
    let peak = 0;
    for (let i = from; i < to; i += 1) peak = Math.max(peak, b.attention[i]);
    share = Math.max(share, most(a.attention, b.attention, from, to) / peak);
  }
  return { probabilities: most(a.probabilities, b.probabilities), attention: most(a.attention, b.attention), share };
}

const conductor = {
  /**
   * Starts a contender's worker.
   * @param {string} name
   * @param {string} script
   */
  open(name, script) {
    const worker = new Worker(script, { type: 'module', name });
    /** @type {Open} */
    const open = { worker, waiting: new Map(), job: null, answer: null };
    contenders.set(name, open);
    const fail = (/** @type {string} */ message) => {
      for (const { reject } of open.waiting.values()) reject(new Error(message));
      open.waiting.clear();
    };
    worker.onerror = (event) => fail(event.message || 'the worker could not be started');
    worker.onmessage = ({ data }) => {
      const call = open.waiting.get(data.id);
      open.waiting.delete(data.id);
      if (data.error === undefined) call?.resolve(data.result);
      else call?.reject(new Error(data.error));
    };
  },

  /**
   * Prepares a contender for a row and returns the facts that it reports. Weights that it creates
   * are kept here for the others.
   * @param {string} name
   * @param {Job} job
   */
  async prepare(name, job) {
    find(name).job = job;
    const facts = await ask(name, { prepare: job.suite === 'training' ? { ...job, weights } : job });
    if (facts.weights) {
      weights = facts.weights;
      delete facts.weights;
    }
    return facts;
  },

  /**
   * Runs a contender `iterations` times. Returns the milliseconds of each run, and the losses if it
   * trains.
   * @param {string} name
   * @param {number} iterations
   * @returns {Promise<{ ms: number[], losses: number[] }>}
   */
  async run(name, iterations) {
    const { ms, results } = await ask(name, { run: iterations });
    const last = results.at(-1);
    if (typeof last === 'number') return { ms, losses: results };
    find(name).answer = last;
    return { ms, losses: [] };
  },

  /**
   * The differences between the latest results of two contenders.
   * @param {string} name
   * @param {string} other
   */
  compare(name, other) {
    const [a, b] = [find(name), find(other)];
    if (!a.answer || !b.answer || !b.job) throw new Error(`${name} or ${other} has no result to compare`);
    return difference(b.job, a.answer, b.answer);
  },

  /** Drops the weights of the previous row. */
  forget() {
    weights = undefined;
  },

  /** @param {string} name */
  close(name) {
    contenders.get(name)?.worker.terminate();
    contenders.delete(name);
  },

  /** The WebGPU adapter as the browser describes it; null if there is none. */
  async adapter() {
    const adapter = await navigator.gpu?.requestAdapter();
    if (!adapter) return null;
    const { vendor, architecture, device, description } = adapter.info;
    return [vendor, architecture, device, description].filter(Boolean).join(' ');
  },
};

/** @typedef {typeof conductor} Conductor */

Object.assign(globalThis, { conductor });
