// @ts-check
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { CLI } from '../support/cli.js';
import { fasta } from '../support/rnas.js';
import { bodyRows, downloaded, open, predictAll, predictButton, predictText } from '../support/page.js';

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

test('the overview shows how many RNAs are called for each compartment', async ({ page }) => {
  await open(page, '#predict?model=human-mirna');
  await predictText(
    page,
    fasta(300, (i) => 20 + (i % 60)),
  );
  const counts = await page.evaluate(() => {
    const { rows, model } = /** @type {any} */ (document.querySelector('predict-view')).results;
    return model.compartments.map(
      (/** @type {string} */ _, /** @type {number} */ i) =>
        rows.filter((/** @type {any} */ row) => row.probabilities[i] >= model.thresholds[i]).length,
    );
  });
  await page.getByRole('button', { name: 'Overview' }).click();
  const table = page.getByRole('table', { name: 'Share of the 300 RNAs called for each compartment' });
  await expect(table.locator('tbody tr')).toHaveCount(6);
  const parts = page.locator('overview-panel .compartment');
  for (let i = 0; i < 6; i += 1)
    await expect(page.locator(`overview-panel .compartment.shade-${i}`)).toHaveAttribute(
      'aria-label',
      new RegExp(`\\(${counts[i]}\\)$`),
    );
  await expect(parts).toHaveCount(6);
  const file = await downloaded(page, 'Save SVG of the shares');
  expect(file.name).toBe('human-mirna-cell.svg');
  expect(file.bytes.toString()).toContain('100 % of the RNAs');
});

const CLASSES = ['miRNA', 'snoRNA', 'lncRNA', 'mRNA'];
const EXAMPLES = fileURLToPath(new URL('../../../www/src/content/examples/', import.meta.url));
const SCRIPT = fileURLToPath(new URL('../../../scripts/examples.sh', import.meta.url));

/** @param {string} folder @param {string} rnaClass */
function stored(folder, rnaClass) {
  return JSON.parse(readFileSync(path.join(folder, `${rnaClass.toLowerCase()}.json`), 'utf8'));
}

/** All that is no rounded number: those may differ in their last digit. @param {any} example */
function withoutNumbers({ compartments, attention, ...others }) {
  const { steps, compartment } = attention;
  return {
    ...others,
    compartments: compartments.map((/** @type {any} */ { probability, threshold, ...more }) => more),
    attention: { compartment, ends: steps.filter((/** @type {number} */ _, /** @type {number} */ i) => i % 2 === 0) },
  };
}

/** @param {any} example @returns {number[]} */
function numbersOf({ compartments, attention }) {
  return [
    ...compartments.flatMap((/** @type {any} */ { probability, threshold }) => [100 * probability, 100 * threshold]),
    ...attention.steps,
  ];
}

test('the examples shown first are what the program computes now; if not, run scripts/examples.sh', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'rmlocnet-'));
  const { status, stderr } = spawnSync(SCRIPT, [CLI, folder], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  for (const rnaClass of CLASSES) {
    const [kept, now] = [stored(EXAMPLES, rnaClass), stored(folder, rnaClass)];
    expect(withoutNumbers(now)).toEqual(withoutNumbers(kept));
    const numbers = numbersOf(kept);
    numbersOf(now).forEach((number, i) => expect(Math.abs(number - numbers[i])).toBeLessThan(0.03));
  }
});

test('an example that is tried gives the answer that was shown', async ({ page }) => {
  await open(page, '#predict');
  const example = stored(EXAMPLES, 'snoRNA');
  await page.getByRole('tab', { name: 'snoRNA' }).click();
  const shown = page.getByRole('tabpanel', { name: 'snoRNA' });
  await expect(shown.locator('.compartment')).toHaveCount(example.compartments.length);
  await expect(shown.locator('.cell-nucleus')).toHaveAttribute('aria-label', 'Nucleus 0.79, called');
  await shown.getByRole('button', { name: 'Try this one' }).click();
  await expect(page.getByLabel('Model', { exact: true })).toHaveValue(example.model.name);
  await expect(page.getByLabel('RNA sequences (FASTA)')).toHaveValue(new RegExp(`^>${example.id}\n`));
  await expect(predictButton(page)).toBeFocused();
  await predictAll(page);
  await expect(page.getByRole('tab')).toHaveCount(0);
  const numbers = await bodyRows(page)
    .first()
    .locator('[data-probability]')
    .evaluateAll((cells) => cells.map((one) => Number(/** @type {HTMLElement} */ (one).dataset.probability)));
  expect(numbers).toHaveLength(example.compartments.length);
  numbers.forEach((number, i) => expect(Math.abs(number - example.compartments[i].probability)).toBeLessThan(2e-4));
});

for (const width of [360, 1280])
  test(`nothing moves when another example is chosen, at ${width} pixels`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    await open(page, '#predict');
    const places = () =>
      page.evaluate(() =>
        ['.first-examples', '[role=tablist]', '[aria-label=Input]'].map((name) => {
          const {
            x,
            y,
            width: wide,
            height,
          } = /** @type {Element} */ (document.querySelector(name)).getBoundingClientRect();
          return [x, y, wide, height].map(Math.round);
        }),
      );
    await page.getByRole('tab', { name: 'miRNA' }).focus();
    const before = await places();
    for (const rnaClass of ['snoRNA', 'lncRNA', 'mRNA', 'miRNA']) {
      await page.keyboard.press('ArrowRight');
      await expect(page.getByRole('tab', { name: rnaClass })).toBeFocused();
      await expect(page.getByRole('tabpanel')).toHaveCount(1);
      await expect(page.getByRole('tabpanel', { name: rnaClass })).toBeVisible();
      expect(await places()).toEqual(before);
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  });

test('the example can be read before the computing core has arrived, and nothing moves while it loads', async ({
  page,
}) => {
  await page.addInitScript(() => {
    const shifts = /** @type {any} */ (window);
    shifts.moved = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.moved += /** @type {any} */ (entry).value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await page.route('**/*.wasm', () => {});
  await page.goto('./#predict');
  await expect(page.getByRole('tabpanel').locator('.compartment')).toHaveCount(6);
  await expect(page.getByText('Example, computed in advance')).toBeVisible();
  await page.waitForTimeout(500);
  expect(await page.evaluate(() => /** @type {any} */ (window).moved)).toBeLessThan(0.02);
});
