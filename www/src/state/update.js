// @ts-check
/** Stores the page for use without a network, and tells when the site has a newer one. */
import { Store } from '../store.js';
import { isIncomplete } from '../engine/builds.js';
import { holdVersion, removeUnusedVersions } from './versions.js';

/** How often a page without all its modules asks its host for a newer one. */
const LOOK_MS = 10_000;
/** How often any other open page asks; and, after it has been out of sight, how soon again. */
const LOOK_AGAIN_MS = 3_600_000;
const LOOK_WHEN_SEEN_MS = 600_000;
/** Of files that are missing at once, only the first one makes the page ask. */
const LOOK_WHEN_MISSING_MS = 5_000;
/** What older versions have stored is removed so long after the start, when the tabs that use it have told so. */
const REMOVE_MS = 5_000;

/** @type {ServiceWorkerRegistration | undefined} */
let registration;
let lookedAt = 0;

/** Whether the site has a newer page, which a reload would show. */
export const hasUpdate = new Store(false);

/** Where storing is refused (a private window, plain http) the page works all the same. */
export async function storePage() {
  if (!import.meta.env.PROD) return;
  watchForMissingFiles();
  if (!('serviceWorker' in navigator)) return;
  holdVersion();
  const servedBy = navigator.serviceWorker.controller;
  registration = await navigator.serviceWorker.register('./sw.js').catch(() => undefined);
  if (!registration) return;
  const { waiting, active } = registration;
  if (waiting && active) hasUpdate.set(true);
  registration.addEventListener('updatefound', () => watch(registration?.installing));
  lookNowAndThen();
  setTimeout(() => removeUnused(servedBy), REMOVE_MS);
}

/** @param {ServiceWorker | null | undefined} worker that is being stored */
function watch(worker) {
  // The first one stores this very page.
  if (!worker || !registration?.active) return;
  worker.addEventListener('statechange', () => {
    if (worker.state === 'installed' || worker.state === 'activated') hasUpdate.set(true);
  });
}

/** @param {ServiceWorker | null} servedBy the service worker that this page came from; null if from the site */
async function removeUnused(servedBy) {
  if (!registration || registration.installing || registration.waiting) return;
  // Only the version that the service worker has may judge: a newer one may not have a tab yet.
  if (servedBy && registration.active === servedBy) await removeUnusedVersions(registration.scope);
}

function lookNowAndThen() {
  lookedAt = performance.now();
  setInterval(() => hasUpdate.get() || lookForUpdate(), isIncomplete() ? LOOK_MS : LOOK_AGAIN_MS);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') lookUnlessJustDone(LOOK_WHEN_SEEN_MS);
  });
}

/** @param {number} within so many milliseconds, the page does not ask again */
function lookUnlessJustDone(within) {
  if (!hasUpdate.get() && performance.now() - lookedAt > within) lookForUpdate();
}

/** Asks the site whether it has a newer page. */
export async function lookForUpdate() {
  lookedAt = performance.now();
  // A host that does not answer is asked again.
  if (registration) await registration.update().catch(() => undefined);
  else if (await isReplaced()) hasUpdate.set(true);
}

/** Whether the site's page starts another script than this one. */
async function isReplaced() {
  const script = document.querySelector('script[type=module][src]')?.getAttribute('src');
  const page = await fetch(location.pathname, { cache: 'no-store' }).catch(() => null);
  if (!script || !page?.ok) return false;
  const text = await page.text().catch(() => script);
  return text.includes('<rmlocnet-app') && !text.includes(script);
}

/** A file of the page that the site no longer has was most often replaced by another version's. */
function watchForMissingFiles() {
  new PerformanceObserver((list) => {
    const missing = list
      .getEntries()
      .some((entry) => /** @type {PerformanceResourceTiming} */ (entry).responseStatus === 404);
    if (missing && (lookedAt === 0 || performance.now() - lookedAt > LOOK_WHEN_MISSING_MS)) lookForUpdate();
  }).observe({ type: 'resource' });
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
