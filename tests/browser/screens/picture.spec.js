// @ts-check
import { expect, test } from '@playwright/test';
import { open, predictAll } from '../support/page.js';

// The picture in the README: the example of the first model, predicted and explained.
test.use({ colorScheme: 'light', viewport: { width: 1280, height: 1400 }, deviceScaleFactor: 1.25 });

test('picture for the README', async ({ page }) => {
  await open(page, '#predict?model=human-mirna&device=cpu');
  await page.getByRole('button', { name: 'Example' }).click();
  await predictAll(page);
  await expect(page.getByRole('slider', { name: /Nucleotides/ })).toBeVisible();
  await page.mouse.move(0, 0);
  await page.screenshot({ path: '../../docs/page.png' });
});
