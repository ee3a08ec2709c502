// @ts-check
import { html, nothing } from 'lit';
import { questionMark } from '../explained-term.js';
import { mainButton } from './main-button.js';

/** @import { TrainingRun } from '../state/training-run.js' */

/**
 * What can be done with a training: start it, or pause, end or cancel the one under way.
 * @param {TrainingRun | null} run
 * @param {boolean} isReady whether one could be started
 * @param {{ start: () => void, watchFor: (work: Promise<void>) => void }} act
 */
export function trainButtons(run, isReady, { start, watchFor }) {
  const going = run?.busy ? run : null;
  const press = () => {
    if (!going) start();
    else if (going.state === 'paused') watchFor(going.resume());
    else going.pause();
  };
  const look = {
    words: going === null ? 'Start' : going.state === 'paused' ? 'Resume' : 'Pause',
    isPrimary: true,
    isDisabled: going === null && !isReady,
    isWaiting: going !== null && going.state !== 'running' && going.state !== 'paused',
  };
  return html`<div class="row below train-buttons">${mainButton(look, press)} ${going ? endings(going, watchFor) : nothing}</div>`;
}

/**
 * @param {TrainingRun} run
 * @param {(work: Promise<void>) => void} watchFor
 */
function endings(run, watchFor) {
  const isEnding = run.state === 'finishing';
  return html`<button type="button" ?disabled=${run.finishedEpochs === 0 || isEnding} @click=${() => watchFor(run.finish())}>Finish</button>
    <button type="button" ?disabled=${isEnding} @click=${() => watchFor(run.cancel())}>Cancel</button>
    ${questionMark('Finish ends the training now and tries the network on the held-out RNAs. Cancel ends it without a model.')}`;
}
