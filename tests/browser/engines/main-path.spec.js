// @ts-check
/**
 * The page's main path, described once and walked through in three browser engines: load, predict
 * the example, explain, train the demo set, save and download.
 */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect } from '@playwright/test';
import { predictTsv, run, tsvRows } from '../support/cli.js';
import { ENGINES, missingPrograms, test } from '../support/engines.js';

/** @import { Browser } from '../support/engines.js' */

const MODEL = 'human-mirna';
const EPOCHS = 3;

/** Below this line: functions that run in the page. */

/** @param {string} name @returns {HTMLElement | null} the button of this name that can be pressed, or else the link */
function control(name) {
  const named = [...document.querySelectorAll('button'), ...document.querySelectorAll('a')].filter(
    (element) => (element.getAttribute('aria-label') ?? element.textContent ?? '').trim() === name,
  );
  const usable = /** @type {HTMLElement[]} */ (named).find(
    (element) => element.getClientRects().length > 0 && !element.matches(':disabled'),
  );
  usable?.scrollIntoView({ block: 'center' });
  return usable ?? null;
}

/** @param {string} selector */
function lastOf(selector) {
  const element = [...document.querySelectorAll(selector)].at(-1) ?? null;
  element?.scrollIntoView({ block: 'center' });
  return element;
}

/** Errors that are thrown, or written to the console, from here on. */
function watchErrors() {
  /** @type {string[]} */
  const seen = [];
  Object.assign(window, { errorsSeen: seen });
  addEventListener('error', (event) => seen.push(event.message));
  addEventListener('unhandledrejection', (event) => seen.push(String(event.reason)));
  addEventListener('securitypolicyviolation', (event) => seen.push(event.violatedDirective));
  console.error = (...words) => void seen.push(words.join(' '));
}

function errorsSeen() {
  return /** @type {any} */ (window).errorsSeen;
}

/** Of all requests of the page, those to another host. */
function requestsElsewhere() {
  return performance
    .getEntriesByType('resource')
    .map(({ name }) => name)
    .filter((address) => /^(https?|wss?):/.test(address) && new URL(address).host !== location.host);
}

/** @param {string} selector */
function textOf(selector) {
  return [...document.querySelectorAll(selector)].map((element) => element.textContent ?? '').join('\n');
}

/** @returns {number[][]} one row per RNA, one number per compartment */
function probabilitiesOnShow() {
  return [...document.querySelectorAll('[aria-label="Predictions"] tbody tr')]
    .map((row) => [...row.querySelectorAll('[data-probability]')])
    .filter((cells) => cells.length > 0)
    .map((cells) => cells.map((cell) => Number(cell.getAttribute('data-probability'))));
}

function exampleText() {
  return document.querySelector('textarea')?.value ?? '';
}

/** @param {string} words */
function setEpochs(words) {
  const field = /** @type {HTMLInputElement} */ (document.querySelector('#epochs'));
  field.value = words;
  field.dispatchEvent(new Event('change', { bubbles: true }));
}

/** @returns {{ rna: string, canvases: number, sums: number[] }} the attention picture on show */
function attentionOnShow() {
  const map = /** @type {any} */ (document.querySelector('attention-map'));
  const painted = [...(map?.querySelectorAll('canvas') ?? [])].filter((canvas) => canvas.width > 0);
  const heads = map?.explained?.heads ?? [];
  return {
    rna: document.querySelector('[aria-label="Predictions"] tr[aria-selected="true"] th')?.textContent?.trim() ?? '',
    canvases: painted.length,
    sums: heads.map((/** @type {{ weights: Float32Array }} */ { weights }) => weights.reduce((a, b) => a + b, 0)),
  };
}

/** Above this line: functions that run in the page. */

/** @param {Browser} browser @param {string} name */
async function press(browser, name) {
  await expect.poll(() => browser.click(control, name), { message: `“${name}” can be pressed` }).toBe(true);
}

/** @param {Browser} browser @param {string} selector @param {RegExp} text */
async function reads(browser, selector, text) {
  await expect.poll(() => browser.evaluate(textOf, selector), { timeout: 30_000 }).toMatch(text);
}

/**
 * Presses a button and takes the file that the browser saves.
 * @param {Browser} browser @param {string} folder @param {string} name @param {string} ending
 */
async function saved(browser, folder, name, ending) {
  await press(browser, name);
  // Browsers give a file its name when it is complete.
  const files = () =>
    readdirSync(folder).filter((file) => file.endsWith(ending) && statSync(path.join(folder, file)).size > 0);
  await expect.poll(files, { message: `“${name}” saves a file` }).toHaveLength(1);
  return path.join(folder, files()[0]);
}

/** @param {Browser} browser @param {string} downloads */
async function predictExample(browser, downloads) {
  await press(browser, 'Example');
  await expect.poll(() => browser.evaluate(exampleText)).toContain('>');
  const fasta = await browser.evaluate(exampleText);
  await press(browser, 'Predict');
  await reads(browser, '[role="status"]', /^Done: \d+ RNAs?\.$/m);

  const rows = tsvRows(readFileSync(await saved(browser, downloads, 'Download TSV', '.tsv')));
  const native = tsvRows(predictTsv(MODEL, fasta));
  const shown = await browser.evaluate(probabilitiesOnShow);
  expect(rows.length).toBeGreaterThan(1);
  expect(rows.map(({ id }) => id)).toEqual(native.map(({ id }) => id));
  rows.forEach((row, i) => {
    const compartments = Object.keys(row).filter((column) => /^\d\.\d{6}$/.test(native[i][column]));
    expect(shown[i]).toHaveLength(compartments.length);
    compartments.forEach((compartment, c) => {
      expect(Math.abs(Number(row[compartment]) - Number(native[i][compartment]))).toBeLessThan(1e-4);
      expect(Math.abs(shown[i][c] - Number(native[i][compartment]))).toBeLessThan(1e-4);
    });
  });
  return rows.map(({ id }) => id);
}

/** @param {Browser} browser @param {string} downloads @param {string} rna the last of the table */
async function explain(browser, downloads, rna) {
  expect(await browser.click(lastOf, '[aria-label="Predictions"] tbody [data-probability]')).toBe(true);
  await reads(browser, 'section[aria-label="Attention"]', new RegExp(rna));
  const picture = await browser.evaluate(attentionOnShow);
  expect(picture.rna).toBe(rna);
  expect(picture.canvases).toBeGreaterThan(0);
  expect(picture.sums.length).toBeGreaterThan(0);
  for (const sum of picture.sums) expect(Math.abs(sum - 1)).toBeLessThan(1e-4);
  const svg = readFileSync(await saved(browser, downloads, 'Save SVG of the attention', '.svg'), 'utf8');
  expect(svg).toMatch(/^<svg[^]*<\/svg>\s*$/);
  expect(svg).toContain(rna);
}

/** @param {Browser} browser @param {string} downloads */
async function train(browser, downloads) {
  await press(browser, 'Train');
  await press(browser, 'Demo set');
  await reads(browser, 'train-view', /160 RNAs/);
  await browser.evaluate(setEpochs, String(EPOCHS));
  await press(browser, 'Start');
  await reads(browser, 'train-view [role="status"]', /Done/);
  const model = await saved(browser, downloads, 'Save model', '.safetensors');
  const { status, stdout, stderr } = run(['info', model]);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(stdout.toString()).toContain('160');
}

for (const engine of ENGINES) {
  test(`the main path in ${engine.name}`, async ({ baseURL, start }) => {
    const missing = missingPrograms(engine);
    if (missing.length > 0) console.log(`The page is not tested in ${engine.name}: ${missing.join(', ')} not found.`);
    test.skip(missing.length > 0, 'not installed');

    const { browser, downloads } = await start(engine);
    await browser.open(`${baseURL}#predict?model=${MODEL}`);
    await browser.evaluate(watchErrors);
    await reads(browser, '[aria-label="Computing on"]', /CPU/);
    const ids = await predictExample(browser, downloads);
    await explain(browser, downloads, ids[ids.length - 1]);
    await train(browser, downloads);
    expect([...browser.problems, ...(await browser.evaluate(errorsSeen))]).toEqual([]);
    expect(await browser.evaluate(requestsElsewhere)).toEqual([]);
  });
}
