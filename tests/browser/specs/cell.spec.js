// @ts-check
import { expect, test } from '@playwright/test';
import { bodyRows, downloaded, open, predictText } from '../support/page.js';

/** @import { Page } from '@playwright/test' */

const LET_7A = '>let-7a\nUGAGGUAGUAGGUUGUAUAGUU\n>miR-21\nUAGCUUAUCAGACUGAUGUUGA\n';

/** @param {Page} page */
function cell(page) {
  return page.getByRole('region', { name: 'Cell', exact: true });
}

/** @param {Page} page */
async function predicted(page) {
  await open(page, '#predict?model=human-mirna');
  await predictText(page, LET_7A);
}

test('the picture of a chosen RNA shows the numbers and calls of its row', async ({ page }) => {
  await predicted(page);
  for (const [row, name] of [
    [0, 'let-7a'],
    [1, 'miR-21'],
  ]) {
    await bodyRows(page).nth(Number(row)).click();
    await expect(cell(page).getByRole('heading')).toHaveText(`Where ${name} is likely to be found`);
    const table = cell(page).getByRole('table').locator('tbody tr');
    const parts = cell(page).locator('.compartment');
    expect(await parts.count()).toBe(6);
    const cells = bodyRows(page).nth(Number(row)).locator('td[data-probability]');
    for (let i = 0; i < 6; i += 1) {
      const words = (await parts.nth(i).getAttribute('aria-label')) ?? '';
      const [, compartment, number] = /^(\S+) (\d\.\d\d)/.exec(words) ?? [];
      const line = table.filter({ hasText: compartment });
      await expect(line).toContainText(number);
      expect((await line.innerText()).includes('called')).toBe(words.endsWith(', called'));
    }
    const numbers = await cells.evaluateAll((found) =>
      found.map((one) => Number(/** @type {HTMLElement} */ (one).dataset.probability).toFixed(2)),
    );
    const shown = await parts.evaluateAll((found) =>
      found.map((one) => /\d\.\d\d/.exec(one.getAttribute('aria-label') ?? '')?.[0] ?? ''),
    );
    expect([...shown].sort()).toEqual([...numbers].sort());
  }
});

test('moved thresholds change what is called in the picture', async ({ page }) => {
  await predicted(page);
  const exosome = cell(page).locator('.cell-exosome');
  await expect(exosome).not.toHaveAttribute('aria-label', /called/);
  await page.getByText('Thresholds', { exact: true }).click();
  await page.getByRole('slider', { name: /Exosome/ }).fill('0.1');
  await expect(exosome).toHaveAttribute('aria-label', /^Exosome \d\.\d\d, called$/);
  await expect(cell(page).getByRole('row', { name: /Exosome/ })).toContainText('called');
});

test('pointing at, focusing or pressing a compartment lights up its row, and the other way round', async ({ page }) => {
  await predicted(page);
  const row = (/** @type {string} */ name) => cell(page).getByRole('row', { name: new RegExp(name) });
  const part = (/** @type {string} */ name) => cell(page).locator(`.cell-${name}`);
  await part('nucleus').hover({ position: { x: 40, y: 12 } });
  await expect(row('Nucleus')).toHaveClass(/pointed/);
  await row('Exosome').hover();
  await expect(part('exosome')).toHaveClass(/pointed/);
  await expect(row('Nucleus')).not.toHaveClass(/pointed/);
  await page.mouse.move(2, 2);
  await expect(cell(page).locator('.pointed')).toHaveCount(0);

  await cell(page)
    .getByRole('button', { name: /Save PNG/ })
    .focus();
  await page.keyboard.press('Tab');
  await expect(cell(page).locator('tr.pointed')).toHaveCount(1);
  const first = await cell(page).locator('tr.pointed th').innerText();
  await page.keyboard.press('ArrowRight');
  await expect(cell(page).locator('tr.pointed th')).not.toHaveText(first);
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowDown');
  const inTable = await cell(page).locator('tr.pointed th').innerText();
  await expect(cell(page).locator('.compartment.pointed')).toHaveAttribute('aria-label', new RegExp(`^${inTable} `));
});

test.describe('with a finger', () => {
  test.use({ hasTouch: true, viewport: { width: 360, height: 800 } });

  test('a compartment that is pressed stays lit', async ({ page }) => {
    await predicted(page);
    await cell(page)
      .locator('.cell-blood')
      .tap({ position: { x: 20, y: 150 } });
    await expect(cell(page).getByRole('row', { name: /Circulating/ })).toHaveClass(/pointed/);
    await cell(page)
      .getByRole('row', { name: /Nucleus/ })
      .tap();
    await expect(cell(page).locator('.cell-nucleus')).toHaveClass(/pointed/);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(360);
  });
});

test('the picture is saved with its names, numbers and key', async ({ page }) => {
  await predicted(page);
  const svg = await downloaded(page, 'Save SVG of the cell');
  expect(svg.name).toBe('let-7a-cell.svg');
  const text = svg.bytes.toString();
  expect(text).toContain('<title>Where let-7a is likely to be found</title>');
  for (const words of ['Mitochondrion', 'Circulating', '1 probability', 'not predicted by this model'])
    expect(text).toContain(`>${words}</text>`);
  expect(text).not.toMatch(/var\(|NaN|undefined/);
  const png = await downloaded(page, 'Save PNG of the cell');
  expect(png.name).toBe('let-7a-cell.png');
  expect(png.bytes.length).toBeGreaterThan(20_000);
});
