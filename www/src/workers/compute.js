// @ts-check
/** Predicts and explains what it is given, with the models it has been handed. */
import * as Comlink from 'comlink';
import { core, startCore } from '../core.js';
import { guarded, watchTraps } from './guard.js';
import { watchRequests } from './requests.js';

/** @import { DeletionPoint, Item, Model, ModelOptions, MutationPart, Prediction, Problem, Writer } from '../types/core.js' */
/** @import { Build } from '../types/page.js' */

/** @type {Map<string, Model>} */
const models = new Map();

/** @param {string} key */
function model(key) {
  const held = models.get(key);
  if (!held) throw new Error('The model is no longer loaded. Choose it again.');
  return held;
}

/** The file being written. @type {Writer | null} */
let writer = null;

function writing() {
  if (!writer) throw new Error('No file is being written.');
  return writer;
}

/** What the coordinator asks of it. */
const computing = {
  /**
   * Takes a model file under a key; a file that is not a model throws.
   * @param {string} key
   * @param {Uint8Array} bytes
   * @param {ModelOptions} options
   */
  async load(key, bytes, options) {
    models.set(key, await guarded(() => core.Model.load(bytes, options)));
  },

  /** @param {string} key */
  forget(key) {
    models.get(key)?.free();
    models.delete(key);
  },

  /** @param {string} key */
  describe(key) {
    return guarded(() => model(key).info());
  },

  /** @param {string} key */
  device(key) {
    return guarded(() => model(key).device());
  },

  /** @param {string} key */
  calibrate(key) {
    return guarded(() => model(key).calibrate());
  },

  /**
   * @param {string} key
   * @param {Item[]} batch
   */
  predict(key, batch) {
    return guarded(() => model(key).predict(batch));
  },

  /**
   * @param {string} key
   * @param {string} sequence
   */
  explain(key, sequence) {
    return guarded(() => model(key).explain(sequence));
  },

  /** @param {string} key @param {string} sequence @param {number} start @param {number} end */
  mutagenesis(key, sequence, start, end) {
    return guarded(() => model(key).mutagenesis(sequence, start, end));
  },

  /** @param {string} key @param {string} id @param {string} sequence @param {MutationPart[]} parts */
  mutationsTsv(key, id, sequence, parts) {
    const plain = parts.map((part) => ({ ...part, reference: [...part.reference], changes: [...part.changes] }));
    return guarded(() => model(key).mutations_tsv(id, sequence, plain));
  },

  gradientPoints() {
    return guarded(() => core.gradient_points());
  },

  /** @param {string} key @param {string} sequence @param {number} compartment @param {number} start @param {number} end */
  gradients(key, sequence, compartment, start, end) {
    return guarded(() => model(key).gradients(sequence, compartment, start, end));
  },

  /** @param {string} key @param {string} id @param {string} compartment @param {string} sequence @param {Float32Array} values */
  gradientsTsv(key, id, compartment, sequence, values) {
    return guarded(() => model(key).gradients_tsv(id, compartment, sequence, values));
  },

  deletionSteps() {
    return guarded(() => core.deletion_steps());
  },

  /** @param {string} key @param {string} sequence @param {number} compartment @param {number} step */
  deletionPoint(key, sequence, compartment, step) {
    return guarded(() => model(key).deletion_point(sequence, compartment, step));
  },

  /** @param {string} key @param {string} id @param {string} compartment @param {DeletionPoint[]} points */
  deletionTsv(key, id, compartment, points) {
    return guarded(() => model(key).deletion_tsv(id, compartment, points));
  },

  /** @param {string} compartment @param {DeletionPoint[]} points */
  verdict(compartment, points) {
    return guarded(() => core.deletion_verdict(compartment, points));
  },

  /** @param {string} key @param {string} sequence @param {number} compartment @param {number} k */
  patterns(key, sequence, compartment, k) {
    return guarded(() => model(key).patterns(sequence, compartment, k));
  },

  /** @param {string} key @param {string} sequence @param {number} compartment @param {string[]} own */
  motifs(key, sequence, compartment, own) {
    return guarded(() => model(key).motifs(sequence, compartment, own));
  },

  /** @param {string} key @param {string} id @param {string} sequence @param {number} compartment @param {string[]} own */
  motifsTsv(key, id, sequence, compartment, own) {
    return guarded(() => model(key).motifs_tsv(id, sequence, compartment, own));
  },

  /** One RNA's nucleotides as they are read. @param {string} sequence */
  letters(sequence) {
    return guarded(() => {
      const reader = core.Reader.text(`>sequence\n${sequence}\n`);
      const { batches, problems } = reader.window(1);
      reader.free();
      if (problems.length > 0) throw new Error(problems[0].message);
      return batches[0]?.[0]?.sequence ?? '';
    });
  },

  /** @param {string} first @param {string} second */
  align(first, second) {
    return guarded(() => core.align_rnas(first, second));
  },

  /** @param {string} key @param {string} first @param {string} second */
  comparisonTsv(key, first, second) {
    return guarded(() => model(key).comparison_tsv(first, second));
  },

  /** @param {string} key @param {Item[]} batch @param {number} k @param {number[]} thresholds @param {string | null} before */
  survey(key, batch, k, thresholds, before) {
    return guarded(() => model(key).survey(batch, k, new Float32Array(thresholds), before ?? undefined));
  },

  /** @param {string} key @param {string} survey */
  surveyReport(key, survey) {
    return guarded(() => model(key).survey_report(survey));
  },

  /** @param {string} key @param {string} survey */
  surveyTsv(key, survey) {
    return guarded(() => model(key).survey_tsv(survey));
  },

  /** @param {Float32Array} values @param {number} width */
  clustered(values, width) {
    return guarded(() => core.clustered_order(values, width));
  },

  /**
   * Begins a file and gives what stands before its rows.
   * @param {string} key @param {string} form @param {number[] | null} thresholds null: the model's own
   */
  openWriter(key, form, thresholds) {
    return guarded(() => {
      writer?.free();
      writer = model(key).writer(form, thresholds ? new Float32Array(thresholds) : undefined);
      return writer.begin();
    });
  },

  /** @param {Prediction[]} predictions */
  write(predictions) {
    return guarded(() => writing().add(predictions));
  },

  /** @param {Problem[]} problems */
  closeWriter(problems) {
    return guarded(() => {
      const rest = writing().end(problems);
      writer?.free();
      writer = null;
      return rest;
    });
  },
};

export const computer = {
  /**
   * @param {Build} build
   * @param {WebAssembly.Module} module
   * @param {(count: number) => void} onRequests told how many requests this worker has made
   * @param {MessagePort} port where the coordinator asks
   * @returns {Promise<string>} what the CPU code uses, in words
   */
  async start(build, module, onRequests, port) {
    watchRequests(onRequests);
    watchTraps();
    await startCore(build, module);
    Comlink.expose(computing, port);
    return core.device_name();
  },
};

/** @typedef {typeof computing} Computing */
