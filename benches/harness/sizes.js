// @ts-check
/** Measures what a visitor downloads. */
import { existsSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

/**
 * The size of each WebAssembly module in bytes, uncompressed and gzipped.
 * @param {string} modules the folder that holds them
 */
export function sizes(modules) {
  /** @type {Record<string, { bytes: number, gzip_bytes: number }>} */
  const found = {};
  for (const name of ['cpu', 'relaxed', 'webgpu']) {
    const file = `${modules}/${name}/rmlocnet_bg.wasm`;
    if (!existsSync(file)) continue;
    const bytes = readFileSync(file);
    found[name] = { bytes: bytes.length, gzip_bytes: gzipSync(bytes, { level: 9 }).length };
  }
  return found;
}
