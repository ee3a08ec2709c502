// @ts-check
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';
import { modelPath, predictTsv, tsvDifference, tsvRows } from '../support/cli.js';
import {
  bodyRows,
  bytesOf,
  downloaded,
  drop,
  modelRow,
  namesOnShow,
  open,
  predictAll,
  predictButton,
  predictText,
  predictions,
  nucleotides,
  pointAt,
  readout,
} from '../support/page.js';
import { fasta } from '../support/rnas.js';

const MODEL = 'human-snorna';
const TWELVE = fasta(12, (i) => 40 + i * 31);

/** @param {import('@playwright/test').Page} page */
async function probabilitiesOnShow(page) {
  return bodyRows(page).evaluateAll((rows) =>
    rows.map((row) =>
      [...row.querySelectorAll('[data-probability]')].map((cell) => Number(cell.getAttribute('data-probability'))),
    ),
  );
}

test.beforeEach(async ({ page }) => {
  await open(page, `#predict?model=${MODEL}`);
});

test('a dropped FASTA file is predicted as the command line predicts it', async ({ page }) => {
  await drop(page, [{ name: 'twelve.fa', bytes: bytesOf(TWELVE) }]);
  await expect(page.getByRole('list', { name: 'Opened files' })).toContainText('twelve.fa');
  await predictAll(page);

  const tsv = predictTsv(MODEL, TWELVE);
  const rows = tsvRows(tsv);
  const headings = predictions(page).locator('thead .probability button');
  const compartments = await headings.evaluateAll((buttons) => buttons.map(({ ariaLabel }) => ariaLabel ?? ''));
  expect(compartments.length).toBeGreaterThan(1);
  expect(await namesOnShow(page)).toEqual(rows.map((row) => Object.values(row)[0]));
  const shown = await probabilitiesOnShow(page);
  rows.forEach((row, i) => {
    compartments.forEach((compartment, c) =>
      expect(Math.abs(shown[i][c] - Number(row[compartment]))).toBeLessThan(1e-4),
    );
  });

  const file = await downloaded(page, 'Download TSV');
  expect(file.name).toMatch(/\.tsv$/);
  expect(tsvDifference(file.bytes, tsv)).toBeNull();
});

test('a gzipped file, a plain file and the text box are predicted together', async ({ page }) => {
  await page.getByLabel('Open files').setInputFiles([
    {
      name: 'zipped.fa.gz',
      mimeType: 'application/gzip',
      buffer: gzipSync(fasta(3, () => 90, 8).replaceAll('rna-', 'zipped-')),
    },
    {
      name: 'plain.fa',
      mimeType: 'text/plain',
      buffer: Buffer.from(fasta(2, () => 70, 9).replaceAll('rna-', 'plain-')),
    },
  ]);
  await predictText(page, '>typed\nACGUACGUACGUACGUACGUGGAUUC\n');
  await expect
    .poll(() => namesOnShow(page))
    .toEqual(['typed', 'zipped-1', 'zipped-2', 'zipped-3', 'plain-1', 'plain-2']);
});

test('T and U, upper and lower case get the same answer', async ({ page }) => {
  const rna = 'AAGACUAUACUUUCAGGGAUCAUUUCUAUAGUGUGUUACUAGAGAAGUUUCUCUGAACGUG';
  await predictText(page, `>u\n${rna}\n>t\n${rna.replaceAll('U', 'T')}\n>lower\n${rna.toLowerCase()}\n`);
  const [u, t, lower] = await probabilitiesOnShow(page);
  expect(t).toEqual(u);
  expect(lower).toEqual(u);
});

test('the example predicts, and the first RNA is explained without a click', async ({ page }) => {
  await page.getByRole('button', { name: 'Example' }).click();
  await predictAll(page);
  await expect(bodyRows(page).first()).toHaveAttribute('aria-selected', 'true');
  await expect(page.getByRole('region', { name: 'Attention' })).toContainText((await namesOnShow(page))[0]);
});

test('the heat map has a cell per nucleotide and its weights sum to 1', async ({ page }) => {
  await predictText(page, TWELVE);
  for (const place of [0, 7]) {
    const row = bodyRows(page).nth(place);
    await row.click();
    const name = await row.getByRole('rowheader').textContent();
    const length = Number(await row.locator('.length').textContent());
    await expect(page.getByRole('slider', { name: `Nucleotides of ${name} ` })).toHaveAttribute(
      'aria-valuemax',
      `${length}`,
    );
    const sums = await page
      .locator('attention-map')
      .evaluate((/** @type {any} */ map) =>
        map.explained.heads.map((/** @type {{ weights: Float32Array }} */ { weights }) =>
          weights.reduce((sum, weight) => sum + weight, 0),
        ),
      );
    for (const sum of sums) expect(Math.abs(sum - 1)).toBeLessThan(1e-4);
    expect(await page.locator('attention-map').evaluate((/** @type {any} */ map) => map.weights[0].length)).toBe(
      length,
    );
  }
});

test('with a head per compartment, the likeliest compartment is shown first and another can be picked', async ({
  page,
}) => {
  await page.getByLabel('Model', { exact: true }).selectOption('human-mirna');
  await page.getByRole('button', { name: 'Example' }).click();
  await predictAll(page);
  const likeliest = (/** @type {number[]} */ row) => row.indexOf(Math.max(...row));
  const first = likeliest((await probabilitiesOnShow(page))[0]);
  const heads = page.getByRole('radiogroup', { name: 'Attention per compartment' }).getByRole('radio');
  await expect(heads.nth(first)).toBeChecked();
  await expect(nucleotides(page)).toHaveAccessibleName(
    new RegExp(
      await heads.nth(first).evaluate((input) => input.parentElement?.textContent?.trim().split(' ')[0] ?? ''),
    ),
  );
  const other = first === 0 ? 1 : 0;
  await heads.nth(other).check();
  await expect(nucleotides(page)).toHaveAccessibleName(
    new RegExp(
      await heads.nth(other).evaluate((input) => input.parentElement?.textContent?.trim().split(' ')[0] ?? ''),
    ),
  );
  await bodyRows(page).nth(1).click();
  await expect(page.getByRole('region', { name: 'Attention' })).toContainText('hsa-let-7a-1');
  await expect(heads.nth(other)).toBeChecked();
});

test('pointing at a nucleotide tells position, letter and weight', async ({ page }) => {
  await predictText(page, '>one\nGAUUACAGGCAUUCUGAUCAAGCUU\n');
  await pointAt(page, 5);
  await expect(readout(page)).toContainText('5 A');
  await expect(readout(page)).toContainText(/\d × uniform \(0\.\d+\)/);
  await nucleotides(page).press('ArrowRight');
  await expect(readout(page)).toContainText('6 C');
});

test('a long RNA zooms, and its letters follow the window', async ({ page }) => {
  await predictText(
    page,
    fasta(1, () => 3000),
  );
  const view = page.getByRole('group', { name: 'Zoom' });
  const views = () =>
    page
      .locator('.zoom-track')
      .evaluateAll((tracks) => [
        ...new Set(tracks.map((/** @type {any} */ { picture }) => JSON.stringify(picture.view))),
      ]);
  for (let i = 0; i < 3; i += 1) await page.getByRole('button', { name: 'Zoom in' }).click();
  await expect(view).toContainText('1313–1688');
  // Tracks, letters and logo show the same.
  expect(await views()).toEqual(['{"first":1312.5,"last":1687.5}']);
  await page.getByRole('button', { name: 'Letters', exact: true }).click();
  const [first, last] = ((await view.textContent()) ?? '').match(/\d+/g)?.map(Number) ?? [];
  expect(last - first).toBeLessThan(120);
  expect(await views()).toHaveLength(1);
  await page.getByRole('button', { name: 'Whole' }).click();
  await expect(view).toContainText('1–3000');
});

test('rows are chosen with the keyboard', async ({ page }) => {
  await predictText(
    page,
    fasta(60, (i) => 30 + i),
  );
  await bodyRows(page).first().focus();
  await page.keyboard.press('ArrowDown');
  await expect(predictions(page).getByRole('row', { selected: true })).toContainText('rna-2');
  await expect(page.getByRole('region', { name: 'Attention' })).toContainText('rna-2');
  await page.keyboard.press('End');
  await expect(predictions(page).getByRole('row', { selected: true })).toContainText('rna-60');
  await page.keyboard.press('Home');
  await expect(predictions(page).getByRole('row', { selected: true })).toContainText('rna-1');
});

test('columns sort, and the download keeps the order read', async ({ page }) => {
  await predictText(page, TWELVE);
  await page.getByRole('button', { name: 'nt', exact: true }).click();
  await expect.poll(() => namesOnShow(page).then((names) => names[0])).toBe('rna-12');
  const file = await downloaded(page, 'Download TSV');
  expect(tsvDifference(file.bytes, predictTsv(MODEL, TWELVE))).toBeNull();
});

test('the picture is saved as SVG and as PNG', async ({ page }) => {
  await predictText(page, '>one\nGAUUACAGGCAUUCUGAUCAAGCUU\n');
  await expect(nucleotides(page)).toBeVisible();
  const svg = (await downloaded(page, 'Save SVG of the attention')).bytes.toString();
  expect(svg).toContain('<svg');
  expect(svg.match(/class="nt"/g)).toHaveLength(25);
  const png = (await downloaded(page, 'Save PNG of the attention')).bytes;
  expect(png.subarray(1, 4).toString()).toBe('PNG');
});

const GOOD = '>good\nGAUUACAGGCAUUCUGAUCAAGCUU\n';
/** @type {{ name: string, bytes: Uint8Array, says: RegExp }[]} */
const MALFORMED = [
  { name: 'no-header.fa', bytes: bytesOf('my RNAs and data\n'), says: /header|definition line|'>'|">"|`>`/i },
  {
    name: 'empty-record.fa',
    bytes: bytesOf('>nothing\n>also-good\nGAUUACAGGC\n'),
    says: /nothing.*(empty|no sequence)|(empty|no sequence).*nothing/i,
  },
  {
    name: 'protein.fa',
    bytes: bytesOf('>insulin\nMALWMRLLPLLALLALWGPDPAAAFVNQHLCGSHLVEALYLVCGERGFFYTPKT\n'),
    says: /protein|letter|amino/i,
  },
  {
    name: 'binary.fa',
    bytes: Uint8Array.from({ length: 4096 }, (_, i) => (i * 167 + 13) % 256),
    says: /binary|text|FASTA/i,
  },
  {
    name: 'cut-short.fa.gz',
    bytes: gzipSync(fasta(400, () => 200)).subarray(0, 9000),
    says: /gz|compress|cut|truncated|incomplete|damaged/i,
  },
];

for (const { name, bytes, says } of MALFORMED) {
  test(`${name} is told in words and loses nothing`, async ({ page }) => {
    await predictText(page, GOOD);
    await expect(bodyRows(page)).toHaveCount(1);
    await drop(page, [{ name, bytes }]);
    await predictAll(page);
    const problems = page.getByRole('region', { name: 'Problems with the input' });
    await expect(problems).toContainText(says);
    await expect(problems).toContainText(name);
    await expect.poll(() => namesOnShow(page)).toContain('good');
  });
}

test('a name given twice is told apart, with a note, and loses nothing', async ({ page }) => {
  await predictText(page, GOOD);
  await drop(page, [{ name: 'twice.fa', bytes: bytesOf('>same\nGAUUACAGGC\n>same\nCCUUACAGGA\n') }]);
  await predictAll(page);
  await expect(bodyRows(page)).toHaveCount(3);
  const names = await namesOnShow(page);
  expect(new Set(names).size).toBe(3);
  await bodyRows(page).nth(2).click();
  await expect(page.getByRole('region', { name: 'Attention' })).toContainText(
    /same.*(twice|already|earlier|duplicate|again|more than once|before)/i,
  );
});

test('input with nothing readable in it leaves the former results on show and explainable', async ({ page }) => {
  await predictText(page, TWELVE);
  await page.getByLabel('RNA sequences (FASTA)').fill('no header here');
  await predictAll(page);
  await expect(page.getByRole('region', { name: 'Problems with the input' })).toBeVisible();
  await expect(bodyRows(page)).toHaveCount(12);
  await bodyRows(page).nth(3).click();
  await expect(page.getByRole('region', { name: 'Attention' })).toContainText('rna-4');
});

test('a file that is not a model is refused in words', async ({ page }) => {
  await drop(page, [{ name: 'not-a-model.safetensors', bytes: bytesOf('hello') }]);
  await expect(page.getByRole('alert')).toContainText('not-a-model.safetensors');
  await expect(page.getByLabel('Model', { exact: true })).toHaveValue(MODEL);
});

test('nothing to predict is said, not ignored', async ({ page }) => {
  await predictButton(page).click();
  await expect(page.getByRole('alert')).toContainText('nothing to predict');
});

test('cancelling keeps what was predicted', async ({ page }) => {
  await drop(page, [{ name: 'many.fa', bytes: bytesOf(fasta(20_000, () => 350)) }]);
  await predictButton(page).click();
  await expect(bodyRows(page).first()).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByText(/^Cancelled\. The [\d,]+ RNAs? predicted so far are kept/)).toBeVisible();
  const kept = Number(await predictions(page).getAttribute('aria-rowcount')) - 1;
  expect(kept).toBeGreaterThan(0);
  expect(kept).toBeLessThan(20_000);
  await bodyRows(page).nth(1).click();
  await expect(page.getByRole('region', { name: 'Attention' })).toContainText('rna-2');
  const file = await downloaded(page, 'Download TSV');
  expect(tsvRows(file.bytes)).toHaveLength(kept);
});

test('thousands of RNAs stay quick to scroll: only those in sight are in the page', async ({ page }) => {
  await drop(page, [{ name: 'many.fa', bytes: bytesOf(fasta(2500, () => 24)) }]);
  await predictAll(page);
  await expect(predictions(page)).toHaveAttribute('aria-rowcount', '2501');
  expect(await bodyRows(page).count()).toBeLessThan(60);
});

test('the address names view and model, never a sequence', async ({ page }) => {
  await predictText(page, GOOD);
  expect(page.url()).toContain(MODEL);
  expect(page.url()).not.toContain('GAUUACA');
  await page.getByRole('link', { name: 'Train' }).click();
  await expect(page).toHaveURL(/#train/);
  await page.goBack();
  await expect(bodyRows(page)).toHaveCount(1);
});

test('a model named like a sequence is used, and its name stays out of the address', async ({ page }) => {
  await drop(page, [{ name: 'GAUUACA.safetensors', bytes: readFileSync(modelPath(MODEL)) }]);
  await expect(page.getByLabel('Model', { exact: true })).toHaveValue('GAUUACA');
  await predictText(page, GOOD);
  await expect(bodyRows(page)).toHaveCount(1);
  await page.getByRole('link', { name: 'Models' }).click();
  await expect(page).toHaveURL(/#models/);
  expect(page.url()).not.toMatch(/GAUUACA/i);
  for (const name of ['human-mirna', 'GAUUACA']) {
    await modelRow(page, name).getByRole('link', { name: 'Use to predict' }).click();
    await expect(page.getByLabel('Model', { exact: true })).toHaveValue(name);
    await page.getByRole('link', { name: 'Models' }).click();
  }
});

test('what a link hides stays hidden from view to view', async ({ page }) => {
  await open(page);
  await expect(page.getByRole('link', { name: 'Train' })).toBeVisible();
  await page.goto('./#predict?hide=train,device');
  const device = page.getByRole('combobox', { name: 'Compute on', includeHidden: true });
  await expect(device).toHaveCount(0);
  await page.getByRole('link', { name: 'Help' }).click();
  await expect(page).toHaveURL(/#help\?.*hide=train,device/);
  await expect(page.getByRole('link', { name: 'Train' })).toHaveCount(0);
  await expect(device).toHaveCount(0);
  await expect(page.getByRole('link', { name: 'Models' })).toBeVisible();
});
