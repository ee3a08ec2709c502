// @ts-check
import { html } from 'lit';
import { duration, plural, size } from '../numbers.js';

/** @typedef {'idle' | 'preparing' | 'running' | 'cancelled' | 'failed' | 'done'} RunState */
/** @typedef {{ read: number, total: number, records: number, since: number }} Progress read, total: bytes; since: when it began */

/** Before the first run. @type {Progress} */
export const NO_PROGRESS = { read: 0, total: 0, records: 0, since: 0 };

/**
 * How far a prediction is, and how long it will still take.
 * @param {RunState} state
 * @param {Progress} progress
 */
export function runStatus(state, { read, total, records, since }) {
  const share = total > 0 ? read / total : 0;
  const elapsed = performance.now() - since;
  const left =
    share > 0.03 && share < 1 && elapsed > 2000 ? `, about ${duration((elapsed / share) * (1 - share))} left` : '';
  const busy = state === 'preparing' || state === 'running';
  const words = {
    idle: ' ',
    preparing: 'Getting ready…',
    running: `${plural(records, 'RNA')} predicted, ${size(read)} of ${size(total)} read${left}`,
    cancelled:
      records > 0
        ? `Cancelled. The ${plural(records, 'RNA')} predicted so far are kept.`
        : 'Cancelled before the first RNA.',
    failed: 'Stopped.',
    done: records > 0 ? `Done: ${plural(records, 'RNA')}.` : 'Done: no RNA could be read.',
  }[state];
  return html`<progress aria-label="Progress" max="1" .value=${state === 'done' ? 1 : share} ?hidden=${!busy}></progress>
    <p role="status">${words}</p>`;
}
