// @ts-check
import { expect, test } from '@playwright/test';
import { open } from '../support/page.js';

test.describe('a word with an explanation', () => {
  /** @param {import('@playwright/test').Page} page */
  async function aTerm(page) {
    await open(page, '#help');
    const word = page.getByRole('button', { name: 'DM3Loc', exact: true });
    return { word, meaning: page.locator('.meaning').getByText('DM3Loc (2021)') };
  }

  test('shows it to the pointer, to the focus and to a press, and Escape hides it', async ({ page }) => {
    const { word, meaning } = await aTerm(page);
    await expect(meaning).toHaveCount(0);
    await word.hover();
    await expect(meaning).toBeVisible();
    // It can be pointed at itself, to be read or copied.
    await meaning.hover();
    await expect(meaning).toBeVisible();
    await page.getByRole('heading', { name: 'Keyboard' }).hover();
    await expect(meaning).toHaveCount(0);
    await word.focus();
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Tab');
    await expect(word).toBeFocused();
    await expect(meaning).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(meaning).toHaveCount(0);
    await expect(word).toBeFocused();
    await expect(word).toHaveAttribute('aria-description', 'DM3Loc (2021)');
  });

  test.describe('on a phone', () => {
    test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

    test('shows it from one tap to the next, within the screen', async ({ page }) => {
      const { word, meaning } = await aTerm(page);
      await word.tap();
      await expect(meaning).toBeVisible();
      const box = await meaning.boundingBox();
      expect(box && box.x >= 0 && box.x + box.width <= 360).toBe(true);
      await word.tap();
      await expect(meaning).toHaveCount(0);
      await word.tap();
      await expect(meaning).toBeVisible();
      await page.getByRole('heading', { name: 'Comparison with other tools' }).tap();
      await expect(meaning).toHaveCount(0);
    });
  });
});
