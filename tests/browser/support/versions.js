// @ts-check
/** A newer version of the built page, as a later build with other sources and another model writes it. */
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DIST } from './host.js';

/** The model that differs, and the one whose content it has in the newer version. */
export const CHANGED_MODEL = 'human-snorna';
const CONTENT = 'all-species-snorna';

/** @param {Uint8Array} bytes @param {'hex' | 'base64'} encoding */
function sha256(bytes, encoding) {
  return createHash('sha256').update(bytes).digest(encoding);
}

/** Makes a newer version of the built page; gives its folder. */
export function newerVersion() {
  const folder = path.join(mkdtempSync(path.join(tmpdir(), 'rmlocnet-newer-')), 'dist');
  cpSync(DIST, folder, { recursive: true });
  const model = path.join(folder, `models/${CHANGED_MODEL}.safetensors`);
  const before = sha256(readFileSync(model), 'hex');
  cpSync(path.join(folder, `models/${CONTENT}.safetensors`), model);
  const after = sha256(readFileSync(model), 'hex');

  // Every script and module has another name, in its file and wherever it is named.
  const hashed = readdirSync(path.join(folder, 'assets')).filter((name) => /\.(js|wasm)$/.test(name));
  const stems = hashed.map((name) => path.parse(name).name);
  /** @param {string} text */
  const renamed = (text) =>
    stems.reduce((changed, stem) => changed.replaceAll(stem, `${stem}B`), text.replaceAll(before, after));
  for (const name of hashed) {
    const bytes = readFileSync(path.join(folder, 'assets', name));
    rmSync(path.join(folder, 'assets', name));
    const content = name.endsWith('.js') ? renamed(bytes.toString()) : bytes;
    writeFileSync(path.join(folder, 'assets', renamed(name)), content);
  }
  const page = path.join(folder, 'index.html');
  writeFileSync(page, renamed(readFileSync(page, 'utf8')).replace('<title>', '<title>Newer '));
  const worker = path.join(folder, 'sw.js');
  writeFileSync(worker, withNewHashes(renamed(readFileSync(worker, 'utf8')), folder));
  return folder;
}

/**
 * A service worker's script with the hashes that its files have now.
 * @param {string} script
 * @param {string} folder
 */
function withNewHashes(script, folder) {
  const entry = /\{url:"([^"]+)",revision:(null|"\w+"),integrity:"sha256-([^"]+)"\}/g;
  return script.replace(entry, (same, url, revision, before) => {
    const bytes = readFileSync(path.join(folder, url.split('?')[0]));
    if (sha256(bytes, 'base64') === before) return same;
    const other = revision === 'null' ? 'null' : `"${sha256(bytes, 'hex').slice(0, 32)}"`;
    return `{url:"${url}",revision:${other},integrity:"sha256-${sha256(bytes, 'base64')}"}`;
  });
}
