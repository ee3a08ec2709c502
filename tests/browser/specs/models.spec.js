// @ts-check
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { MODELS, modelPath } from '../support/cli.js';
import { bodyRows, drop, modelRow, open, predictAll, predictText, requests } from '../support/page.js';

const { models } = JSON.parse(readFileSync(path.join(MODELS, 'index.json'), 'utf8'));

test('one table has the figures of all models before any file is fetched', async ({ page }) => {
  await open(page, '#models');
  for (const { name, rna_class, species, figures } of models) {
    const row = modelRow(page, name);
    await expect(row).toContainText(rna_class);
    await expect(row).toContainText(species);
    await expect(row).toContainText(figures.records.toLocaleString('en'));
    await expect(row).toContainText(figures.average_precision.toFixed(2));
    const { name: baseline, average_precision } = figures.best_baseline;
    await expect(row).toContainText(`${baseline}, ${average_precision.toFixed(2)}`);
    expect(await row.getByText('for teaching only').count()).toBe(
      average_precision > figures.average_precision ? 1 : 0,
    );
  }
  await expect(requests(page)).toHaveText(/^0 network requests /);
});

for (const width of [360, 1280])
  test(`a model’s measures stand beside its baselines, none is cut off at ${width} pixels`, async ({ page }) => {
    await page.setViewportSize({ width, height: 800 });
    await open(page, '#models');
    await modelRow(page, 'human-snorna').getByRole('button', { name: 'Accuracy and limits' }).click();
    const card = page.getByRole('region', { name: 'human-snorna', exact: true });
    const table = card.getByRole('region', { name: 'Measures next to baselines, human-snorna' });
    await expect(table.getByRole('row', { name: /This method .*0\.\d{3}/ })).toBeVisible();
    await expect(table.getByRole('row', { name: /Length alone .*0\.\d{3}/ })).toBeVisible();
    await expect(card).toContainText(/Average precision 0\.\d\d \(95 % interval 0\.\d\d to 0\.\d\d\)/);
    await expect(card).toContainText(/Limits\. Trained on 191 RNAs of 43–353 nt/);
    expect(await table.evaluate((box) => box.scrollWidth - box.clientWidth)).toBeLessThanOrEqual(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await modelRow(page, 'human-snorna').getByRole('button', { name: 'Accuracy and limits' }).click();
    await expect(card).toHaveCount(0);
  });

test('a page whose list of models cannot be had says so, and predicts with a model from a file', async ({ page }) => {
  await page.route('**/models/index.json', (route) => route.fulfill({ status: 404 }));
  await open(page, '#models');
  await expect(page.getByRole('alert')).toContainText('The list of models could not be fetched (HTTP 404).');
  await drop(page, [{ name: 'mine.safetensors', bytes: readFileSync(modelPath('human-mirna')) }]);
  await modelRow(page, 'mine').getByRole('link', { name: 'Use to predict' }).click();
  await predictText(page, '>let-7a\nUGAGGUAGUAGGUUGUAUAGUU\n');
  await expect(bodyRows(page)).toHaveCount(1);
});

for (const { name } of models)
  test(`the example of ${name} suits it`, async ({ page }) => {
    await open(page, `#predict?model=${name}`);
    await page.getByRole('button', { name: 'Example' }).click();
    const read = page.getByRole('status', { name: 'What was read' });
    await expect(read).toContainText(/\d RNAs/);
    // H19 has a long reading frame by chance, and BCYRN1 is short: other classes are offered for them.
    if (!name.includes('lncrna')) await expect(read.getByRole('button')).toHaveCount(0);
    await predictAll(page);
    expect(await bodyRows(page).count()).toBeGreaterThan(1);
    const warnings = page.locator('results-table .doubt:has(.warn)');
    await expect(warnings.filter({ hasNotText: 'reflects one study' })).toHaveCount(0);
  });
