// @ts-check
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from '@playwright/test';
import { modelPath, run, temporary } from '../support/cli.js';
import { bodyRows, bytesOf, downloaded, drop, namesOnShow, open, predictAll, predictText } from '../support/page.js';
import { fasta } from '../support/rnas.js';

const MODEL = 'human-snorna';
const RNAS = fasta(4, (i) => 60 + i * 31);

/** @param {import('@playwright/test').Page} page @param {string} name */
async function fromMenu(page, name) {
  await page.getByText('More…').click();
  return downloaded(page, name);
}

test.beforeEach(async ({ page }) => {
  await open(page, `#predict?model=${MODEL}`);
});

test('JSON holds the results and the run’s parameters', async ({ page }) => {
  await predictText(page, `${RNAS}>empty\n`);
  const { predictions, model, problems, version } = JSON.parse(
    (await fromMenu(page, 'Download JSON')).bytes.toString(),
  );
  expect(predictions.map((/** @type {{ id: string }} */ { id }) => id)).toEqual(['rna-1', 'rna-2', 'rna-3', 'rna-4']);
  expect(model.name).toBe(MODEL);
  expect(model.thresholds).toHaveLength(5);
  expect(model.config.k).toBeGreaterThan(0);
  expect(problems[0].message).toContain('empty');
  expect(version).toMatch(/^\d/);
});

test('FASTA, GFF3 and bedGraph are the command line’s', async ({ page }) => {
  await predictText(page, RNAS);
  const input = temporary('rnas.fa', RNAS);
  const parsed = (await fromMenu(page, 'Download FASTA')).bytes.toString();
  expect(parsed).toBe(run(['predict', '--model', modelPath(MODEL), '--format', 'fasta', input]).stdout.toString());
  for (const [button, what] of [
    ['Download GFF3', 'gff3'],
    ['Download bedGraph', 'bedgraph'],
  ]) {
    const shown = (await fromMenu(page, button)).bytes.toString().split('\n');
    const native = run(['explain', '--model', modelPath(MODEL), '--what', what, input])
      .stdout.toString()
      .split('\n');
    expect(shown.length).toBe(native.length);
    expect(shown[0]).toBe(native[0]);
  }
});

test('IGV loads GFF3 and bedGraph over the FASTA written beside them', async ({ page, context }) => {
  // Which RNAs have stretches above twice uniform attention is the model's affair: one of many will.
  // The names have what GFF3's standard wants escaped.
  await predictText(page, fasta(40, () => 153).replace(/>rna-(\d+)/g, '>gi|$1|(a)/b;c=d%20e,f&g'));
  const genome = (await fromMenu(page, 'Download FASTA')).bytes.toString();
  const gff3 = (await fromMenu(page, 'Download GFF3')).bytes.toString();
  const bedgraph = (await fromMenu(page, 'Download bedGraph')).bytes.toString();
  const rna = /^gi\|[^\t]+(?=\t)/m.exec(gff3)?.[0] ?? 'none has a stretch';
  const igv = readFileSync(createRequire(import.meta.url).resolve('igv/dist/igv.min.js'), 'utf8');
  const viewer = await context.newPage();
  await viewer.setContent('<div id="igv"></div>');
  await viewer.addScriptTag({ content: igv });
  const seen = await viewer.evaluate(
    async ({ genome, gff3, bedgraph, rna }) => {
      const address = (/** @type {string} */ text) => `data:text/plain;base64,${btoa(text)}`;
      const browser = await /** @type {any} */ (window).igv.createBrowser(document.getElementById('igv'), {
        reference: { id: 'rnas', fastaURL: address(genome), indexed: false },
        tracks: [
          { name: 'regions', type: 'annotation', format: 'gff3', url: address(gff3) },
          { name: 'attention', type: 'wig', format: 'bedgraph', url: address(bedgraph) },
        ],
      });
      const features = async (/** @type {string} */ name) => {
        const { track } = browser.trackViews.find((/** @type {any} */ view) => view.track.name === name);
        const all = await track.getFeatures(rna, 0, 153, 1);
        return all.map((/** @type {any} */ { start, end, value, score }) => ({ start, end, value: value ?? score }));
      };
      return { regions: await features('regions'), attention: await features('attention') };
    },
    { genome, gff3, bedgraph, rna },
  );
  const stretches = gff3.split('\n').filter((line) => line.startsWith(`${rna}\t`));
  expect(stretches.length).toBeGreaterThan(0);
  expect(seen.regions).toHaveLength(stretches.length);
  const lines = bedgraph.split('\n').filter((line) => line.startsWith(`${rna}\t`));
  expect(seen.attention.length).toBe(lines.length);
  const highest = Math.max(...lines.map((line) => Number(line.split('\t')[3])));
  expect(Math.max(...seen.attention.map((/** @type {{ value: number }} */ { value }) => value))).toBeCloseTo(
    highest,
    3,
  );
});

test('names are unique over all inputs, as at the command line', async ({ page }) => {
  const [first, second] = ['first.fa', 'second.fa'].map((name) => ({ name, bytes: bytesOf(RNAS) }));
  await drop(page, [first, second]);
  await predictAll(page);
  const inputs = [temporary('first.fa', RNAS), temporary('second.fa', RNAS)];
  const native = run(['predict', '--model', modelPath(MODEL), '--format', 'fasta', ...inputs]).stdout.toString();
  expect(native).toContain('>rna-1_2');
  expect((await fromMenu(page, 'Download FASTA')).bytes.toString()).toBe(native);
});

test('an RNA of nothing but N gets no call, whatever the thresholds are', async ({ page }) => {
  await predictText(page, `>n\n${'N'.repeat(60)}\n`);
  await page.getByText('Thresholds', { exact: true }).click();
  await page.getByLabel('Threshold for Nucleus').evaluate((/** @type {any} */ slider) => {
    slider.value = '0.01';
    slider.dispatchEvent(new Event('input', { bubbles: true }));
  });
  await expect(bodyRows(page).first()).toContainText('none called');
  const row = (await downloaded(page, 'Download TSV')).bytes.toString().trim().split('\n').at(-1)?.split('\t') ?? [];
  expect(row.slice(7, 9)).toEqual(['none', 'none']);
  expect(row[9]).toContain('nothing-read');
});

test('a run file with the sequences repeats the run; one without waits for the same input', async ({ page }) => {
  await drop(page, [{ name: 'four.fa', bytes: bytesOf(RNAS) }]);
  await predictAll(page);
  await page.getByText('Thresholds', { exact: true }).click();
  await page.getByLabel('Threshold for Cytosol').evaluate((/** @type {any} */ slider) => {
    slider.value = '0.01';
    slider.dispatchEvent(new Event('input', { bubbles: true }));
  });
  const bare = await fromMenu(page, 'Save run file');
  expect(bare.name).toBe('human-snorna.rmlocnet.json');
  expect(bare.bytes.toString()).not.toContain('content');
  const whole = await fromMenu(page, 'Save the run with its sequences');

  await page.reload();
  await open(page, '#predict?model=human-mirna');
  await drop(page, [{ name: whole.name, bytes: whole.bytes }]);
  await expect.poll(() => namesOnShow(page)).toEqual(['rna-1', 'rna-2', 'rna-3', 'rna-4']);
  await expect(page.getByText('Thresholds (moved)')).toBeVisible();

  await page.reload();
  await open(page, '#predict?model=human-mirna');
  await drop(page, [{ name: bare.name, bytes: bare.bytes }]);
  await expect(page.getByText(/drop the same input too: four\.fa/)).toBeVisible();
  await drop(page, [{ name: 'renamed.fa', bytes: bytesOf(RNAS) }]);
  await expect(bodyRows(page)).toHaveCount(4);
  await expect(page.getByText('Thresholds (moved)')).toBeVisible();
});

test('a file that is not a run file is refused in words', async ({ page }) => {
  await drop(page, [{ name: 'other.rmlocnet.json', bytes: bytesOf('{"a": 1}') }]);
  await expect(page.getByRole('alert')).toContainText(/other.rmlocnet.json: .*not a run file/);
});
