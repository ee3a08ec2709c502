// @ts-check
import { html } from 'lit';
import { duration } from '../numbers.js';

/** @import { TrainingRun } from '../state/training-run.js' */

/** @param {TrainingRun} run */
function stateInWords({ state, last, computing, share }) {
  const left = share > 0.02 && computing > 1000 ? ` About ${duration((computing / share) * (1 - share))} left.` : '';
  const where = last ? `Epoch ${last.epoch} of ${last.epochs}, step ${last.step} of ${last.steps_per_epoch}.` : '';
  return {
    starting: 'Building the k-mer vectors and the network…',
    running: `${where}${left}`,
    paused: `Paused. ${where}`,
    finishing: 'Evaluating on the held-out RNAs…',
    cancelled: `Cancelled. ${where} No model was saved. The curves stay until you start again.`,
    failed: 'Stopped.',
    done: `Done in ${duration(computing)}. You can now select the model in Predict.`,
  }[state];
}

/**
 * How far a training is, how long it will still take, and what happened on its way.
 * @param {TrainingRun | null} run
 * @param {boolean} isReady whether one could be started
 */
export function trainStatus(run, isReady) {
  const words = run ? stateInWords(run) : isReady ? 'Ready.' : ' ';
  return html`<div class="status">
      <progress aria-label="Training progress" max="1" .value=${run?.share ?? 0} ?hidden=${!run?.busy}></progress>
      <p role="status">${words}</p>
    </div>
    ${run?.notices.map((notice) => html`<p class="note" role="status">${notice}.</p>`)}`;
}
