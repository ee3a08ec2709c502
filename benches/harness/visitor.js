// @ts-check
/** Visits the built page. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launchVisitor } from './browser.js';
import { serveFolders } from './server.js';

/** @import { BrowserContext } from 'playwright-core' */

const dist = fileURLToPath(new URL('../../www/dist', import.meta.url));

/**
 * Serves the built page while something is done with its address.
 * @param {(origin: string) => Promise<void>} act
 */
export async function withPage(act) {
  if (!existsSync(`${dist}/index.html`)) throw new Error('www/dist is missing: run ./build.sh');
  const server = await serveFolders({ '/': dist }, { isolated: false });
  try {
    await act(server.origin);
  } finally {
    server.close();
  }
}

/**
 * Does something with a browser that nobody has used yet.
 * @param {(context: BrowserContext) => Promise<void>} act
 */
export async function withVisitor(act) {
  const profile = mkdtempSync(join(tmpdir(), 'rmlocnet-bench-'));
  const context = await launchVisitor(profile);
  try {
    await act(context);
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
}
