// @ts-check
import { readFileSync } from 'node:fs';
import { expect } from '@playwright/test';

/** @import { Page } from '@playwright/test' */

/**
 * Opens the page and waits until it can compute.
 * @param {Page} page
 * @param {string} [hash]
 */
export async function open(page, hash = '') {
  await page.goto(`./${hash}`);
  await expect(computingOn(page)).toContainText(/CPU|WebGPU/);
  // Loading ends once it is settled what is computed on.
  await loaded(page);
}

/**
 * How many requests the page has made since it was loaded. In a menu, which may be closed.
 * @param {Page} page
 */
export function requests(page) {
  return page.getByText(/network requests? since the page was loaded/);
}

/** @param {Page} page */
export async function loaded(page) {
  await expect(requests(page)).toBeAttached({ timeout: 60_000 });
}

/**
 * The menu in the header that says what is computed on, opened if it is closed.
 * @param {Page} page
 */
export async function machineMenu(page) {
  const menu = page.locator('details.machine');
  if ((await menu.getAttribute('open')) === null) await menu.locator('summary').click();
  return menu;
}

/**
 * Chooses what to compute on.
 * @param {Page} page
 * @param {string} device
 */
export async function computeOn(page, device) {
  const menu = await machineMenu(page);
  await menu.getByRole('combobox', { name: 'Compute on' }).selectOption(device);
  await page.keyboard.press('Escape');
}

/**
 * The line that says what is computed on and why.
 * @param {Page} page
 */
export function computingOn(page) {
  return page.getByRole('status', { name: 'Computing on', includeHidden: true });
}

/** @param {Page} page */
export function predictions(page) {
  return page.getByRole('grid', { name: 'Predictions' });
}

/** @param {Page} page */
export function bodyRows(page) {
  return predictions(page).locator('tbody tr:not([aria-hidden])');
}

/**
 * The nucleotides of the RNA shown, which keys and the pointer read.
 * @param {Page} page
 */
export function nucleotides(page) {
  return page.getByRole('slider', { name: /^Nucleotides of/ });
}

/**
 * Points at a nucleotide of an RNA that is shown whole.
 * @param {Page} page
 * @param {number} position 1-based
 */
export async function pointAt(page, position) {
  const track = nucleotides(page);
  await track.scrollIntoViewIfNeeded();
  const { x, y, width } = (await track.boundingBox()) ?? { x: 0, y: 0, width: 0 };
  const length = Number(await track.getAttribute('aria-valuemax'));
  await page.mouse.move(x + ((position - 0.5) / length) * width, y + 8);
}

/**
 * What is known of the nucleotide pointed at.
 * @param {Page} page
 */
export function readout(page) {
  return page.locator('attention-map .readout');
}

/** @param {Page} page */
export function predictButton(page) {
  return page.getByRole('button', { name: 'Predict', exact: true });
}

/**
 * Pastes text, predicts and waits for the end.
 * @param {Page} page
 * @param {string} text
 */
export async function predictText(page, text) {
  await page.getByLabel('RNA sequences (FASTA)').fill(text);
  await predictAll(page);
}

/** @param {Page} page */
export async function predictAll(page) {
  await predictButton(page).click();
  await expect(page.getByRole('status').filter({ hasText: /^(Done|Cancelled|Stopped)/ })).toBeVisible({
    timeout: 90_000,
  });
}

/**
 * Drops files anywhere on the page, as from the desktop.
 * @param {Page} page
 * @param {{ name: string, bytes: Uint8Array }[]} files
 */
export async function drop(page, files) {
  const plain = files.map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString('base64') }));
  const transfer = await page.evaluateHandle((dropped) => {
    const data = new DataTransfer();
    for (const { name, base64 } of dropped) {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      data.items.add(new File([bytes], name));
    }
    return data;
  }, plain);
  await page.dispatchEvent('main', 'dragover', { dataTransfer: transfer });
  await page.dispatchEvent('main', 'drop', { dataTransfer: transfer });
}

/**
 * Presses a button and takes the file it saves.
 * @param {Page} page
 * @param {string} name the button's
 */
export async function downloaded(page, name) {
  const waiting = page.waitForEvent('download');
  await page.getByRole('button', { name }).click();
  const download = await waiting;
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

/** @param {string} text */
export function bytesOf(text) {
  return new TextEncoder().encode(text);
}

/**
 * The first column (RNA names) of the rows on show.
 * @param {Page} page
 */
export async function namesOnShow(page) {
  return bodyRows(page).getByRole('rowheader').allTextContents();
}

/**
 * The row of a model in the table of all models.
 * @param {Page} page
 * @param {string} name
 */
export function modelRow(page, name) {
  return page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) });
}
