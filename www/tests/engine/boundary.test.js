// @ts-check
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const ENGINE = path.resolve(import.meta.dirname, '../../src/engine');
/** Packages that the engine may import. */
const PACKAGES = ['comlink', 'wasm-feature-detect'];

/** The engine's own files: not the modules that are built. */
const files = readdirSync(ENGINE, { recursive: true, encoding: 'utf8' }).filter(
  (name) => /\.(js|d\.ts)$/.test(name) && !name.startsWith('wasm'),
);

/** @param {string} text without comments, which may mention anything */
function code(text) {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}

test.each(files)('%s imports nothing from outside the engine', (name) => {
  const file = path.join(ENGINE, name);
  const text = readFileSync(file, 'utf8');
  // Types are imported in comments.
  const specifiers = [...text.matchAll(/(?:from|import|import\()\s*'([^']+)'/g)].map(([, specifier]) => specifier);
  for (const specifier of specifiers) {
    const inside = path.resolve(path.dirname(file), specifier).startsWith(`${ENGINE}${path.sep}`);
    expect(specifier.startsWith('.') ? inside : PACKAGES.includes(specifier), specifier).toBe(true);
  }
});

test.each(files)('%s does not touch the document, the address bar, the store of the page or Lit', (name) => {
  expect(code(readFileSync(path.join(ENGINE, name), 'utf8'))).not.toMatch(
    /\b(document|location|lit|localStorage|HTMLElement)\b/,
  );
});

test('the engine has files', () => expect(files.length).toBeGreaterThan(15));
