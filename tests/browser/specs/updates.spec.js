// @ts-check
/** A newer version that is published while tabs of the page are open. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { Host } from '../support/host.js';
import { computeOn, computingOn, loaded, namesOnShow, predictButton, predictText } from '../support/page.js';
import { CHANGED_MODEL, newerVersion } from '../support/versions.js';

/** @import { Page } from '@playwright/test' */

const MODEL = 'human-mirna';
const RNA = '>one\nGAUUACAGGCAUUCUGAUCAAGCUU\n';

/** The folder of the newer version. */
let newer = '';
test.beforeAll(() => {
  newer = newerVersion();
});
test.afterAll(() => rmSync(path.dirname(newer), { recursive: true }));

/** @type {Host} */
let host;
let address = '';
test.beforeEach(async () => {
  host = new Host();
  address = await host.start();
});
test.afterEach(() => host.stop());

/** @param {Page} page */
async function opened(page) {
  await page.goto(`${address}#predict?model=${MODEL}`);
  await loaded(page);
}

/** @param {Page} page @param {string} name */
async function predictsWith(page, name) {
  await page.getByLabel('Model', { exact: true }).selectOption(name);
  await predictText(page, RNA);
  await expect(page.getByRole('alert')).toHaveCount(0);
  await expect.poll(() => namesOnShow(page)).toEqual(['one']);
  return page.locator('results-table tbody tr').first().innerText();
}

/** The newer version is there from now on, and the files of the other one are gone. */
function publish() {
  host.folder = newer;
}

/** @param {Page} page */
function reload(page) {
  return page.getByRole('button', { name: 'Reload' });
}

/** Has an hour pass for the page. @param {Page} page */
async function anHourLater(page) {
  await page.clock.fastForward('01:00:01');
}

test.describe('with a service worker', () => {
  test.use({ serviceWorkers: 'allow' });

  /** @param {Page} page */
  async function stored(page) {
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  }

  test('an open tab learns of it, keeps its own files, and changes only when asked to', async ({ page }) => {
    await page.clock.install();
    await opened(page);
    await stored(page);
    const shown = await predictsWith(page, MODEL);
    publish();
    await anHourLater(page);
    await expect(reload(page)).toBeVisible({ timeout: 30_000 });
    expect(await page.title()).not.toContain('Newer');
    expect(await page.locator('results-table tbody tr').first().innerText()).toBe(shown);
    // A model that was not fetched before comes from this version's store.
    await predictsWith(page, CHANGED_MODEL);
    await reload(page).click();
    await expect(page).toHaveTitle(/Newer/);
    await expect(reload(page)).toHaveCount(0);
    await predictsWith(page, MODEL);
  });

  test('of two tabs, the one that stays goes on with its own files until it is reloaded', async ({ page, context }) => {
    await opened(page);
    await stored(page);
    const second = await context.newPage();
    await opened(second);
    publish();
    // Opening a page makes the browser look for a newer service worker.
    const third = await context.newPage();
    await opened(third);
    await expect(reload(third)).toBeVisible({ timeout: 30_000 });
    await reload(third).click();
    await expect(third).toHaveTitle(/Newer/);
    const fresh = await predictsWith(third, CHANGED_MODEL);

    expect(await second.title()).not.toContain('Newer');
    // What is not used by any tab is removed after a while; these tabs' files are.
    await third.waitForTimeout(6000);
    const kept = await predictsWith(second, CHANGED_MODEL);
    expect(kept).not.toBe(fresh);
    await expect(reload(second)).toBeVisible();
    await reload(second).click();
    await expect(second).toHaveTitle(/Newer/);
    expect(await predictsWith(second, CHANGED_MODEL)).toBe(fresh);

    // With the last tab of the former version, its files go.
    const stores = () =>
      third.evaluate(async () => (await caches.keys()).filter((name) => name.includes('precache')).length);
    expect(await stores()).toBe(2);
    await page.close();
    await third.reload();
    await expect.poll(stores, { timeout: 20_000 }).toBe(1);
  });

  test('published while the former one is being stored, it is not mixed with it', async ({ page }) => {
    // The models of the newer version lie beside the page of the other one.
    host.overlay = [/human-snorna/, newer];
    await opened(page);
    await page.waitForTimeout(3000);
    expect(
      await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.active?.state ?? 'none'),
    ).toBe('none');
    await page.getByLabel('Model', { exact: true }).selectOption(CHANGED_MODEL);
    await page.getByLabel('RNA sequences (FASTA)').fill(RNA);
    await predictButton(page).click();
    await expect(page.getByRole('alert')).toContainText('is not the one that this version of the page has');
  });
});

test('without a service worker, a file that is gone makes the page look for a newer version', async ({ page }) => {
  await opened(page);
  publish();
  await page.getByLabel('Model', { exact: true }).selectOption(CHANGED_MODEL);
  await page.getByLabel('RNA sequences (FASTA)').fill(RNA);
  await predictButton(page).click();
  await expect(page.getByRole('alert')).toContainText('a newer version was published meanwhile');
  await expect(reload(page)).toBeVisible();
  await reload(page).click();
  await expect(page).toHaveTitle(/Newer/);
  await predictsWith(page, CHANGED_MODEL);
});

test('without a service worker, a module that is gone makes the page look for a newer version', async ({ page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(navigator, 'gpu', { value: { requestAdapter: async () => ({}) } });
  });
  await page.goto(`${address}#predict?model=${MODEL}&device=cpu`);
  await loaded(page);
  publish();
  await computeOn(page, 'webgpu');
  await expect(computingOn(page)).toContainText('could not be fetched (HTTP 404)');
  await expect(reload(page)).toBeVisible();
  // Nothing of what was here is lost.
  await predictsWith(page, MODEL);
});
