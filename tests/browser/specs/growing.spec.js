// @ts-check
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { bodyRows, computingOn, loaded, predictAll } from '../support/page.js';

test.use({ serviceWorkers: 'allow' });

/**
 * The page as `./build.sh serve` first serves it, with the module for the CPU alone, and the page
 * with all that is built. The test command makes the former and names it here.
 */
const SMALL = process.env.RMLOCNET_SMALL_DIST ?? '';
const FULL = process.env.RMLOCNET_DIST ?? '../../www/dist';
const PORT = Number(process.env.RMLOCNET_TEST_PORT ?? 4179) + 10;

/** @param {string} dist */
function modulesIn(dist) {
  const files = readdirSync(path.join(dist, 'assets'));
  return ['cpu', 'relaxed', 'webgpu'].filter((name) => files.some((file) => file.startsWith(`core-${name}-`)));
}

/** @param {import('@playwright/test').Page} page */
function webgpuOption(page) {
  return page
    .getByRole('combobox', { name: 'Compute on', includeHidden: true })
    .getByRole('option', { name: /WebGPU/, includeHidden: true });
}

/** @type {import('node:child_process').ChildProcess | undefined} */
let server;

test.afterEach(() => {
  server?.kill();
});

test('a page without all its modules computes, says what is missing, and takes what is added', async ({ page }) => {
  if (!SMALL)
    throw new Error('Set RMLOCNET_SMALL_DIST to a page built with the module cpu alone, as ./build.sh test does.');
  expect(modulesIn(SMALL)).toEqual(['cpu']);
  const folder = mkdtempSync(path.join(tmpdir(), 'rmlocnet-page-'));
  const served = path.join(folder, 'dist');
  cpSync(SMALL, served, { recursive: true });
  cpSync(FULL, path.join(folder, 'full'), { recursive: true });
  server = spawn(
    'node_modules/.bin/sirv',
    [served, '--dev', '--quiet', '--host', '127.0.0.1', '--port', String(PORT)],
    { stdio: 'ignore' },
  );
  const address = `http://127.0.0.1:${PORT}/`;
  await expect
    .poll(() =>
      fetch(address).then(
        ({ ok }) => ok,
        () => false,
      ),
    )
    .toBe(true);

  // The browser of this project has no adapter; the page is to believe that there is one.
  await page.addInitScript(() => {
    Object.defineProperty(navigator, 'gpu', { value: { requestAdapter: async () => ({}) } });
  });
  await page.goto(`${address}#predict?device=webgpu`);
  await expect(computingOn(page)).toContainText('CPU: the WebGPU module is not built yet');
  await expect(webgpuOption(page)).toBeDisabled();
  await expect(webgpuOption(page)).toHaveText('WebGPU (not built yet)');
  await page.getByRole('button', { name: 'Example' }).click();
  await predictAll(page);
  const rows = await bodyRows(page).count();
  expect(rows).toBeGreaterThan(0);

  // As the build does it: made beside its place, then moved there.
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  renameSync(served, path.join(folder, 'small'));
  renameSync(path.join(folder, 'full'), served);
  const reload = page.getByRole('button', { name: 'Reload' });
  await expect(reload).toBeVisible({ timeout: 60_000 });
  // Nothing that is shown goes before the visitor says so.
  expect(await bodyRows(page).count()).toBe(rows);
  await reload.click();
  await expect(reload).toHaveCount(0);
  await loaded(page);
  const modules = modulesIn(served);
  expect(modules).toContain('relaxed');
  if (modules.includes('webgpu')) await expect(webgpuOption(page)).toBeEnabled();
  // The instructions that only the added module has.
  await expect(computingOn(page)).toContainText('fused multiply-add');
});
