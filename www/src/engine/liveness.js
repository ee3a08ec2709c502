// @ts-check
/**
 * Hears of a worker that has died. A worker that the browser ends, or that closes itself, sends no
 * message, and a call of it would never settle. So each worker holds a lock for as long as it lives,
 * and the page waits for that lock. Pages without a secure context have no locks; there, only an
 * uncaught error of the worker is heard.
 */
import { trapped } from './trap.js';

let named = 0;

/** A name for the lock of one worker, different from that of every other worker of this site. */
export function lockName() {
  named += 1;
  return `rmlocnet-worker-${performance.timeOrigin}-${Math.random()}-${named}`;
}

/**
 * Holds the lock until the worker ends; called in the worker.
 * @param {string} name
 * @returns {Promise<void>} when the lock is held
 */
export function holdLock(name) {
  if (!navigator.locks) return Promise.resolve();
  return new Promise((resolve) => {
    navigator.locks.request(name, () => {
      resolve();
      return new Promise(() => {});
    });
  });
}

/**
 * A promise that is rejected, as if the worker's core had stopped, when the worker is no longer there.
 * @param {Worker} worker
 * @param {string} name of the lock that the worker holds by now
 * @returns {Promise<never>}
 */
export function whenLost(worker, name) {
  return new Promise((_, reject) => {
    if (navigator.locks) navigator.locks.request(name, () => reject(trapped('')));
    else worker.addEventListener('error', ({ message }) => reject(trapped(message)));
  });
}
