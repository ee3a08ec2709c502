// @ts-check
import { expect, test } from '@playwright/test';
import { bodyRows, open, predictButton } from '../support/page.js';
import { fasta } from '../support/rnas.js';

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

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
    test.use(PHONE);

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

test.describe('on a phone', () => {
  test.use(PHONE);

  test('one pasted sequence: Predict is pressed, and the answer is on the screen', async ({ page }) => {
    await open(page, '#predict?model=human-mirna');
    await page.getByLabel('RNA sequences (FASTA)').fill('>let-7a\nUGAGGUAGUAGGUUGUAUAGUU\n');
    await predictButton(page).tap();
    const answer = bodyRows(page).first().locator('.called');
    await expect(answer).toContainText('Mitochondrion');
    await expect(answer).toBeInViewport({ ratio: 1 });
    await expect(bodyRows(page).first().getByRole('rowheader')).toBeInViewport({ ratio: 1 });
    await expect(page.locator('results-panel h2')).toBeFocused();
    // It is still there once everything else has arrived, and nothing is to be found sideways.
    await expect(page.getByRole('slider', { name: /Nucleotides/ })).toBeAttached();
    await expect(answer).toBeInViewport({ ratio: 1 });
    const widths = await page.evaluate(() =>
      [document.documentElement, document.querySelector('.results')].map((part) => [
        part?.scrollWidth,
        part?.clientWidth,
      ]),
    );
    for (const [needed, there] of widths) expect(needed).toBeLessThanOrEqual(there ?? 0);
  });

  test('RNAs are cards that can be sorted, counted and chosen', async ({ page }) => {
    await open(page, '#predict?model=human-snorna');
    await page.getByLabel('RNA sequences (FASTA)').fill(fasta(12, (i) => 40 + i * 31));
    await predictButton(page).tap();
    const first = bodyRows(page).first();
    await expect(first).toContainText('rna-1');
    for (const name of ['Nucleus', 'Exosome', 'Nucleolus', 'Cytoplasm', 'Cytosol'])
      await expect(first.locator('.name', { hasText: name })).toBeVisible();
    await page.getByLabel('Order').selectOption('longest first');
    await expect(first).toContainText('rna-12');
    await first.tap();
    await expect(first).toHaveAttribute('aria-selected', 'true');
    await expect(first.locator('b').last()).toHaveText(/^0\.\d{4}$/);
  });

  test('text fields are large enough that the page does not zoom into them', async ({ page }) => {
    for (const view of ['predict', 'train']) {
      await open(page, `#${view}`);
      const small = await page
        .locator('textarea, select, input:not([type=range], [type=radio], [type=checkbox])')
        .evaluateAll((fields) =>
          fields
            .filter((field) => parseFloat(getComputedStyle(field).fontSize) < 16)
            .map((field) => field.outerHTML.slice(0, 80)),
        );
      expect(small).toEqual([]);
    }
  });
});

test('text is as large as the reader’s own setting asks for, and nothing sticks out', async ({ page }) => {
  await open(page, '#predict?model=human-snorna');
  await page.addStyleTag({ content: 'html { font-size: 32px }' });
  await page.getByLabel('RNA sequences (FASTA)').fill(fasta(3, () => 60));
  await predictButton(page).click();
  await expect(bodyRows(page)).toHaveCount(3);
  const { size, sticking } = await page.evaluate(() => ({
    size: parseFloat(getComputedStyle(document.querySelector('.called b') ?? document.body).fontSize),
    sticking: document.documentElement.scrollWidth - innerWidth,
  }));
  expect(size).toBeGreaterThanOrEqual(28);
  expect(sticking).toBeLessThanOrEqual(0);
});

test('with reduced motion the page goes to the results at once', async ({ browser }) => {
  const context = await browser.newContext({ ...PHONE, reducedMotion: 'reduce', serviceWorkers: 'block' });
  const page = await context.newPage();
  await open(page, '#predict?model=human-mirna');
  await page.getByLabel('RNA sequences (FASTA)').fill('>let-7a\nUGAGGUAGUAGGUUGUAUAGUU\n');
  await page.evaluate(() => {
    const scrolled = /** @type {unknown[]} */ ([]);
    Object.assign(window, { scrolled });
    const scroll = Element.prototype.scrollIntoView;
    Element.prototype.scrollIntoView = function (how) {
      scrolled.push(how);
      scroll.call(this, how);
    };
  });
  await predictButton(page).tap();
  await expect(page.locator('results-panel h2')).toBeFocused();
  expect(await page.evaluate(() => /** @type {any} */ (window).scrolled)).toEqual([
    { block: 'start', behavior: 'auto' },
  ]);
  await context.close();
});
