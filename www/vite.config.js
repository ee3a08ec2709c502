import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { readAbout } from './about.js';

const MODELS = fileURLToPath(new URL('../models/', import.meta.url));
const TYPES = new Map([
  ['.json', 'application/json'],
  ['.safetensors', 'application/octet-stream'],
  ['.md', 'text/markdown'],
]);

/** @returns {string[]} names of the model files that go with the page */
function modelFiles() {
  return existsSync(MODELS) ? readdirSync(MODELS).filter((name) => TYPES.has(path.extname(name))) : [];
}

/** @param {Uint8Array} bytes @param {'hex' | 'base64'} encoding */
function sha256(bytes, encoding) {
  return createHash('sha256').update(bytes).digest(encoding);
}

/** The SHA-256 of every model file: the page takes no other in its place. */
function modelHashes() {
  const files = modelFiles().filter((name) => path.extname(name) === '.safetensors');
  return Object.fromEntries(files.map((name) => [name, sha256(readFileSync(path.join(MODELS, name)), 'hex')]));
}

/**
 * Serves ../models at models/ while developing and copies it there when building.
 * @returns {import('vite').Plugin}
 */
function models() {
  return {
    name: 'models',
    configureServer(server) {
      server.middlewares.use('/models', (request, response, next) => {
        const name = path.basename((request.url ?? '').split('?')[0]);
        const file = path.join(MODELS, name);
        if (!modelFiles().includes(name)) return next();
        response.setHeader('Content-Type', TYPES.get(path.extname(name)) ?? '');
        response.setHeader('Content-Length', statSync(file).size);
        createReadStream(file).pipe(response);
      });
    },
    generateBundle() {
      for (const name of modelFiles()) {
        this.emitFile({ type: 'asset', fileName: `models/${name}`, source: readFileSync(path.join(MODELS, name)) });
      }
    },
  };
}

/**
 * The three builds of the core by their names, so that each can be told apart.
 * @param {{ originalFileNames: string[] }} asset
 */
function assetFileNames({ originalFileNames }) {
  const build = /wasm\/(\w+)\/[^/]*\.wasm$/.exec(originalFileNames[0] ?? '')?.[1];
  return build ? `assets/core-${build}-[hash][extname]` : 'assets/[name]-[hash][extname]';
}

/**
 * What the service worker stores, each file with its hash, so that it stores one version or nothing. A
 * model has its hash in its address too, as the page asks for it.
 * @param {(import('workbox-build').ManifestEntry & { size: number })[]} entries
 * @param {string} folder of the built page
 */
function withHashes(entries, folder) {
  const hashes = modelHashes();
  return entries.map((entry) => {
    const integrity = `sha256-${sha256(readFileSync(path.join(folder, entry.url)), 'base64')}`;
    const hash = hashes[path.basename(entry.url)];
    return { ...entry, integrity, ...(hash ? { url: `${entry.url}?${hash}`, revision: null } : {}) };
  });
}

/**
 * Each version is stored under the name of its first script, which contains the hash of everything it starts, so that
 * versions never mix and an open tab keeps its files. `src/state/versions.js` removes what is not used.
 * @param {Partial<import('workbox-build').GenerateSWOptions>} workbox
 */
function storeByVersion(workbox) {
  const folder = workbox.globDirectory ?? 'dist';
  const page = readFileSync(path.join(folder, 'index.html'), 'utf8');
  workbox.cacheId = /<script type="module"[^>]*\/([^/"]+)\.js"/.exec(page)?.[1];
  workbox.manifestTransforms = [(entries) => ({ manifest: withHashes(entries, folder) })];
}

export default defineConfig({
  // Relative addresses: the same build works at a host's root and below a path.
  base: './',
  plugins: [
    models(),
    VitePWA({
      // A new version waits until every tab is closed, or a visitor asks for it: no update interrupts a run.
      registerType: 'prompt',
      injectRegister: false,
      integration: { beforeBuildServiceWorker: ({ workbox }) => storeByVersion(workbox) },
      manifest: {
        name: 'rmlocnet: where RNAs go in the cell',
        short_name: 'rmlocnet',
        description: 'RNA subcellular localization, computed on your own machine.',
        display: 'standalone',
        theme_color: '#0b6e75',
        background_color: '#f7f7f4',
        icons: [{ src: 'icon.svg', sizes: 'any', type: 'image/svg+xml' }],
      },
      workbox: {
        globPatterns: ['**/*.{html,js,css,wasm,svg,json,safetensors}'],
        // Large, and of use to few: the page stores it itself when it has been fetched.
        globIgnores: ['**/core-webgpu-*.wasm'],
        maximumFileSizeToCacheInBytes: 64 * 1024 * 1024,
        // A tab that was opened before anything was stored has its files from the store, too.
        clientsClaim: true,
        // It would take the files of tabs that are open.
        cleanupOutdatedCaches: false,
        // After an update, what the tabs of the former version ask for is in that version's store.
        runtimeCaching: [
          {
            urlPattern: ({ sameOrigin }) => sameOrigin,
            handler: async ({ request }) => (await caches.match(request, { ignoreVary: true })) ?? fetch(request),
          },
        ],
      },
    }),
  ],
  define: {
    'import.meta.env.MODEL_HASHES': JSON.stringify(JSON.stringify(modelHashes())),
    'import.meta.env.ABOUT': JSON.stringify(JSON.stringify(readAbout())),
  },
  worker: { format: 'es', rolldownOptions: { output: { assetFileNames } } },
  build: { target: 'es2022', chunkSizeWarningLimit: 1024, rolldownOptions: { output: { assetFileNames } } },
});
