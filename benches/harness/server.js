// @ts-check
/** Serves the benchmark's files on this machine, with the headers that threads require. */
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

/** @import { AddressInfo } from 'node:net' */

/** @type {Record<string, string>} */
const TYPES = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.mjs': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

/** Headers for cross-origin isolation: without it, a page has no shared memory and no threads. */
const ISOLATED = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

/**
 * The file for an address. The longest matching prefix in `roots` selects the folder.
 * @param {Record<string, string>} roots
 * @param {string} path
 */
function fileOf(roots, path) {
  const prefix = Object.keys(roots)
    .filter((prefix) => path.startsWith(prefix))
    .sort((a, b) => b.length - a.length)[0];
  if (prefix === undefined) return null;
  const rest = normalize(`/${path.slice(prefix.length)}`);
  return join(roots[prefix], rest.endsWith('/') ? `${rest}index.html` : rest);
}

/**
 * @param {Record<string, string>} roots folders by the prefix of their addresses
 * @param {{ isolated: boolean }} options
 */
export async function serveFolders(roots, { isolated }) {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    const file = fileOf(roots, path);
    const stat = file === null ? undefined : statSync(file, { throwIfNoEntry: false });
    if (file === null || !stat?.isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
      'Content-Length': stat.size,
      // The built page is cached as on GitHub Pages; the benchmark's own files change between runs.
      'Cache-Control': isolated ? 'no-cache' : 'max-age=600',
      ...(isolated ? ISOLATED : {}),
    });
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => void server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {AddressInfo} */ (server.address());
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
