// @ts-check
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { open, predictText } from '../support/page.js';
import { fasta } from '../support/rnas.js';

/** @param {import('@playwright/test').Page} page */
async function seriousViolations(page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .map(({ target }) => target.join(' '))
          .slice(0, 3)
          .join(', ')}`,
    );
}

for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test('no serious accessibility violation in any view', async ({ page }) => {
      await open(page);
      expect(await seriousViolations(page)).toEqual([]);
      await predictText(page, `${fasta(5, () => 60)}>empty\n`);
      await expect(page.getByRole('list', { name: /Nucleotides/ })).toBeVisible();
      expect(await seriousViolations(page)).toEqual([]);
      await page.getByRole('button', { name: 'Mutagenesis', exact: true }).click();
      await page.getByRole('button', { name: 'Integrated gradients', exact: true }).click();
      await expect(page.locator('gradient-track')).toBeVisible();
      await page.getByText('Compare with a variant').click();
      await page.getByText('Thresholds', { exact: true }).click();
      await expect(page.getByRole('button', { name: 'Changes as TSV' }).first()).toBeVisible();
      await expect(page.getByText(/Masking the most-attended/)).toBeVisible();
      expect(await seriousViolations(page)).toEqual([]);
      await page.getByRole('button', { name: 'Overview' }).click();
      await expect(page.getByRole('img', { name: /Heat map/ })).toBeVisible();
      expect(await seriousViolations(page)).toEqual([]);
      await page.getByRole('link', { name: 'Help' }).click();
      expect(await seriousViolations(page)).toEqual([]);
      await page.getByRole('link', { name: 'Train' }).click();
      await page.getByRole('button', { name: 'Demo set' }).click();
      await expect(page.getByText(/160 RNAs/)).toBeVisible();
      await page.getByText('More settings').click();
      expect(await seriousViolations(page)).toEqual([]);
      await page.getByRole('link', { name: 'Models' }).click();
      expect(await seriousViolations(page)).toEqual([]);
    });
  });
}

for (const width of [360, 768, 2560]) {
  test(`nothing sticks out sideways at ${width} pixels`, async ({ page }) => {
    await page.setViewportSize({ width, height: 800 });
    await open(page);
    await predictText(
      page,
      fasta(5, (i) => 60 + 50 * i),
    );
    await expect(page.getByRole('list', { name: /Nucleotides/ })).toBeVisible();
    for (const view of ['Predict', 'Train', 'Models', 'Help']) {
      await page.getByRole('link', { name: view }).click();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    }
  });
}

test('the text box takes input before the computing core has arrived', async ({ page }) => {
  /** @type {() => void} */
  let release = () => {};
  const held = new Promise((resolve) => (release = () => resolve(undefined)));
  await page.route('**/*.wasm', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto('./');
  await page.getByLabel('RNA sequences (FASTA)').fill('>one\nGAUUACAUGAUGAUGAUUCUGAUCAAGCUU\n');
  await page.getByRole('button', { name: 'Predict', exact: true }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Getting ready' })).toBeVisible();
  release();
  await expect(page.getByText('Done: 1 RNA.')).toBeVisible();
});

test('a computing core that cannot be fetched is told in words', async ({ page }) => {
  await page.route('**/*.wasm', (route) => route.fulfill({ status: 404, body: '' }));
  await page.goto('./');
  await expect(page.getByRole('alert')).toContainText('could not be fetched');
});
