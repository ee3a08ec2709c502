// @ts-check
import { expect, test } from '@playwright/test';
import { modelPath, run, temporary, tsvRows } from '../support/cli.js';
import { bodyRows, downloaded, nucleotides, open, pointAt, predictText, readout } from '../support/page.js';
import { fasta } from '../support/rnas.js';

const MODEL = 'human-mirna';
const LET_7A = '>let-7a\nUGAGGUAGUAGGUUGUAUAGUU\n';

/** @param {string} fastaText @param {string[]} args */
function explainTsv(fastaText, args) {
  const { status, stdout, stderr } = run([
    'explain',
    '--model',
    modelPath(MODEL),
    temporary('one.fa', fastaText),
    ...args,
  ]);
  if (status !== 0) throw new Error(stderr);
  return { rows: tsvRows(stdout), said: stderr };
}

/** @param {import('@playwright/test').Page} page */
function attention(page) {
  return page.getByRole('region', { name: 'Attention', exact: true });
}

test.beforeEach(async ({ page }) => {
  await open(page, `#predict?model=${MODEL}`);
});

test('mutagenesis changes every position to every letter, as the command line does', async ({ page }) => {
  await predictText(page, LET_7A);
  await page.getByRole('button', { name: 'Mutagenesis', exact: true }).click();
  await expect(page.locator('mutation-track')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Stop: Mutagenesis' })).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Changes as TSV' }).first()).toBeEnabled();
  const rows = tsvRows((await downloaded(page, 'Changes as TSV')).bytes);
  expect(rows).toHaveLength(22 * 3);
  const native = explainTsv(LET_7A, ['--what', 'mutagenesis']).rows;
  rows.forEach((row, i) => {
    expect([row.position, row.from, row.to]).toEqual([native[i].position, native[i].from, native[i].to]);
    expect(Math.abs(Number(row.Nucleus) - Number(native[i].Nucleus))).toBeLessThan(1e-4);
  });
  await pointAt(page, 5);
  await expect(readout(page)).toContainText(/Change if it were, \S+\s*A [+−]0\.\d{3}/);
  const svg = (await downloaded(page, 'Save SVG of the attention')).bytes.toString();
  expect(svg).toContain('class="mutagenesis"');
});

test('integrated gradients are the command line’s, and add up to what the score gains', async ({ page }) => {
  await predictText(page, LET_7A);
  await page.getByRole('button', { name: 'Integrated gradients', exact: true }).click();
  const track = page.locator('gradient-track');
  await expect(track).toBeVisible();
  const downloadedRows = tsvRows((await downloaded(page, 'Gradients as TSV')).bytes);
  const native = explainTsv(LET_7A, ['--what', 'gradients']);
  expect(downloadedRows).toHaveLength(22);
  downloadedRows.forEach((row, i) => {
    const other = native.rows[i];
    expect([row.id, row.compartment, row.position, row.nucleotide]).toEqual([
      other.id,
      other.compartment,
      other.position,
      other.nucleotide,
    ]);
    expect(Math.abs(Number(row.attribution) - Number(other.attribution))).toBeLessThan(2e-3);
  });
  const numbers = (await page.getByText(/Contributions sum to [+−]/).textContent())?.match(/[+−]\d+\.\d{3}/g) ?? [];
  const [sum, withheld, whole] = numbers.map((number) => Number(number.replace('−', '-')));
  expect(Math.abs(sum - (whole - withheld))).toBeLessThan(0.03 * Math.abs(whole - withheld));
  await pointAt(page, 5);
  await expect(readout(page)).toContainText(/Adds to the score, \S+\s*[+−]0\.\d{3}/);
  await page.getByLabel('Letters as tall as').selectOption('gradients');
  await expect(page.locator('sequence-logo')).toContainText('part in the score of');
  expect((await downloaded(page, 'Save SVG of the attention')).bytes.toString()).toContain('class="gradients"');
  // Of another compartment nothing has been asked yet.
  const asked = page.getByLabel('Compartment', { exact: true });
  const other = (
    await asked
      .locator('option')
      .evaluateAll((options) => options.map((option) => /** @type {HTMLOptionElement} */ (option).value))
  ).find((name) => name !== native.rows[0].compartment);
  const first = await asked.inputValue();
  await asked.selectOption(other ?? '');
  await expect(track).toHaveCount(0);
  await asked.selectOption(first);
  await expect(track).toBeVisible();
});

test('integrated gradients of a longer RNA show how far they are, stop when told, and go on', async ({ page }) => {
  await page.getByLabel('Model', { exact: true }).selectOption('human-lncrna');
  await predictText(
    page,
    fasta(1, () => 8000),
  );
  const start = page.getByRole('button', { name: 'Integrated gradients', exact: true });
  await expect(start).toBeVisible();
  // It takes a second or two: whoever stops it must be quick.
  const progress = await start.evaluate(async (/** @type {HTMLElement} */ button) => {
    const row = /** @type {HTMLElement} */ (button.closest('section'));
    button.click();
    /** @type {HTMLElement | null} */
    let stop = null;
    while (!(stop = row.querySelector('[aria-label="Stop: Integrated gradients"]')) || !/of 64/.test(row.innerText))
      await new Promise(requestAnimationFrame);
    const words = row.innerText;
    stop.click();
    return words;
  });
  expect(progress).toMatch(/\d+ of 64 points/);
  await expect(start).toBeEnabled();
  await expect(page.locator('gradient-track')).toHaveCount(0);
  await start.click();
  await expect(page.locator('gradient-track')).toBeVisible({ timeout: 60_000 });
  await expect(start).toBeDisabled();
});

test('mutagenesis of a longer RNA shows how far it is, stops when told, and keeps what is known', async ({ page }) => {
  // This one reads more of an RNA, and so has more to do.
  await page.getByLabel('Model', { exact: true }).selectOption('human-lncrna');
  await predictText(
    page,
    fasta(1, () => 2000),
  );
  const start = page.getByRole('button', { name: 'Mutagenesis of 1–1500', exact: true });
  await start.click();
  await expect(page.getByText(/[\d,]+ of 1,500 nucleotides/)).toBeVisible();
  await expect
    .poll(() => page.locator('explain-panel').evaluate((/** @type {any} */ panel) => panel.mutagenesis.done))
    .toBeGreaterThan(0);
  await page.getByRole('button', { name: 'Stop: Mutagenesis' }).click();
  await expect(start).toBeVisible();
  const known = await page.locator('explain-panel').evaluate((/** @type {any} */ panel) => panel.mutations().known);
  expect(known).toBeGreaterThan(0);
  expect(known).toBeLessThan(1500);
});

test('motifs of the literature and one’s own are counted, drawn and saved, as the command line does', async ({
  page,
}) => {
  const rnas = `>box\nGGAUGAUGAACCUUGAGGACUAACUGAUUAUUUAUUCUGAGG\n${LET_7A}`;
  await predictText(page, rnas);
  const card = page.getByRole('region', { name: 'Motifs', exact: true });
  const row = (/** @type {string} */ name) =>
    card.getByRole('row').filter({ has: page.getByRole('rowheader', { name: new RegExp(`^${name}\\b`) }) });
  await expect(row('D box')).toContainText('CUGA');
  await expect(row('D box').getByRole('cell').nth(1)).toHaveText('2');
  await expect(card).toContainText('Not in this RNA: SIRLOIN core');
  await row('D box').getByRole('button', { name: 'D box' }).click();
  await expect(page.locator('motif-track')).toHaveAttribute(
    'aria-label',
    'CUGA stands at 2 places, first at position 24',
  );
  expect((await downloaded(page, 'Save SVG of the attention')).bytes.toString()).toContain('class="motif"');
  await row('D box').getByRole('button', { name: 'D box' }).click();
  await expect(page.locator('motif-track')).toHaveCount(0);
  const own = card.getByLabel('Your own');
  await own.fill('GGXG');
  await own.press('Enter');
  await expect(card.getByRole('alert')).toContainText("'X' in the motif 'GGXG'");
  await own.fill('ggay');
  await own.press('Enter');
  await expect(row('GGAY').getByRole('cell').nth(1)).toHaveText('2');
  await expect(page.locator('motif-track')).toHaveAttribute(
    'aria-label',
    'GGAY stands at 2 places, first at position 1',
  );
  await expect(card.getByRole('alert')).toHaveCount(0);
  const rows = tsvRows((await downloaded(page, 'Motifs as TSV')).bytes);
  const native = explainTsv(rnas, ['--what', 'motifs', '--motif', 'GGAY', '--record', 'box']).rows;
  expect(rows.length).toBeGreaterThan(10);
  expect(rows.map(({ attention, ...rest }) => rest)).toEqual(native.map(({ attention, ...rest }) => rest));
  rows.forEach(({ attention }, i) =>
    attention === '-'
      ? expect(native[i].attention).toBe('-')
      : expect(Math.abs(Number(attention) - Number(native[i].attention))).toBeLessThan(2e-3),
  );
  // The person's own stays from RNA to RNA.
  await bodyRows(page).nth(1).click();
  await expect(page.getByRole('region', { name: 'Attention', exact: true })).toContainText('let-7a');
  await expect(card).toContainText('GGAY');
  // Once more, spelt otherwise: it does not stand twice. Removed, it is gone.
  await own.fill('GGAY');
  await own.press('Enter');
  await expect(own).toHaveValue('');
  await expect(card.getByRole('button', { name: /Remove the motif/ })).toHaveCount(1);
  await card.getByRole('button', { name: 'Remove the motif ggay' }).click();
  await expect(card).not.toContainText('GGAY');
  await expect(card).toContainText('Not in this RNA');
});

test('the deletion curve and its line of words are the command line’s', async ({ page }) => {
  await predictText(page, LET_7A);
  const card = page.getByRole('region', { name: 'Deletion curve' });
  await expect(card.getByRole('status')).toContainText(
    /Masking the most-attended \d+ % changes .* from 0\.\d\d to 0\.\d\d/,
  );
  const said = await card.getByRole('status').textContent();
  const native = explainTsv(LET_7A, ['--what', 'deletion']);
  expect(native.said).toContain(said?.trim());
  const waiting = page.waitForEvent('download');
  await card.getByRole('button', { name: 'TSV' }).click();
  expect((await waiting).suggestedFilename()).toBe('let-7a-deletion.tsv');
});

test('the k-mers shown are those of the chosen size, the most attended first', async ({ page }) => {
  await predictText(page, LET_7A);
  const card = page.getByRole('region', { name: 'Informative k-mers' });
  const most = card.getByRole('list', { name: 'Most attended k-mers' }).getByRole('listitem');
  await expect(most.first()).toContainText(/^\s*[ACGU]{4}/);
  await card.getByLabel('k', { exact: true }).selectOption('6');
  await expect(most.first()).toContainText(/^\s*[ACGU]{6}/);
  const values = await most.evaluateAll((items) =>
    items.map((item) => Number(/([\d.]+) times/.exec(item.textContent ?? '')?.[1])),
  );
  expect(values).toEqual(values.toSorted((a, b) => b - a));
});

test('the attention over a range is summed, by numbers and by dragging with Shift', async ({ page }) => {
  await predictText(page, LET_7A);
  await page.getByLabel('First nucleotide of the range').fill('1');
  await page.getByLabel('First nucleotide of the range').blur();
  await expect(page.locator('range-sum .sum').first()).toContainText('100 %');
  await page.getByLabel('Last nucleotide of the range').fill('8');
  await page.getByLabel('Last nucleotide of the range').blur();
  const expected = await page
    .locator('attention-map')
    .evaluate((/** @type {any} */ map) =>
      map.explained.heads[0].weights
        .slice(0, 8)
        .reduce((/** @type {number} */ sum, /** @type {number} */ weight) => sum + weight, 0),
    );
  await expect(page.locator('range-sum .sum').first()).toContainText(`${(100 * expected).toFixed(0)} %`);
  const track = page.locator('attention-track').first();
  const box = await track.boundingBox();
  if (!box) throw new Error('no track');
  await page.keyboard.down('Shift');
  await page.mouse.move(box.x + 2, box.y + 8);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, box.y + 8, { steps: 4 });
  await page.mouse.up();
  await page.keyboard.up('Shift');
  await expect(page.getByLabel('Last nucleotide of the range')).toHaveValue('12');
});

test('the logo draws a letter for every nucleotide in view', async ({ page }) => {
  await predictText(page, LET_7A);
  await expect(page.getByRole('img', { name: 'Sequence logo of nucleotides 1 to 22' })).toBeVisible();
  const svg = (await downloaded(page, 'Save SVG of the sequence logo')).bytes.toString();
  expect(svg.match(/font-weight="bold" font-family/g)?.length).toBeGreaterThan(10);
});

test('a changed base is compared: probabilities, aligned attention, list of changes', async ({ page }) => {
  await predictText(page, LET_7A);
  const card = page.getByRole('region', { name: 'Compare with a variant' });
  await card.getByText('Compare with a variant').click();
  await card.getByLabel(/The variant/).fill('tgaggtagtaggttgtatCgtt');
  await card.getByRole('button', { name: 'Compare', exact: true }).click();
  await expect(card).toContainText('1 change; 22 and 22 nt.');
  await expect(card.getByRole('region', { name: 'Changes' }).getByRole('row').nth(1)).toContainText(/19\s*A\s*C/);
  await expect(card.locator('aligned-tracks canvas').first()).toBeVisible();
  const waiting = page.waitForEvent('download');
  await card.getByRole('button', { name: 'Changes as TSV' }).click();
  expect((await waiting).suggestedFilename()).toBe('let-7a-variant.tsv');
  await card.getByLabel(/The variant/).fill('MALWMRLLP');
  await card.getByRole('button', { name: 'Compare', exact: true }).click();
  await expect(card.getByRole('alert')).toContainText(/letter|protein/i);
});

test('an isoform with a stretch left out is aligned with a gap', async ({ page }) => {
  await predictText(page, LET_7A);
  const card = page.getByRole('region', { name: 'Compare with a variant' });
  await card.getByText('Compare with a variant').click();
  await card.getByLabel(/The variant/).fill('UGAGGUAGUAGUAUAGUU');
  await card.getByRole('button', { name: 'Compare', exact: true }).click();
  await expect(card).toContainText('22 and 18 nt.');
  await expect(card.getByRole('region', { name: 'Changes' })).toContainText('–');
});

test('an RNA of 90,000 nt is shown and zooms at once', async ({ page }) => {
  await predictText(
    page,
    fasta(1, () => 90_000),
  );
  await expect(attention(page)).toContainText('90,000 nt', { timeout: 60_000 });
  const worst = await page.evaluate(async () => {
    const longest = { ms: 0 };
    const map = /** @type {any} */ (document.querySelector('attention-map'));
    for (let i = 0; i < 12; i += 1) {
      const began = performance.now();
      map.zoom(i < 10 ? 0.5 : 1e9);
      await map.updateComplete;
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      longest.ms = Math.max(longest.ms, performance.now() - began);
    }
    return longest.ms;
  });
  expect(worst).toBeLessThan(1000);
  await expect(page.getByRole('button', { name: 'Test it' })).toBeVisible();
});

test('another RNA chosen meanwhile ends what was asked of the first', async ({ page }) => {
  await predictText(
    page,
    fasta(2, () => 900),
  );
  await page.getByRole('button', { name: /^Mutagenesis/ }).click();
  await bodyRows(page).nth(1).click();
  await expect(attention(page)).toContainText('rna-2');
  await expect(page.getByRole('button', { name: /^Mutagenesis/ })).toBeEnabled();
  await expect(page.locator('mutation-track')).toHaveCount(0);
});
