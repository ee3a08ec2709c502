// @ts-check
/**
 * Keeps what each version of the page has stored for as long as a tab runs that version. The service
 * worker of a version stores it under the name of the script that starts the page. Each tab holds a
 * lock of that name, so what has no lock is used by nobody.
 */

/** What the service worker's library puts between that name and the address of the page. */
const STORE = '-precache-v2-';

/** The name of a version: that of its first script, which contains the hash of everything it starts. */
function version() {
  const script = document.querySelector('script[type=module][src]')?.getAttribute('src') ?? '';
  return /([^/]+)\.js$/.exec(script)?.[1] ?? '';
}

/** Tells other tabs that this version is in use, until this tab is closed. */
export function holdVersion() {
  navigator.locks?.request(version(), { mode: 'shared' }, () => new Promise(() => {}));
}

/**
 * Removes what is stored of versions that no tab runs. Called by a tab of the version that the service worker has.
 * @param {string} scope address below which the page lies
 */
export async function removeUnusedVersions(scope) {
  const end = STORE + scope;
  for (const name of (await caches.keys()).filter((other) => other.endsWith(end)))
    await navigator.locks?.request(name.slice(0, -end.length), { ifAvailable: true }, async (lock) => {
      if (lock) await caches.delete(name);
    });
}
