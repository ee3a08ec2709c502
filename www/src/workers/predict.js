// @ts-check
/**
 * Predicts and explains. Holds the open models and the sequences of the results
 * on show, so that the page can ask for an explanation by row alone.
 */
import * as Comlink from 'comlink';
import { core, startCore } from '../core.js';
import { watchRequests } from './requests.js';

/** @import { Model, Prediction, Reader } from '../types/core.js' */
/** @import { Explained, Row, RunBatch, RunStart, SourcedProblem } from '../types/page.js' */

/**
 * Something to read: pasted text or a file, with the name problems are listed under.
 * @typedef {{ name: string, content: string | File, size: number }} Source
 */

/**
 * @typedef {object} Run
 * @property {Model} model
 * @property {Source[]} sources
 * @property {number} position index of the source being read
 * @property {Reader | null} reading
 * @property {number} bytesBefore bytes of the sources already finished
 * @property {number} bytesHere bytes read of the present one
 * @property {{ id: string, sequence: string }[]} kept
 */

/** @type {Map<string, Model>} */
const models = new Map();
/** @type {Run | null} */
let run = null;
/**
 * The results on show. A new run takes their place with its first prediction, not
 * before: input that yields nothing leaves them explainable.
 * @type {{ model: Model, kept: { id: string, sequence: string }[] } | null}
 */
let shown = null;

/** @param {Run} run */
function openSource(run) {
  const { content } = run.sources[run.position];
  const cut = run.model.info().fixed_length;
  return typeof content === 'string' ? core.Reader.text(content, cut) : core.Reader.file(content, cut);
}

/** @param {Run} run */
function finishSource(run) {
  run.reading?.free();
  run.reading = null;
  run.bytesBefore += run.sources[run.position].size;
  run.bytesHere = 0;
  run.position += 1;
}

/**
 * @param {Run} run
 * @param {Prediction} prediction
 * @returns {Row}
 */
function keep(run, { sequence, ...row }) {
  run.kept.push({ id: row.id, sequence });
  shown = run;
  return { ...row, index: run.kept.length - 1 };
}

/**
 * @param {Model} model
 * @param {Reader} reader
 * @param {number} maxRecords
 */
async function predictWindow(model, reader, maxRecords) {
  const { batches, problems, bytes_read, done } = reader.window(maxRecords);
  /** @type {Prediction[]} */
  const predictions = [];
  for (const batch of batches) {
    const some = await model.predict(batch);
    predictions.push(...some.predictions);
    problems.push(...some.problems);
  }
  /** @type {(a: { index: number }, b: { index: number }) => number} */
  const inOrder = (a, b) => a.index - b.index;
  return { predictions: predictions.sort(inOrder), problems: problems.sort(inOrder), bytes_read, done };
}

/**
 * A source that cannot be read at all is a problem to list, not the end of the run.
 * @param {Run} run
 * @param {number} maxRecords
 * @returns {Promise<{ rows: Row[], problems: SourcedProblem[] }>}
 */
async function readSome(run, maxRecords) {
  const source = run.sources[run.position].name;
  try {
    run.reading ??= openSource(run);
    const batch = await predictWindow(run.model, run.reading, maxRecords);
    run.bytesHere = batch.bytes_read;
    const rows = batch.predictions.map((prediction) => keep(run, prediction));
    const problems = batch.problems.map((problem) => ({ ...problem, source }));
    if (batch.done || problems.some((problem) => problem.fatal)) finishSource(run);
    return { rows, problems };
  } catch (error) {
    // A trap leaves the core unusable: the page must hear of it and start it again.
    if (error instanceof WebAssembly.RuntimeError) throw error;
    finishSource(run);
    const message = error instanceof Error ? error.message : String(error);
    return { rows: [], problems: [{ index: 0, line: null, record: null, message, fatal: true, source }] };
  }
}

const predictor = {
  /**
   * @param {WebAssembly.Module} module
   * @param {(count: number) => void} onRequests told how many requests this worker has made
   * @returns {Promise<string>} what is computed on, in words
   */
  async start(module, onRequests) {
    watchRequests(onRequests);
    await startCore(module);
    return core.device_name();
  },

  /**
   * Opens a model file under a name; a file that is not a model throws.
   * @param {string} name
   * @param {Uint8Array} bytes
   */
  async open(name, bytes) {
    const model = await core.Model.load(bytes, { device: 'cpu' });
    const info = model.info();
    // The former model of that name may still explain the results on show: it is left to them.
    models.set(name, model);
    return info;
  },

  /** @param {string} name */
  isOpen(name) {
    return models.has(name);
  },

  /**
   * @param {string} name
   * @param {Source[]} sources
   * @returns {RunStart}
   */
  begin(name, sources) {
    const model = models.get(name);
    if (!model) throw new Error(`The model ${name} is not open. Choose it again.`);
    predictor.stop();
    run = { model, sources, position: 0, reading: null, bytesBefore: 0, bytesHere: 0, kept: [] };
    return {
      model: model.info(),
      header: model.tsv_header(),
      bytes_total: sources.reduce((sum, source) => sum + source.size, 0),
    };
  },

  /**
   * Reads and predicts at most so many records.
   * @param {number} maxRecords
   * @returns {Promise<RunBatch>}
   */
  async next(maxRecords) {
    if (!run) return { rows: [], problems: [], bytes_read: 0, done: true };
    const now = run;
    const read = now.position < now.sources.length ? await readSome(now, maxRecords) : { rows: [], problems: [] };
    const done = now.position >= now.sources.length;
    const bytes_read = now.bytesBefore + now.bytesHere;
    if (done && run === now) run = null;
    return { ...read, bytes_read, done };
  },

  /** Ends the present run; what it has predicted stays. */
  stop() {
    run?.reading?.free();
    if (run) run.reading = null;
    run = null;
  },

  /**
   * @param {number} row
   * @returns {Promise<Explained>}
   */
  async explain(row) {
    const kept = shown?.kept[row];
    if (!shown || !kept) throw new Error('This RNA is no longer held. Predict again.');
    return { ...(await shown.model.explain(kept.sequence)), ...kept };
  },
};

/** @typedef {typeof predictor} Predictor */

Comlink.expose(predictor);
