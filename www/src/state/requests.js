// @ts-check
/**
 * Counts the network requests made after the page has loaded everything it needs:
 * this page's and its workers', as the browser's own resource timing lists them.
 */

import { Store } from '../store.js';

/** @type {Set<string>} */
const names = new Set();
let mine = 0;
let workers = 0;
/** @type {number | null} */
let baseline = null;
/**
 * Network requests since the page has loaded.
 * files: names of what the page itself fetched.
 * @typedef {{ loaded: boolean, count: number, files: string[] }} Requests
 */

/** @type {Store<Requests>} */
export const requests = new Store(/** @type {Requests} */ ({ loaded: false, count: 0, files: [] }));

function announce() {
  requests.set({
    loaded: baseline !== null,
    count: baseline === null ? 0 : mine + workers - baseline,
    files: [...names],
  });
}

/** @param {string} name */
function isRequest(name) {
  // blob: and data: addresses never leave the page.
  return /^https?:/.test(name);
}

new PerformanceObserver((list) => {
  for (const { name } of list.getEntries()) {
    if (!isRequest(name)) continue;
    mine += 1;
    if (baseline !== null) names.add(new URL(name).pathname.split('/').pop() || 'index.html');
  }
  announce();
}).observe({ type: 'resource', buffered: true });

/**
 * @returns {(count: number) => void} takes one worker's own count as it grows
 */
export function countWorker() {
  let last = 0;
  return (count) => {
    workers += count - last;
    last = count;
    announce();
  };
}

/** From here on requests count: the page has what it needs. */
export function pageIsLoaded() {
  // Entries for what has just arrived are delivered a moment later.
  setTimeout(() => {
    baseline = mine + workers;
    announce();
  }, 250);
}
