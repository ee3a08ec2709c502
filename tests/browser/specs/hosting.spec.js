// @ts-check
/** The page on hosts as they are: as a file, over plain http, below a path, with other types, with fetches that fail. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@playwright/test';
import { DIST, Host } from '../support/host.js';
import {
  bodyRows,
  bytesOf,
  computingOn,
  downloaded,
  drop,
  loaded,
  namesOnShow,
  predictAll,
  predictButton,
  predictText,
} from '../support/page.js';
import { fasta } from '../support/rnas.js';
import { closable, closeWorkers, inWorkers } from '../support/workers.js';

/** @import { Fault } from '../support/host.js' */

const MODEL = 'human-snorna';
const RNA = '>one\nGAUUACAGGCAUUCUGAUCAAGCUU\n';
/** A name that is not that of this machine, so that browsers take the page for one of plain http. */
const ELSEWHERE = 'school.test';

/** @type {Host} */
let host;
test.beforeEach(() => {
  host = new Host();
});
test.afterEach(() => host.stop());

/** @param {import('@playwright/test').Page} page */
function notStarted(page) {
  return page.getByRole('heading', { name: 'rmlocnet has not started' });
}

/** @param {import('@playwright/test').Page} page */
async function ready(page) {
  await loaded(page);
}

/** @param {import('@playwright/test').Page} page */
async function predictsOne(page) {
  await predictText(page, RNA);
  await expect.poll(() => namesOnShow(page)).toEqual(['one']);
}

test('opened as a file, the page says what is wrong and what to do', async ({ page }) => {
  await page.goto(pathToFileURL(path.join(DIST, 'index.html')).href);
  await expect(notStarted(page)).toBeVisible();
  await expect(page.getByText(/opened as a file/)).toBeVisible();
  await expect(page.getByText(/python3 -m http\.server/)).toBeVisible();
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('the page says so', async ({ page }) => {
    await page.goto('./');
    await expect(page.getByText(/Scripts are blocked/)).toBeVisible();
  });
});

for (const [what, prepare] of /** @type {[string, () => void][]} */ ([
  ['is missing', () => host.faults.push([/index-[^/]+\.js/, 'missing'])],
  ['breaks off', () => host.faults.push([/index-[^/]+\.js/, 'cut'])],
  [
    'has the type of a text',
    () => (host.headers = (file) => ({ 'Content-Type': file.endsWith('.html') ? 'text/html' : 'text/plain' })),
  ],
]))
  test(`a page whose first script ${what} says so`, async ({ page }) => {
    prepare();
    await page.goto(await host.start());
    await expect(notStarted(page)).toBeVisible();
  });

test('a page that starts late never says that it has not started', async ({ page }) => {
  await page.route('**/assets/index-*.js', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 2000));
    await route.continue();
  });
  await page.goto('./');
  await expect(page.getByRole('link', { name: 'Predict' })).toBeVisible();
  // It would appear by now.
  await page.waitForTimeout(4500);
  await expect(notStarted(page)).toBeHidden();
});

test('over plain http, the page predicts, saves and repeats a run, and Cancel replaces workers that have ended', async ({
  page,
}) => {
  await inWorkers(page, 'compute', closable, { argument: 'compute' });
  await page.goto(`${await host.start(ELSEWHERE)}#predict?model=${MODEL}`);
  await ready(page);
  expect(await page.evaluate(() => isSecureContext || 'locks' in navigator || 'subtle' in crypto)).toBe(false);
  await expect(computingOn(page)).toContainText('only to pages with https');

  await drop(page, [{ name: 'four.fa', bytes: bytesOf(fasta(4, (i) => 60 + i * 31)) }]);
  await predictAll(page);
  await page.getByText('More…').click();
  const bare = await downloaded(page, 'Save run file');
  await page.getByText('More…').click();
  const whole = await downloaded(page, 'Save the run with its sequences');

  await page.reload();
  await ready(page);
  await drop(page, [whole]);
  await expect.poll(() => namesOnShow(page)).toEqual(['rna-1', 'rna-2', 'rna-3', 'rna-4']);
  await page.reload();
  await ready(page);
  await drop(page, [bare, { name: 'renamed.fa', bytes: bytesOf(fasta(4, (i) => 60 + i * 31)) }]);
  await expect(bodyRows(page)).toHaveCount(4);

  await page.getByRole('button', { name: 'Clear' }).click();
  await drop(page, [{ name: 'many.fa', bytes: bytesOf(fasta(20_000, () => 300)) }]);
  await predictButton(page).click();
  await expect(bodyRows(page).first()).toBeVisible();
  // Browsers offer no way to hear of it there.
  await closeWorkers(page, 'compute');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByText(/^Cancelled/)).toBeVisible();
  await page.getByRole('button', { name: 'Clear' }).click();
  await predictsOne(page);
});

test('over plain http, the page trains, and the model that it saves predicts', async ({ page }) => {
  await page.goto(`${await host.start(ELSEWHERE)}#train`);
  await ready(page);
  await page.getByRole('button', { name: 'Demo set' }).click();
  await expect(page.getByText(/160 RNAs/)).toBeVisible();
  await page.getByLabel('Epochs').fill('2');
  await page.getByRole('button', { name: 'Start' }).click();
  await expect(page.getByRole('button', { name: 'Save model' })).toBeVisible({ timeout: 90_000 });
  const { bytes } = await downloaded(page, 'Save model');
  await page.getByRole('link', { name: 'Predict' }).click();
  await drop(page, [{ name: 'mine.safetensors', bytes }]);
  await expect(page.getByLabel('Model', { exact: true })).toHaveValue('mine');
  await predictsOne(page);
});

test('over plain http, Cancel replaces a trainer that has ended, and the next training begins', async ({ page }) => {
  await inWorkers(page, 'train', closable, { argument: 'train' });
  await page.goto(`${await host.start(ELSEWHERE)}#train`);
  await ready(page);
  await page.getByRole('button', { name: 'Demo set' }).click();
  await expect(page.getByText(/160 RNAs/)).toBeVisible();
  await page.getByLabel('Epochs').fill('200');
  await page.getByRole('button', { name: 'Start' }).click();
  await expect(page.getByText(/Epoch \d+ of 200/)).toBeVisible({ timeout: 60_000 });
  await closeWorkers(page, 'train');
  await page.getByRole('button', { name: 'Cancel' }).click();
  // So long the page waits for an answer.
  await page.waitForTimeout(3500);
  await page.getByLabel('Epochs').fill('2');
  await page.getByRole('button', { name: 'Start' }).click();
  await expect(page.getByRole('button', { name: 'Save model' })).toBeVisible({ timeout: 60_000 });
});

for (const type of ['text/plain', 'application/octet-stream', null])
  for (const nosniff of [false, true])
    test(`below a path, with ${type ?? 'no type'}${nosniff ? ' and nosniff' : ''}, everything is found`, async ({
      page,
    }) => {
      host.below = '/some/path/';
      const usual = host.headers;
      host.headers = (file) => ({
        ...(/\.(html|js|css)$/.test(file) ? usual(file) : type ? { 'Content-Type': type } : {}),
        ...(nosniff ? { 'X-Content-Type-Options': 'nosniff' } : {}),
      });
      await page.goto(`${await host.start()}#predict?model=human-mirna`);
      await ready(page);
      await predictsOne(page);
      await page.getByLabel('Model', { exact: true }).selectOption(MODEL);
      await predictsOne(page);
      expect(host.asked.filter((asked) => !asked.startsWith(host.below))).toEqual([]);
    });

/** @type {[Fault, RegExp][]} */
const CORES = [
  ['missing', /computing core could not be fetched \(HTTP 404\)/],
  ['page', /something else than the computing core/],
  ['cut', /computing core could not be fetched: there is no connection, or it broke off/],
  ['short', /computing core cannot be used as it arrived: perhaps the connection broke off/],
];
for (const [fault, words] of CORES)
  test(`a core that is ${fault} is told of, and tried again`, async ({ page }) => {
    host.faults = [[/core-.*\.wasm/, fault]];
    await page.goto(`${await host.start()}#predict?model=${MODEL}`);
    await expect(page.getByRole('alert')).toContainText(words);
    // What needs no core works.
    await page.getByRole('link', { name: 'Help' }).click();
    await expect(page.getByRole('heading', { name: 'Keyboard' })).toBeVisible();
    host.faults = [];
    await page.getByRole('button', { name: 'Try again' }).click();
    await ready(page);
    await expect(page.getByRole('alert')).toHaveCount(0);
    await page.getByRole('link', { name: 'Predict' }).click();
    await predictsOne(page);
  });

/** @type {[Fault, RegExp][]} */
const MODELS = [
  ['missing', /no models\/human-snorna\.safetensors \(HTTP 404\)/],
  ['page', /something else than a model at models\/human-snorna\.safetensors/],
  ['cut', /human-snorna could not be fetched: there is no connection, or it broke off/],
  ['short', /human-snorna cannot be opened: this is not a complete safetensors file.*download it again/],
];
for (const [fault, words] of MODELS)
  test(`a model that is ${fault} is told of, others predict, and it is tried again`, async ({ page }) => {
    host.faults = [[/human-snorna/, fault]];
    await page.goto(`${await host.start()}#predict?model=${MODEL}`);
    await ready(page);
    await predictText(page, RNA);
    await expect(page.getByRole('alert')).toContainText(words);
    await page.getByLabel('Model', { exact: true }).selectOption('human-mirna');
    await predictsOne(page);
    host.faults = [];
    await page.getByLabel('Model', { exact: true }).selectOption(MODEL);
    await predictAll(page);
    await expect(page.getByRole('alert')).toHaveCount(0);
    await expect(page.getByRole('region', { name: 'Predictions' }).or(page.locator('results-panel'))).toContainText(
      MODEL,
    );
  });

/** @type {[Fault, RegExp][]} */
const LISTS = [
  ['page', /index\.json of this site is not a list of models/],
  ['cut', /list of models could not be fetched \(there is no connection, or it broke off\)/],
  ['short', /index\.json of this site is not a list of models/],
];
for (const [fault, words] of LISTS)
  test(`a list of models that is ${fault} is told of, an opened model predicts, and it is tried again`, async ({
    page,
  }) => {
    host.faults = [[/index\.json/, fault]];
    await page.goto(await host.start());
    await expect(page.getByRole('alert')).toContainText(words);
    await ready(page);
    await drop(page, [
      { name: 'mine.safetensors', bytes: readFileSync(path.join(DIST, 'models/human-mirna.safetensors')) },
    ]);
    await expect(page.getByLabel('Model', { exact: true })).toHaveValue('mine');
    await predictsOne(page);
    host.faults = [];
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect(page.getByRole('alert')).toHaveCount(0);
    await expect(page.getByLabel('Model', { exact: true }).getByRole('option', { name: MODEL })).toBeAttached();
  });

test('a part that draws and is missing is told of', async ({ page }) => {
  host.faults = [[/attention-map/, 'missing']];
  await page.goto(await host.start());
  await expect(page.getByRole('alert')).toContainText(
    'A part of the page that draws could not be fetched. Reload the page',
  );
});
