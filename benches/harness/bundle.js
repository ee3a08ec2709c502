// @ts-check
/** Builds the folder that is served: one script for each contender and one for the page. */
import { build } from 'esbuild';
import { copyFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Files in contenders/ that other files import; no worker starts from them. */
const SHARED = new Set(['serve.js', 'onnx.js', 'tfjs-model.js', 'tfjs-scan.js', 'tfjs-training.js']);

/** Writes the scripts to .build. */
export async function bundle() {
  const contenders = readdirSync(`${root}/contenders`).filter((file) => file.endsWith('.js') && !SHARED.has(file));
  await build({
    absWorkingDir: root,
    entryPoints: ['page/conductor.js', ...contenders.map((file) => `contenders/${file}`)],
    outdir: '.build',
    entryNames: '[name]',
    bundle: true,
    format: 'esm',
    target: 'es2022',
    logLevel: 'error',
    // With this, onnxruntime loads the script of its WebAssembly, which starts the threads, from the server.
    conditions: ['onnxruntime-web-use-extern-wasm'],
    define: { 'process.env.NODE_ENV': '"production"' },
    // Node.js modules, which are used only outside a browser.
    external: ['fs', 'path', 'crypto', 'worker_threads', 'perf_hooks', 'os', 'util', 'string_decoder', 'node-fetch'],
  });
  copyFileSync(`${root}/page/index.html`, `${root}/.build/index.html`);
}
