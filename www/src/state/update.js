// @ts-check
/** Stores the page for use without a network, and tells when the site has a newer one. */
import { isIncomplete } from './builds.js';

/** How often a page without all its modules asks its host for a newer one. */
const LOOK_MS = 10_000;

const changes = new EventTarget();
/** @type {ServiceWorkerRegistration | undefined} */
let registration;
let newer = false;

/** Whether a newer page is stored and a reload would show it. */
export function hasUpdate() {
  return newer;
}

/** @param {() => void} listener */
export function onUpdate(listener) {
  changes.addEventListener('change', listener);
}

/** Where storing is refused (a private window, plain http) the page works all the same. */
export async function storePage() {
  if (!('serviceWorker' in navigator) || !import.meta.env.PROD) return;
  registration = await navigator.serviceWorker.register('./sw.js').catch(() => undefined);
  if (!registration) return;
  if (registration.waiting && registration.active) announce();
  registration.addEventListener('updatefound', () => watch(registration?.installing));
  if (isIncomplete()) lookAgain();
}

/** @param {ServiceWorker | null | undefined} worker that is being stored */
function watch(worker) {
  // The first one stores this very page.
  if (!worker || !registration?.active) return;
  worker.addEventListener('statechange', () => {
    if (worker.state === 'installed' || worker.state === 'activated') announce();
  });
}

function announce() {
  newer = true;
  changes.dispatchEvent(new Event('change'));
}

function lookAgain() {
  if (newer) return;
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
