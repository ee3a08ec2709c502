// @ts-check
import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { modelPath, predictTsv, run, temporary, tsvDifference } from '../support/cli.js';
import {
  bodyRows,
  bytesOf,
  downloaded,
  drop,
  namesOnShow,
  open,
  predictAll,
  predictText,
  predictions,
} from '../support/page.js';
import { fasta } from '../support/rnas.js';

const MODEL = 'human-snorna';
const TWELVE = fasta(12, (i) => 40 + i * 31);

test.beforeEach(async ({ page }) => {
  await open(page, `#predict?model=${MODEL}`);
});

/** @param {import('@playwright/test').Page} page @param {string} name @param {string} value */
async function setThreshold(page, name, value) {
  await page.getByLabel(`Threshold for ${name}`).evaluate((/** @type {any} */ slider, to) => {
    slider.value = to;
    slider.dispatchEvent(new Event('input', { bubbles: true }));
  }, value);
}

test('moved thresholds change the calls at once, go into the files, and can be reset', async ({ page }) => {
  await predictText(page, TWELVE);
  const called = () => bodyRows(page).locator('td.called').allTextContents();
  const before = await called();
  await page.getByText('Thresholds', { exact: true }).click();
  await setThreshold(page, 'Cytosol', '0');
  for (const words of await called()) expect(words).toContain('Cytosol');
  const moved = (await downloaded(page, 'Download TSV')).bytes;
  const args = ['predict', '--model', modelPath(MODEL), temporary('twelve.fa', TWELVE), '--threshold', 'Cytosol=0'];
  expect(tsvDifference(moved, run(args).stdout)).toBeNull();
  expect(moved.toString()).toContain('# thresholds');
  // Pressing the download has closed the list.
  await page.getByText('Thresholds (moved)').click();
  await page.getByRole('button', { name: "Reset to the model's" }).click();
  expect(await called()).toEqual(before);
  expect(tsvDifference((await downloaded(page, 'Download TSV')).bytes, predictTsv(MODEL, TWELVE))).toBeNull();
});

test('no compartment above its threshold is said as such', async ({ page }) => {
  await predictText(page, TWELVE);
  await page.getByText('Thresholds', { exact: true }).click();
  for (const name of ['Nucleus', 'Exosome', 'Nucleolus', 'Cytoplasm', 'Cytosol']) await setThreshold(page, name, '1');
  await expect(bodyRows(page).first()).toContainText('none called');
  await page.getByRole('button', { name: 'None called 12' }).click();
  await expect(page.getByText('12 of 12 RNAs')).toBeVisible();
});

test('rows are found by name and filtered by what is called', async ({ page }) => {
  await predictText(page, TWELVE);
  await page.getByLabel('Find by name').fill('rna-1');
  await expect.poll(() => namesOnShow(page)).toEqual(['rna-1', 'rna-10', 'rna-11', 'rna-12']);
  await expect(page.getByText('4 of 12 RNAs')).toBeVisible();
  await page.getByLabel('Find by name').fill('');
  const nucleus = page.getByRole('group', { name: /Show only/ }).getByRole('button', { name: /^Nucleus/ });
  const count = Number((await nucleus.textContent())?.match(/Nucleus (\d+)/)?.[1]);
  expect(count).toBeGreaterThan(0);
  await nucleus.click();
  await expect(nucleus).toHaveAttribute('aria-pressed', 'true');
  await expect(bodyRows(page)).toHaveCount(count);
  for (const words of await bodyRows(page).locator('td.called').allTextContents()) expect(words).toContain('Nucleus');
  await nucleus.click();
  await expect(bodyRows(page)).toHaveCount(12);
});

test('what was read is said before predicting, with the time it will take', async ({ page }) => {
  await page.getByLabel('RNA sequences (FASTA)').fill('>a\nACGTACGTAC\n>b\nACGTRYACGUACGUACGU\n');
  const read = page.getByRole('status', { name: 'What was read' });
  await expect(read).toContainText('2 RNAs, 10–18 nt');
  // Counted by kind, however many letters each RNA had.
  await expect(read).toContainText('2 RNAs: T read as U.');
  await expect(read).toContainText('1 RNA: ambiguous letters read as N.');
  await expect(read).toContainText(/Predicting takes about/, { timeout: 30_000 });
});

test('a model that fits the lengths better is offered, and can be taken', async ({ page }) => {
  await page.getByLabel('RNA sequences (FASTA)').fill('>let-7a\nUGAGGUAGUAGGUUGUAUAGUU\n');
  await page.getByRole('button', { name: 'Use human-mirna' }).click();
  await expect(page.getByLabel('Model', { exact: true })).toHaveValue('human-mirna');
  await expect(page.getByRole('button', { name: 'Use human-mirna' })).toHaveCount(0);
});

test('the address keeps which RNA is shown, and shows it again', async ({ page }) => {
  await predictText(page, TWELVE);
  await bodyRows(page).nth(4).click();
  await expect(page).toHaveURL(/rna=5/);
  await page.reload();
  await open(page, `#predict?model=${MODEL}&rna=5`);
  await predictText(page, TWELVE);
  await expect(predictions(page).getByRole('row', { selected: true })).toContainText('rna-5');
});

test('beside a call stands how often such calls were right, unless its threshold was moved', async ({ page }) => {
  await predictText(page, TWELVE);
  const bytes = readFileSync(modelPath(MODEL));
  const header = JSON.parse(bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE(0))).toString());
  const training = JSON.parse(header.__metadata__.training);
  const strict = training.evaluations.find((/** @type {any} */ { protocol }) => protocol === 'strict');
  const {
    true_positives: right,
    false_positives: wrong,
    false_negatives: missed,
    true_negatives: rest,
  } = strict.confusions[0];
  const percent = (/** @type {number} */ share) => `${Math.round(100 * share)}\u00a0%`;
  const words = `${percent(right / (right + wrong))} right, ${percent((right + missed) / (right + wrong + missed + rest))} by chance`;
  await page.getByText('Thresholds', { exact: true }).click();
  await expect(bodyRows(page).filter({ hasText: 'Nucleus' }).first().locator('.called')).toContainText(
    `Nucleus ${words}`,
  );
  await expect(page.getByRole('button', { name: /^Nucleus \d/ })).toContainText(
    `right in ${right} of ${right + wrong} tests`,
  );
  await setThreshold(page, 'Nucleus', '0.01');
  await expect(bodyRows(page).first().locator('.called')).toContainText('Nucleus');
  await expect(bodyRows(page).first().locator('.called')).not.toContainText(`Nucleus ${words}`);
});

/** @param {import('@playwright/test').Page} page */
function chosenRow(page) {
  return predictions(page).getByRole('row', { selected: true });
}

test('the keyboard reaches the table whatever is filtered or scrolled, and the focus never gets lost', async ({
  page,
}) => {
  await predictText(
    page,
    fasta(400, (i) => 30 + i),
  );
  const scroller = page.locator('.results');
  const lastHeading = predictions(page).getByRole('columnheader').last().getByRole('button');
  // The chosen row is far away: the first row in sight is entered, and its neighbour comes after it.
  await scroller.evaluate((element) => (element.scrollTop = 9000));
  await expect(bodyRows(page).filter({ hasText: /^\s*rna-1\s/ })).toHaveCount(0);
  await lastHeading.focus();
  await page.keyboard.press('Tab');
  const entered = page.locator('.results tr:focus');
  const place = Number(await entered.getAttribute('data-index'));
  expect(place).toBeGreaterThan(50);
  await page.keyboard.press('Enter');
  await expect(chosenRow(page)).toContainText(`rna-${place + 1}`);
  await page.keyboard.press('ArrowDown');
  await expect(chosenRow(page)).toContainText(`rna-${place + 2}`);
  await expect(chosenRow(page)).toBeFocused();
  // The focused row is scrolled out of the page: the keys go on from it.
  await scroller.evaluate((element) => (element.scrollTop = 0));
  await expect(chosenRow(page)).toHaveCount(0);
  await expect(scroller).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await expect(chosenRow(page)).toContainText(`rna-${place + 1}`);
  await expect(chosenRow(page)).toBeFocused();
  // The filter hides the chosen row.
  await page.getByLabel('Find by name').fill('rna-399');
  await lastHeading.focus();
  await page.keyboard.press('Tab');
  await expect(page.locator('.results tr:focus')).toContainText('rna-399');
  await page.keyboard.press('ArrowDown');
  await expect(chosenRow(page)).toContainText('rna-399');
});

test('the button that predicts keeps the focus, and a double click does not cancel', async ({ page }) => {
  await drop(page, [{ name: 'many.fa', bytes: bytesOf(fasta(3000, () => 200)) }]);
  const button = page.locator('.main-button').first();
  await button.dblclick();
  await expect(page.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await expect(page.getByText('Done: 3,000 RNAs.')).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('button', { name: 'Predict', exact: true })).toBeFocused();
});

test('names, lengths and answers are never cut, and the table does not scroll sideways', async ({ page }) => {
  const name = 'NM_000020_ACVRL1_activin_A_receptor_like_type_1_transcript_variant_2';
  for (const width of [1024, 1280, 2560]) {
    await page.setViewportSize({ width, height: 900 });
    await predictText(page, `>${name}\n${'GAUUACA'.repeat(400)}\n${TWELVE}`);
    const cut = await page
      .locator('.results')
      .evaluate((scroller) =>
        [scroller, ...scroller.querySelectorAll('tr, th, td, button')]
          .filter(({ scrollWidth, clientWidth }) => clientWidth > 0 && scrollWidth > clientWidth + 1)
          .map(({ className, textContent }) => `${className}: ${textContent?.trim()}`),
      );
    expect(cut, `${width} pixels`).toEqual([]);
    await expect(bodyRows(page).first()).toContainText('2,800');
  }
});

test('a hundred thousand rows filter, sort and scroll without a stall', async ({ page }) => {
  test.setTimeout(240_000);
  await drop(page, [{ name: 'many.fa', bytes: bytesOf(fasta(100_000, () => 12)) }]);
  await page.getByRole('button', { name: 'Predict', exact: true }).click();
  await expect(page.getByText('Done: 100,000 RNAs.')).toBeVisible({ timeout: 200_000 });
  const took = await page.evaluate(async () => {
    const table = /** @type {any} */ (document.querySelector('results-table'));
    const frame = async (/** @type {() => void} */ change) => {
      const began = performance.now();
      change();
      await table.updateComplete;
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      return performance.now() - began;
    };
    const scroller = /** @type {HTMLElement} */ (document.querySelector('.results'));
    return {
      filter: await frame(() => (table.filter = { text: '99', kind: 'all' })),
      sort: await frame(() => table.sortBy(0)),
      scroll: await frame(() => (scroller.scrollTop = 20_000)),
    };
  });
  expect(took.filter).toBeLessThan(1500);
  expect(took.sort).toBeLessThan(2500);
  expect(took.scroll).toBeLessThan(300);
  expect(await bodyRows(page).count()).toBeLessThan(60);
});

test('all at once: RNAs by compartments in an order of likeness, attention over the set, k-mers', async ({ page }) => {
  await predictText(page, TWELVE);
  await page.getByRole('button', { name: 'Overview' }).click();
  await expect(page.getByRole('img', { name: /Heat map of 12 RNAs and 5 compartments/ })).toBeVisible();
  const svg = (await downloaded(page, 'Save SVG of the heat map')).bytes.toString();
  expect(svg.match(/<rect/g)?.length).toBeGreaterThanOrEqual(60);
  expect(svg).toContain('model human-snorna');
  await page.getByRole('button', { name: /Read the attention/ }).click();
  await expect(page.getByRole('img', { name: /Mean attention along the RNAs/ })).toBeVisible();
  await expect(page.getByRole('list', { name: /Most attended k-mers for/ }).first()).toBeVisible();
  expect((await downloaded(page, 'Save PNG of the mean attention')).bytes.subarray(1, 4).toString()).toBe('PNG');
  expect((await downloaded(page, 'k-mers as TSV')).bytes.toString()).toContain('compartment\tkmer\tcount\tattention');
  await page.getByRole('img', { name: /Heat map/ }).click({ position: { x: 20, y: 5 } });
  await expect(page.getByRole('region', { name: 'Attention', exact: true })).toBeVisible();
});
