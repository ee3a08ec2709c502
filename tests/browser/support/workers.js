// @ts-check
/**
 * Makes things happen inside the page's workers. Their source is inlined, so a piece
 * of script put before it runs in the worker itself, before anything of the page's.
 */

/** @import { Page } from '@playwright/test' */

/**
 * Runs a function at the start of the page's workers of one role.
 * @param {Page} page before it is opened
 * @param {string} role
 * @param {(argument: any) => void} prelude sees only its argument and the worker's own names
 * @param {{ argument?: unknown, most?: number }} [how] most: only in the first so many of them
 */
export async function inWorkers(page, role, prelude, { argument = null, most = 1000 } = {}) {
  await page.addInitScript(
    ({ script, role, most }) => {
      const Plain = { Blob: self.Blob, Worker: self.Worker, createObjectURL: URL.createObjectURL };
      /** @type {WeakMap<Blob, Blob>} */
      const prepared = new WeakMap();
      /** @type {Map<string, string>} */
      const addresses = new Map();
      self.Blob = class extends Plain.Blob {
        /** @param {BlobPart[]} parts @param {BlobPropertyBag} [options] */
        constructor(parts, options) {
          super(parts, options);
          if (/javascript/.test(options?.type ?? '')) prepared.set(this, new Plain.Blob([script, ...parts], options));
        }
      };
      URL.createObjectURL = (object) => {
        const address = Plain.createObjectURL(object);
        const other = object instanceof Plain.Blob && prepared.get(object);
        if (other) addresses.set(address, Plain.createObjectURL(other));
        return address;
      };
      let left = most;
      self.Worker = class extends Plain.Worker {
        /** @param {string} address @param {WorkerOptions} [options] */
        constructor(address, options) {
          const meant = options?.name === role && left > 0;
          if (meant) left -= 1;
          super((meant && addresses.get(address)) || address, options);
        }
      };
    },
    { script: `(${prelude})(${JSON.stringify(argument)});\n`, role, most },
  );
}

/**
 * Prelude: the core stops for want of memory, with a trap of its own, whenever it
 * reads text that contains a word.
 * @param {{ word: string }} when
 */
export function trapOverWord({ word }) {
  const { instantiate } = WebAssembly;
  /** @param {WebAssembly.Module} module @param {WebAssembly.Imports} imports */
  const patched = async (module, imports) => {
    /** @type {WebAssembly.Instance | undefined} */
    let instance;
    for (const functions of Object.values(imports)) {
      for (const [name, original] of Object.entries(functions)) {
        if (typeof original !== 'function') continue;
        functions[name] = (/** @type {any[]} */ ...given) => {
          const core = /** @type {any} */ (instance?.exports ?? {});
          const allocate = Object.keys(core).find((name) => name.startsWith('__wbindgen_malloc'));
          // More than there can be, asked for as the core asks: it stops itself.
          if (allocate && given.some((value) => typeof value === 'string' && value.includes(word)))
            for (let i = 0; i < 4; i += 1) core[allocate](0x7ffffff0, 1);
          return /** @type {any} */ (original)(...given);
        };
      }
    }
    instance = await instantiate.call(WebAssembly, module, imports);
    return instance;
  };
  WebAssembly.instantiate = /** @type {any} */ (patched);
}

/**
 * Prelude: the core stops for want of memory in the so many-th call of one of its functions.
 * @param {{ called: string, times: number, onGpu?: boolean }} when onGpu: only in the build that knows WebGPU
 */
export function trapInCall({ called, times, onGpu = false }) {
  const { instantiate } = WebAssembly;
  let calls = 0;
  /** @param {WebAssembly.Module} module @param {WebAssembly.Imports} imports */
  const patched = async (module, imports) => {
    const instance = await instantiate.call(WebAssembly, module, imports);
    if (onGpu && !WebAssembly.Module.imports(module).some(({ name }) => name.includes('requestAdapter')))
      return instance;
    const core = /** @type {any} */ (instance.exports);
    const allocate = Object.keys(core).find((name) => name.startsWith('__wbindgen_malloc'));
    if (!allocate || !(called in core))
      throw new Error(`The core has no function ${called}: ${Object.keys(core).join(', ')}.`);
    const exports = {
      ...core,
      [called]: (/** @type {any[]} */ ...given) => {
        calls += 1;
        if (calls === times) for (let i = 0; i < 4; i += 1) core[allocate](0x7ffffff0, 1);
        return core[called](...given);
      },
    };
    return { instance: { exports }, module };
  };
  WebAssembly.instantiate = /** @type {any} */ (patched);
}

/** Prelude: every call of a function of the core is told to the page, which counts them by `countCalls`. */
export function telling(/** @type {string} */ called) {
  const { instantiate } = WebAssembly;
  const told = new BroadcastChannel(`calls of ${called}`);
  /** @param {WebAssembly.Module} module @param {WebAssembly.Imports} imports */
  const patched = async (module, imports) => {
    const instance = await instantiate.call(WebAssembly, module, imports);
    const core = /** @type {any} */ (instance.exports);
    if (!(called in core)) throw new Error(`The core has no function ${called}: ${Object.keys(core).join(', ')}.`);
    const exports = {
      ...core,
      [called]: (/** @type {any[]} */ ...given) => {
        told.postMessage('now');
        return core[called](...given);
      },
    };
    return { instance: { exports }, module };
  };
  WebAssembly.instantiate = /** @type {any} */ (patched);
}

/**
 * Counts the calls of a function of the core from now on; gives a function that tells how many there were.
 * @param {Page} page whose workers have begun with `telling`
 * @param {string} called
 */
export async function countCalls(page, called) {
  const counter = await page.evaluateHandle((name) => {
    const counted = { calls: 0, channel: new BroadcastChannel(name) };
    counted.channel.onmessage = () => (counted.calls += 1);
    return counted;
  }, `calls of ${called}`);
  return () => counter.evaluate(({ calls }) => calls);
}

/**
 * Prelude for the coordinator: from `holdResults` on, what the run under way gives next does not leave the worker until
 * `releaseResults`. Later runs are not held.
 */
export function holdable() {
  const scope = /** @type {any} */ (self);
  const post = scope.postMessage.bind(scope);
  /** @type {Map<string, number>} */
  const runs = new Map();
  /** @type {any[][]} */
  const held = [];
  let latest = 0;
  let heldUpTo = 0;
  scope.addEventListener('message', (/** @type {MessageEvent} */ { data }) => {
    if (data?.path?.[0] !== 'next') return;
    latest = Math.max(latest, data.argumentList[0].value);
    runs.set(data.id, data.argumentList[0].value);
  });
  scope.postMessage = (/** @type {any[]} */ ...message) => {
    if ((runs.get(message[0]?.id) ?? Infinity) <= heldUpTo) held.push(message);
    else post(...message);
  };
  new BroadcastChannel('results').onmessage = ({ data }) => {
    heldUpTo = data === 'hold' ? latest : 0;
    if (data !== 'hold') for (const message of held.splice(0)) post(...message);
  };
}

/** @param {Page} page whose coordinator has begun with `holdable` */
export async function holdResults(page) {
  await page.evaluate(() => new BroadcastChannel('results').postMessage('hold'));
}

/** @param {Page} page whose coordinator has begun with `holdable` */
export async function releaseResults(page) {
  await page.evaluate(() => new BroadcastChannel('results').postMessage('release'));
}

/**
 * Makes the page's browser refuse modules with relaxed SIMD, as one without it does: in a page before it is opened.
 * @param {Page} page
 */
export async function withoutRelaxedSimd(page) {
  await page.addInitScript(() => {
    // Its instructions have the prefix 0xFD and the numbers 0x100 to 0x113, in LEB128. A module without them may have
    // a few such bytes by chance, in its data; one that uses them has hundreds.
    const isRelaxed = (/** @type {BufferSource} */ source) => {
      const bytes = ArrayBuffer.isView(source)
        ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
        : new Uint8Array(source);
      const found = bytes.reduce(
        (count, byte, i) =>
          count + Number(byte === 0xfd && bytes[i + 1] >= 0x80 && bytes[i + 1] <= 0x93 && bytes[i + 2] === 2),
        0,
      );
      return found > (bytes.length < 1000 ? 0 : 20);
    };
    const { validate, compile } = WebAssembly;
    WebAssembly.validate = (source) => !isRelaxed(source) && validate(source);
    WebAssembly.compile = async (source) => {
      if (isRelaxed(source)) throw new WebAssembly.CompileError('relaxed SIMD is not supported');
      return compile(source);
    };
  });
}

/** Prelude: the GPU is lost when the page asks for it, by `loseGpu`. */
export function losableGpu() {
  const scope = /** @type {any} */ (self);
  const { requestDevice } = scope.GPUAdapter.prototype;
  scope.GPUAdapter.prototype.requestDevice = async function (/** @type {any[]} */ ...asked) {
    const device = await requestDevice.apply(this, asked);
    new BroadcastChannel('lose the GPU').onmessage = () => device.destroy();
    return device;
  };
}

/** @param {Page} page whose workers have begun with `losableGpu` */
export async function loseGpu(page) {
  await page.evaluate(() => new BroadcastChannel('lose the GPU').postMessage('now'));
}

/**
 * Prelude: once the page asks for it, by `fillGpu`, the GPU has no memory left: a new buffer is
 * what a browser makes of one that cannot be had, invalid, and the device reports that it is out
 * of memory. (To fill one for good would take all memory of the machine where it is software.)
 */
export function fillableGpu() {
  const scope = /** @type {any} */ (self);
  const { createBuffer } = scope.GPUDevice.prototype;
  let full = false;
  new BroadcastChannel('fill the GPU').onmessage = () => (full = true);
  scope.GPUDevice.prototype.createBuffer = function (/** @type {any} */ wanted) {
    if (!full) return createBuffer.call(this, wanted);
    // A buffer of no use is invalid; that complaint is not the one to tell.
    this.pushErrorScope('validation');
    const buffer = createBuffer.call(this, { ...wanted, mappedAtCreation: false, usage: 0 });
    void this.popErrorScope();
    const error = new scope.GPUOutOfMemoryError('no memory is left');
    queueMicrotask(() =>
      this.dispatchEvent(new scope.GPUUncapturedErrorEvent('uncapturederror', { error, cancelable: true })),
    );
    return buffer;
  };
}

/** @param {Page} page whose workers have begun with `fillableGpu` */
export async function fillGpu(page) {
  await page.evaluate(() => new BroadcastChannel('fill the GPU').postMessage('now'));
}

/** Prelude: the worker ends, without a message to anybody, when the page asks for it, by `closeWorkers`. */
export function closable(/** @type {string} */ role) {
  new BroadcastChannel(`close ${role}`).onmessage = () => self.close();
}

/**
 * @param {Page} page whose workers of that role have begun with `closable`
 * @param {string} role
 */
export async function closeWorkers(page, role) {
  await page.evaluate((name) => new BroadcastChannel(name).postMessage('now'), `close ${role}`);
}
