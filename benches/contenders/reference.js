// @ts-check
/** The plain network as a contender: never timed, only agreed with. */
import { referenceAnswer } from '../model/reference.js';
import { serve } from './serve.js';

/** @import { Job } from '../model/job.js' */

/** Enough RNAs to show an error in any of them: all rows go through the same code. */
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
