// @ts-check
import { expect, test } from '@playwright/test';
import { bytesOf, drop, open, predictAll, predictText } from '../support/page.js';
import { fasta, labelledFasta } from '../support/rnas.js';

const WIDTHS = [360, 1280, 2560];

for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  for (const width of WIDTHS) {
    test.describe(`${width} ${colorScheme}`, () => {
      test.use({ colorScheme, viewport: { width, height: 900 } });
      /** @param {import('@playwright/test').Page} page @param {string} name */
      const shoot = (page, name) =>
        page.screenshot({ path: `screenshots/${name}-${width}-${colorScheme}.png`, fullPage: true });

      test('predict', async ({ page }) => {
        await open(page);
        await shoot(page, 'predict-empty');
        await page.getByRole('button', { name: 'Example' }).click();
        await predictAll(page);
        await expect(page.getByRole('slider', { name: /Nucleotides/ })).toBeVisible();
        await page.getByRole('button', { name: 'Mutagenesis', exact: true }).click();
        await page.getByRole('button', { name: 'Integrated gradients', exact: true }).click();
        await expect(page.getByRole('button', { name: 'Gradients as TSV' })).toBeVisible({ timeout: 60_000 });
        await expect(page.getByRole('button', { name: 'Changes as TSV' }).first()).toBeVisible({ timeout: 60_000 });
        await expect(page.getByText(/Masking the most-attended/)).toBeVisible();
        await page.getByText('Compare with a variant').click();
        await page
          .getByLabel(/The variant/)
          .fill(`${(await page.getByLabel(/The variant/).inputValue()).replace('GGU', 'GCU')}`);
        await page.getByRole('button', { name: 'Compare', exact: true }).click();
        await expect(page.locator('aligned-tracks canvas').first()).toBeVisible();
        await shoot(page, 'predict-explained');
        await page.getByText('Thresholds', { exact: true }).click();
        await page.screenshot({ path: `screenshots/predict-thresholds-${width}-${colorScheme}.png` });
        await page.getByText('Thresholds', { exact: true }).click();
        await drop(page, [{ name: 'broken.fa', bytes: bytesOf('ACGU without a header\n') }]);
        await predictText(page, `${fasta(40, (i) => 60 + i * 9)}>empty\n`);
        await shoot(page, 'predict-problems');
        await page.getByRole('button', { name: 'Overview' }).click();
        await page.getByRole('button', { name: /Read the attention/ }).click();
        await expect(page.getByRole('button', { name: 'Save SVG of the mean attention' })).toBeEnabled({
          timeout: 60_000,
        });
        await shoot(page, 'predict-overview');
        await page.getByRole('link', { name: 'Help' }).click();
        await shoot(page, 'help');
      });

      test('train', async ({ page }) => {
        await open(page, '#train');
        await shoot(page, 'train-empty');
        await drop(page, [{ name: 'made-up.fa', bytes: bytesOf(labelledFasta(120, 60)) }]);
        await expect(page.getByText(/120 RNAs/)).toBeVisible();
        await page.getByLabel('Epochs').fill('8');
        await page.getByLabel('Epochs').blur();
        await page.getByRole('button', { name: 'Start' }).click();
        await expect(page.getByText(/Epoch [3-8] of 8/)).toBeVisible({ timeout: 90_000 });
        await shoot(page, 'train-running');
        await expect(page.getByRole('button', { name: 'Save model' })).toBeVisible({ timeout: 90_000 });
        await shoot(page, 'train-done');
        await page.getByRole('link', { name: 'Models' }).click();
        await shoot(page, 'models');
      });
    });
  }
}
