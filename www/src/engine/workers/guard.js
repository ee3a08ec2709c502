// @ts-check
/**
 * Lets a stopped core be heard of. An asynchronous call whose core traps after its
 * first pause never settles; the trap shows only as an uncaught error of the worker.
 */

/** Ends of the calls under way. @type {Set<(error: unknown) => void>} */
const waiting = new Set();
/** @type {WebAssembly.RuntimeError | null} */
let trap = null;

/** @param {unknown} error */
function heard(error) {
  if (!(error instanceof WebAssembly.RuntimeError)) return;
  trap ??= error;
  for (const reject of waiting) reject(trap);
}

/** Watches for traps outside of any call; once per worker. */
export function watchTraps() {
  self.addEventListener('error', (event) => heard(event.error));
  self.addEventListener('unhandledrejection', (event) => heard(event.reason));
}

/**
 * A call of the core that fails when the core traps, whenever it does.
 * @template T
 * @param {() => T | Promise<T>} call
 * @returns {Promise<T>}
 */
export function guarded(call) {
  return new Promise((resolve, reject) => {
    if (trap) throw trap;
    waiting.add(reject);
    // In a function of its own: what it throws at once is a rejection too.
    const work = (async () => call())();
    work.then(resolve, reject).finally(() => waiting.delete(reject));
  });
}
