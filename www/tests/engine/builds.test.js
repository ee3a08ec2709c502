// @ts-check
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const WWW = path.resolve(import.meta.dirname, '../..');
const BUILDS = ['cpu', 'relaxed', 'webgpu'];
/** Builds that must be there; the others are skipped if they are missing. */
const REQUIRED = (process.env.RMLOCNET_BUILDS ?? '').split(' ').filter(Boolean);

/** What wasm-bindgen declares of a build. @param {string} build */
function declarations(build) {
  return path.join(WWW, 'src/engine/wasm', build, 'rmlocnet.d.ts');
}

let folder = '';
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'rmlocnet-builds-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/**
 * What the compiler says of declarations that should have all that `Core` and its classes name.
 * @param {string} declared the content of a build's .d.ts
 */
function complaints(declared) {
  writeFileSync(path.join(folder, 'built.d.ts'), declared);
  writeFileSync(
    path.join(folder, 'check.ts'),
    `import * as built from './built.js';
import type { Core, LabelledSet, Model, Peeking, Reader, Training, Writer } from '${WWW}/src/engine/types/core.js';
export const core: Core = built;
export type Classes = [
  Has<built.Model, Model>, Has<built.Reader, Reader>, Has<built.Writer, Writer>,
  Has<built.LabelledSet, LabelledSet>, Has<built.Training, Training>, Has<built.Peek, Peeking>,
];
type Has<Built extends Declared, Declared> = Built;
`,
  );
  const options = ['--noEmit', '--strict', '--skipLibCheck', '--types', '', '--target', 'es2023', '--module', 'esnext'];
  const compiler = path.join(WWW, 'node_modules/.bin/tsc');
  try {
    execFileSync(compiler, [...options, '--moduleResolution', 'bundler', 'check.ts'], {
      encoding: 'utf8',
      cwd: folder,
    });
    return '';
  } catch (error) {
    return String(/** @type {{ stdout?: string }} */ (error).stdout);
  }
}

describe.each(BUILDS)('the build %s', (build) => {
  const isMissing = !existsSync(declarations(build));

  test.skipIf(isMissing && !REQUIRED.includes(build))('has every class and function that the page calls', () => {
    expect(complaints(readFileSync(declarations(build), 'utf8'))).toBe('');
  });
});

test.skipIf(!existsSync(declarations('cpu')))(
  'a renamed function or method is noticed',
  () => {
    const declared = readFileSync(declarations('cpu'), 'utf8');
    for (const name of ['explain', 'deletion_steps', 'survey_report', 'window', 'checkpoint', 'version']) {
      const renamed = declared.replace(new RegExp(`\\b${name}\\(`), `${name}_new(`);
      expect(renamed).not.toBe(declared);
      expect(complaints(renamed), name).toContain(name);
    }
  },
  60_000,
);
