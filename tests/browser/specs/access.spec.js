// @ts-check
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { computingOn, downloaded, machineMenu, open, predictText } from '../support/page.js';
import { fasta } from '../support/rnas.js';

/**
 * Checks that axe finds nothing of any impact, its best practices included, on a screen and on a phone.
 * The colours of the dark theme depend on neither.
 * @param {import('@playwright/test').Page} page
 * @param {string} state
 */
async function isAccessible(page, state) {
  await page.setViewportSize({ width: 360, height: 900 });
  expect(await found(new AxeBuilder({ page })), `${state}, 360 pixels`).toEqual([]);
  await page.setViewportSize({ width: 1280, height: 900 });
  expect(await found(new AxeBuilder({ page })), `${state}, 1280 pixels`).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await found(new AxeBuilder({ page }).withRules('color-contrast')), `${state}, dark`).toEqual([]);
  await page.emulateMedia({ colorScheme: 'light' });
}

/** @param {AxeBuilder} axe */
async function found(axe) {
  const { violations } = await axe.analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}

/** @type {[string, (page: import('@playwright/test').Page) => Promise<void>][]} */
const STATES = [
  [
    'Predict, before and after',
    async (page) => {
      await isAccessible(page, 'empty');
      await machineMenu(page);
      await isAccessible(page, 'the menu of the header is open');
      await page.keyboard.press('Escape');
      await predictText(page, `${fasta(5, () => 60)}>empty\n`);
      await expect(page.getByRole('slider', { name: /Nucleotides/ })).toBeVisible();
      await isAccessible(page, 'results');
      await page.getByText('More…').click();
      await isAccessible(page, 'the menu of files is open');
      await page.keyboard.press('Escape');
      await page.getByText('Thresholds', { exact: true }).click();
      await isAccessible(page, 'thresholds are open');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Overview' }).click();
      await expect(page.getByRole('img', { name: /Heat map/ })).toBeVisible();
      await isAccessible(page, 'overview');
    },
  ],
  [
    'the explanation with all cards',
    async (page) => {
      await predictText(
        page,
        fasta(2, () => 60),
      );
      await page.getByRole('button', { name: 'Mutagenesis', exact: true }).click();
      await page.getByRole('button', { name: 'Integrated gradients', exact: true }).click();
      await expect(page.locator('gradient-track')).toBeVisible();
      await page.getByText('Compare with a variant').click();
      await expect(page.getByRole('button', { name: 'Changes as TSV' }).first()).toBeVisible();
      await expect(page.getByText(/Masking the most-attended/)).toBeVisible();
      await isAccessible(page, 'all cards');
    },
  ],
  [
    'a run that fails',
    async (page) => {
      await page.getByLabel('RNA sequences (FASTA)').fill('>empty\n');
      await page.getByRole('button', { name: 'Predict', exact: true }).click();
      await expect(page.locator('.problems')).toBeVisible();
      await isAccessible(page, 'failed');
    },
  ],
  [
    'Train',
    async (page) => {
      await page.getByRole('link', { name: 'Train' }).click();
      await isAccessible(page, 'empty');
      await page.getByRole('button', { name: 'Demo set' }).click();
      await expect(page.getByText(/160 RNAs/)).toBeVisible();
      await page.getByText('More settings').click();
      await isAccessible(page, 'a set');
    },
  ],
  [
    'Models and Help',
    async (page) => {
      await page.getByRole('link', { name: 'Models', exact: true }).click();
      await isAccessible(page, 'Models');
      await page.getByRole('button', { name: 'Accuracy and limits' }).first().click();
      await expect(page.getByRole('region', { name: /Measures next to baselines/ })).toBeVisible();
      await isAccessible(page, 'an open card');
      await page.getByRole('link', { name: 'Help', exact: true }).click();
      await isAccessible(page, 'Help');
    },
  ],
];

for (const [name, visit] of STATES)
  test(`axe finds nothing: ${name}`, async ({ page }) => {
    await open(page);
    await visit(page);
  });

for (const width of [360, 640, 900, 1280, 2560])
  test(`the header is one line at ${width} pixels, before and after the device is known`, async ({ page }) => {
    await page.setViewportSize({ width, height: 800 });
    await page.addInitScript(() => {
      new PerformanceObserver((list) => {
        for (const entry of /** @type {any[]} */ (list.getEntries()))
          for (const { node } of entry.sources)
            if (node?.parentElement?.closest?.('header')) document.documentElement.dataset.shifted = node.nodeName;
      }).observe({ type: 'layout-shift', buffered: true });
    });
    await open(page);
    const tops = await page.locator('header > *').evaluateAll((parts) =>
      parts.map((part) => {
        const { top, bottom } = part.getBoundingClientRect();
        return (top + bottom) / 2;
      }),
    );
    expect(Math.max(...tops) - Math.min(...tops)).toBeLessThan(2);
    await expect(page.locator('html')).not.toHaveAttribute('data-shifted');
    const menu = await machineMenu(page);
    await expect(menu).toContainText('Runs on this computer');
    await expect(menu).toContainText('Nothing sent');
    await expect(computingOn(page)).toContainText(/^CPU.*SIMD.*workers?$/);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  });

test('each view has its title and its level-one heading, where reading goes on if its link disappears', async ({
  page,
}) => {
  await open(page);
  for (const view of ['Predict', 'Train', 'Models', 'Help']) {
    await page.getByRole('link', { name: view, exact: true }).click();
    await expect(page).toHaveTitle(new RegExp(`^${view} · rmlocnet`));
    await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
    await expect(page.getByRole('link', { name: view, exact: true })).toBeFocused();
  }
  await page.getByRole('link', { name: 'Models', exact: true }).click();
  await page.getByRole('link', { name: 'Use to predict' }).last().click();
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
});

test('the menu of files closes when one was chosen, and keeps the focus', async ({ page }) => {
  await open(page);
  await predictText(
    page,
    fasta(2, () => 60),
  );
  await page.getByText('More…').click();
  await downloaded(page, 'Download JSON');
  await expect(page.getByRole('button', { name: 'Download JSON' })).toBeHidden();
  await expect(page.locator('summary', { hasText: 'More…' })).toBeFocused();
});

test('the footer leads to the citation, which can be copied', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await open(page);
  await expect(page.getByRole('contentinfo')).toContainText(/rmlocnet \d+\.\d+\.\d+.*MIT or Apache-2\.0/s);
  await page.getByRole('link', { name: 'How to cite' }).click();
  await expect(page.getByRole('heading', { name: 'How to cite' })).toBeFocused();
  await page.getByRole('button', { name: 'Copy BibTeX' }).click();
  await expect(page.getByText('Copied.')).toBeVisible();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toMatch(/^@software\{rmlocnet,/);
  expect(copied).toContain('doi = {10.1016/j.csbj.2022.07.031}');
});

for (const width of [360, 768, 2560]) {
  test(`nothing sticks out sideways at ${width} pixels`, async ({ page }) => {
    await page.setViewportSize({ width, height: 800 });
    await open(page);
    await predictText(
      page,
      fasta(5, (i) => 60 + 50 * i),
    );
    await expect(page.getByRole('slider', { name: /Nucleotides/ })).toBeVisible();
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
