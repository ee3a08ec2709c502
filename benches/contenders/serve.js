// @ts-check
/** The worker's side of the benchmark: prepares one contender and times it. */

/** @import { Job } from '../model/job.js' */
/** @import { Answer } from '../model/reference.js' */

/**
 * @typedef {object} Contender
 * @property {(job: Job) => Promise<object | void>} prepare prepares a row; the facts that it returns go into the notes
 * @property {() => Promise<Answer | number>} run predicts one batch, or does one training step and returns its loss
 */

/**
 * Times each run separately.
 * @param {Contender} contender
 * @param {number} iterations
 */
async function timed(contender, iterations) {
  /** @type {number[]} */
  const ms = [];
  /** @type {(Answer | number)[]} */
  const results = [];
  for (let i = 0; i < iterations; i += 1) {
    const start = performance.now();
    const result = await contender.run();
    ms.push(performance.now() - start);
    // All losses are kept; of the predictions, only the last ones.
    if (typeof result === 'number') results.push(result);
    else results[0] = result;
  }
  return { ms, results };
}

/**
 * Handles the messages of the page: `{ prepare: Job }` or `{ run: iterations }`.
 * @param {Contender} contender
 */
export function serve(contender) {
  self.addEventListener('message', async ({ data }) => {
    try {
      const result = data.prepare ? await contender.prepare(data.prepare) : await timed(contender, data.run);
      self.postMessage({ id: data.id, result: result ?? {} });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      self.postMessage({ id: data.id, error: message || 'failed without a message' });
    }
  });
}
