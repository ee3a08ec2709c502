// @ts-check
/** Stores the page for use without a network, and tells when the site has a newer one. */
import { Store } from '../store.js';
import { isIncomplete } from './builds.js';

/** How often a page without all its modules asks its host for a newer one. */
const LOOK_MS = 10_000;

/** @type {ServiceWorkerRegistration | undefined} */
let registration;

/** Whether a newer page is stored and a reload would show it. */
export const hasUpdate = new Store(false);

/** Where storing is refused (a private window, plain http) the page works all the same. */
export async function storePage() {
  if (!('serviceWorker' in navigator) || !import.meta.env.PROD) return;
  registration = await navigator.serviceWorker.register('./sw.js').catch(() => undefined);
  if (!registration) return;
  if (registration.waiting && registration.active) hasUpdate.set(true);
  registration.addEventListener('updatefound', () => watch(registration?.installing));
  if (isIncomplete()) lookAgain();
}

/** @param {ServiceWorker | null | undefined} worker that is being stored */
function watch(worker) {
  // The first one stores this very page.
  if (!worker || !registration?.active) return;
  worker.addEventListener('statechange', () => {
    if (worker.state === 'installed' || worker.state === 'activated') hasUpdate.set(true);
  });
}

function lookAgain() {
  if (hasUpdate.get()) return;
  // A host that does not answer is asked again.
  registration?.update().catch(() => undefined);
  setTimeout(lookAgain, LOOK_MS);
}

/** Reloads into the newer page. What has not been saved is lost: only ever at the visitor's wish. */
export function reloadIntoUpdate() {
  const { waiting } = registration ?? {};
  if (!waiting) return location.reload();
  waiting.addEventListener('statechange', () => {
    if (waiting.state === 'activated') location.reload();
  });
  waiting.postMessage({ type: 'SKIP_WAITING' });
}
