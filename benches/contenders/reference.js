// @ts-check
/** The reference network as a contender: results are compared with it, and it is never timed. */
import { referenceAnswer } from '../model/reference.js';
import { serve } from './serve.js';

/** @import { Job } from '../model/job.js' */

/** Number of RNAs. Two are enough, because the same code handles all of them. */
const ROWS = 2;

/** @type {Job} */
let job;

serve({
  async prepare(given) {
    job = given;
  },
  async run() {
    return referenceAnswer(job, Math.min(ROWS, job.batch));
  },
});
