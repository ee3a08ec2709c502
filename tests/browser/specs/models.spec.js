// @ts-check
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { MODELS, modelPath } from '../support/cli.js';
import { bodyRows, drop, open, predictAll, predictText } from '../support/page.js';

test('a model’s figures stand beside its baselines, with its limits, also at 390 pixels', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 800 });
  await open(page, '#models');
  const card = page.getByRole('region', { name: 'human-snorna', exact: true });
  await card.getByRole('button', { name: /Details/ }).click();
  const table = card.getByRole('region', { name: 'Measures next to baselines' });
  await expect(table.getByRole('row', { name: /This method 0\.\d{3}/ })).toBeVisible();
  await expect(table.getByRole('row', { name: /Length alone 0\.\d{3}/ })).toBeVisible();
  await expect(card).toContainText(/Average precision 0\.\d\d \(95 % interval 0\.\d\d to 0\.\d\d\)/);
  await expect(card).toContainText(/Limits\. Trained on 191 RNAs of 43–353 nt/);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});

test('a page whose list of models cannot be had says so, and predicts with a model from a file', async ({ page }) => {
  await page.route('**/models/index.json', (route) => route.fulfill({ status: 404 }));
  await open(page, '#models');
  await expect(page.getByRole('alert')).toContainText('The list of models could not be fetched (HTTP 404).');
  await drop(page, [{ name: 'mine.safetensors', bytes: readFileSync(modelPath('human-mirna')) }]);
  await page.getByRole('region', { name: 'mine', exact: true }).getByRole('link', { name: 'Use to predict' }).click();
  await predictText(page, '>let-7a\nUGAGGUAGUAGGUUGUAUAGUU\n');
  await expect(bodyRows(page)).toHaveCount(1);
});

const { models } = JSON.parse(readFileSync(path.join(MODELS, 'index.json'), 'utf8'));
for (const { name } of models)
  test(`the example of ${name} suits it`, async ({ page }) => {
    await open(page, `#predict?model=${name}`);
    await page.getByRole('button', { name: 'Example' }).click();
    const read = page.getByRole('status', { name: 'What was read' });
    await expect(read).toContainText(/\d RNAs/);
    await expect(read.getByRole('button')).toHaveCount(0);
    await predictAll(page);
    expect(await bodyRows(page).count()).toBeGreaterThan(1);
    await expect(page.getByRole('button', { name: 'With a warning 0' })).toBeVisible();
  });
