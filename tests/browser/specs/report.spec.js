// @ts-check
import { createRequire } from 'node:module';
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { predictTsv, tsvDifference } from '../support/cli.js';
import { downloaded, open, predictText, requests } from '../support/page.js';
import { fasta } from '../support/rnas.js';

const MODEL = 'human-snorna';
const RNAS = fasta(4, (i) => 60 + i * 31);
const JSZip = createRequire(import.meta.url)('jszip');

test.beforeEach(async ({ page }) => {
  await open(page, `#predict?model=${MODEL}`);
  await predictText(page, RNAS);
  await expect(page.getByRole('slider', { name: /Nucleotides/ })).toBeVisible();
  await page.getByText('More…').click();
});

test('the report is one accessible page with the results, pictures, settings, model and citation', async ({
  page,
  context,
}) => {
  const { name, bytes } = await downloaded(page, 'Save report');
  expect(name).toBe(`${MODEL}-report.html`);
  const text = bytes.toString();
  expect(text).not.toMatch(/<script|<link|<button|src="(?!data:)/);
  const reader = await context.newPage();
  /** @type {string[]} */
  const asked = [];
  reader.on('request', (request) => asked.push(request.url()));
  await reader.setContent(text);
  await expect(reader.getByRole('heading', { level: 1 })).toHaveText(`Predictions for 4 RNAs with ${MODEL}`);
  await expect(reader.getByRole('row', { name: /^rna-\d+ / })).toHaveCount(4);
  await expect(reader.getByText('Thresholds of the model')).toBeVisible();
  await expect(reader.getByRole('table').filter({ hasText: 'This method' })).toBeVisible();
  await expect(reader.getByText('@article{asim2022,')).toBeVisible();
  const pictures = reader.getByRole('img');
  expect(await pictures.count()).toBeGreaterThan(0);
  for (const picture of await pictures.all())
    expect(await picture.evaluate((image) => /** @type {HTMLImageElement} */ (image).naturalWidth)).toBe(1200);
  expect(asked.filter((url) => !url.startsWith('data:'))).toEqual([]);
  expect((await new AxeBuilder({ page: reader }).analyze()).violations.map(({ id }) => id)).toEqual([]);
});

test('all files of a run are in one zip, with the table of the command line', async ({ page }) => {
  const { name, bytes } = await downloaded(page, 'Save all files');
  expect(name).toBe(`${MODEL}-run.zip`);
  const zip = await JSZip.loadAsync(bytes);
  const names = Object.keys(zip.files);
  for (const ending of ['tsv', 'json', 'gff3', 'fa']) expect(names).toContain(`${MODEL}-predictions.${ending}`);
  expect(names).toContain(`${MODEL}.rmlocnet.json`);
  expect(names).toContain('report.html');
  expect(names.filter((file) => /^pictures\/.*\.svg$/.test(file)).length).toBeGreaterThan(0);
  const table = await zip.file(`${MODEL}-predictions.tsv`).async('nodebuffer');
  expect(tsvDifference(table, predictTsv(MODEL, RNAS))).toBeNull();
  await expect(requests(page)).toHaveText(/^0 network requests /);
});
