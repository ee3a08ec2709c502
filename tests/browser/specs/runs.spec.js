// @ts-check
/** Runs and workers out of step: a run that is cancelled, replaced or left alone by what computes it. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import {
  bodyRows,
  bytesOf,
  computingOn,
  drop,
  namesOnShow,
  open,
  predictAll,
  predictButton,
  predictions,
  predictText,
} from '../support/page.js';
import { fasta } from '../support/rnas.js';
import {
  closable,
  closeWorkers,
  countCalls,
  holdable,
  holdResults,
  inWorkers,
  releaseResults,
  telling,
} from '../support/workers.js';

const MODEL = 'human-snorna';

test('a run cancelled while the model is fetched does not begin', async ({ page }) => {
  let release = () => {};
  const held = new Promise((resolve) => (release = () => resolve(undefined)));
  await inWorkers(page, 'compute', telling, { argument: 'model_predict' });
  await open(page, `#predict?model=human-mirna`);
  const predicted = await countCalls(page, 'model_predict');
  await page.route(`**/models/${MODEL}.safetensors*`, async (route) => {
    await held;
    await route.continue();
  });
  await page.getByLabel('Model', { exact: true }).selectOption(MODEL);
  await drop(page, [{ name: 'many.fa', bytes: bytesOf(fasta(20_000, () => 100)) }]);
  await predictButton(page).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  release();
  await expect(page.getByText('Cancelled before the first RNA.')).toBeVisible();
  // The model is here by now: a run that were to begin would have begun after this while.
  await page.waitForTimeout(1000);
  expect(await predicted()).toBe(0);
  // Another run begins at once, and only its RNAs are there.
  await page.getByRole('button', { name: 'Clear' }).click();
  await predictText(page, '>next\nGAUUACAGGCAUUCUGAUCAAGCUU\n');
  await expect.poll(() => namesOnShow(page)).toEqual(['next']);
  await expect(bodyRows(page)).toHaveCount(1);
  expect(await predicted()).toBe(1);
});

test('a run file dropped during a run ends it, and the results are of one run only', async ({ page }) => {
  await inWorkers(page, 'coordinate', holdable);
  await open(page, `#predict?model=${MODEL}`);
  await predictText(page, fasta(40, () => 60).replaceAll('>rna-', '>second-'));
  await page.getByText('More…').click();
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save the run with its sequences' }).click();
  const runFile = readFileSync(await (await saving).path());

  await page.getByRole('button', { name: 'Clear' }).click();
  await drop(page, [{ name: 'first.fa', bytes: bytesOf(fasta(30_000, () => 100).replaceAll('>rna-', '>first-')) }]);
  await predictButton(page).click();
  await expect(bodyRows(page).first()).toContainText('first-1');
  // The former run gives results once more, when the other one is complete.
  await holdResults(page);
  await page.waitForTimeout(500);
  await drop(page, [{ name: 'again.rmlocnet.json', bytes: runFile }]);
  await expect(page.getByText('Done: 40 RNAs.')).toBeVisible({ timeout: 60_000 });
  await releaseResults(page);
  await page.waitForTimeout(500);
  await expect(page.getByText('Done: 40 RNAs.')).toBeVisible();
  expect(Number(await predictions(page).getAttribute('aria-rowcount')) - 1).toBe(40);
  expect((await namesOnShow(page)).every((name) => name.startsWith('second-'))).toBe(true);
  await bodyRows(page).nth(3).click();
  await expect(page.getByRole('region', { name: 'Attention' })).toContainText('second-4');
});

test('a core that could not be fetched is fetched again on request', async ({ page }) => {
  await page.route('**/assets/core-*.wasm', (route) => route.abort());
  await page.goto(`./#predict?model=${MODEL}`);
  const again = page.getByRole('button', { name: 'Try again' });
  await expect(again).toBeVisible({ timeout: 60_000 });
  await page.unroute('**/assets/core-*.wasm');
  await again.click();
  await expect(computingOn(page)).toContainText('CPU', { timeout: 60_000 });
  await expect(again).toBeHidden();
  await predictText(page, '>one\nGAUUACAGGCAUUCUGAUCAAGCUU\n');
  await expect.poll(() => namesOnShow(page)).toEqual(['one']);
});

test('a missing list of models leaves the rest of the page at work', async ({ page }) => {
  await page.route('**/models/index.json', (route) =>
    route.fulfill({ body: '<!doctype html>', contentType: 'text/html' }),
  );
  await page.goto('./#predict');
  await expect(page.getByRole('alert')).toContainText('not a list of models');
  await expect(computingOn(page)).toContainText('CPU', { timeout: 60_000 });
  await page.unroute('**/models/index.json');
  await page.getByRole('button', { name: 'Try again' }).click();
  await predictText(page, '>one\nGAUUACAGGCAUUCUGAUCAAGCUU\n');
  await expect.poll(() => namesOnShow(page)).toEqual(['one']);
});

test('a coordinator that ends without a word is noticed and started again', async ({ page }) => {
  await inWorkers(page, 'coordinate', closable, { argument: 'coordinate' });
  await open(page, `#predict?model=${MODEL}`);
  await drop(page, [{ name: 'many.fa', bytes: bytesOf(fasta(30_000, () => 300)) }]);
  await predictButton(page).click();
  await expect(bodyRows(page).first()).toBeVisible();
  await closeWorkers(page, 'coordinate');
  // A picture that had asked for data at that moment tells it in its own card, too.
  const input = page.getByRole('region', { name: 'Input' });
  await expect(input.getByRole('alert')).toContainText('stopped unexpectedly');
  await page.getByRole('button', { name: 'Clear' }).click();
  await page.getByLabel('RNA sequences (FASTA)').fill('>next\nGAUUACAGGCAUUCUGAUCAAGCUU\n');
  await predictAll(page);
  await expect.poll(() => namesOnShow(page)).toEqual(['next']);
});

test('a worker that ends without a word in the middle of a run is replaced', async ({ page }) => {
  await inWorkers(page, 'compute', closable, { argument: 'compute' });
  await open(page, `#predict?model=${MODEL}`);
  await drop(page, [{ name: 'many.fa', bytes: bytesOf(fasta(3_000, () => 300)) }]);
  await predictButton(page).click();
  await expect(bodyRows(page).first()).toBeVisible();
  await closeWorkers(page, 'compute');
  await expect(page.getByText('Done: 3,000 RNAs.')).toBeVisible({ timeout: 90_000 });
});

test('a trainer that ends without a word is replaced, and the training goes on', async ({ page }) => {
  await inWorkers(page, 'train', closable, { argument: 'train', most: 1 });
  await open(page, '#train');
  await page.getByRole('button', { name: 'Demo set' }).click();
  await expect(page.getByRole('table', { name: 'RNAs per compartment' })).toBeVisible();
  await page.getByLabel('Epochs').fill('60');
  await page.getByRole('button', { name: 'Start' }).click();
  const rows = () => page.locator('attention-history').evaluate((/** @type {any} */ history) => history.rows.length);
  await expect.poll(rows, { timeout: 60_000 }).toBeGreaterThan(2);
  await closeWorkers(page, 'train');
  const notice = /the computation stopped.*(continuing from epoch \d+|starting again from the first epoch)/;
  await expect(page.locator('train-view .note').filter({ hasText: notice })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('button', { name: 'Save model' })).toBeVisible({ timeout: 90_000 });
});
