// @ts-check
import { expect, test } from '@playwright/test';
import { predictTsv, tsvDifference, tsvRows } from '../support/cli.js';
import {
  bodyRows,
  bytesOf,
  computeOn,
  computingOn,
  downloaded,
  machineMenu,
  drop,
  namesOnShow,
  open,
  predictAll,
  predictButton,
  predictions,
} from '../support/page.js';
import { fasta } from '../support/rnas.js';
import { inWorkers, trapInCall, trapOverWord, withoutRelaxedSimd } from '../support/workers.js';

const MODEL = 'human-snorna';
/** Lengths that change from record to record by two orders of magnitude. */
const MIXED = fasta(400, (i) => 20 + ((i * 7919) % 37) * ((i % 5) + 1) ** 2);

/** @param {import('@playwright/test').Page} page @param {number} count */
async function withProcessors(page, count) {
  await page.addInitScript(
    (processors) => Object.defineProperty(Navigator.prototype, 'hardwareConcurrency', { get: () => processors }),
    count,
  );
}

/** @param {import('@playwright/test').Page} page @param {string} text */
async function predictFile(page, text) {
  await drop(page, [{ name: 'input.fa', bytes: bytesOf(text) }]);
  await predictAll(page);
}

for (const processors of [1, 4]) {
  test(`with ${processors} processors mixed lengths come out in the order of the input, as the command line gives them`, async ({
    page,
  }) => {
    await withProcessors(page, processors);
    await open(page, `#predict?model=${MODEL}`);
    await expect(computingOn(page)).toContainText(processors === 1 ? '1 worker' : `${processors} workers`);
    const before = page.workers().length;
    await predictFile(page, MIXED);
    expect(page.workers().length - before).toBe(processors - 1);
    const file = await downloaded(page, 'Download TSV');
    expect(tsvDifference(file.bytes, predictTsv(MODEL, MIXED))).toBeNull();
  });
}

test('bad records between good ones are listed, and the order holds', async ({ page }) => {
  await open(page, `#predict?model=${MODEL}`);
  const lines = MIXED.trim().split('\n');
  const holed = [...lines.slice(0, 100), '>nothing', ...lines.slice(100, 500), '>tiny', 'A', ...lines.slice(500)].join(
    '\n',
  );
  await predictFile(page, `${holed}\n`);
  const problems = page.getByRole('region', { name: 'Problems with the input' });
  await expect(problems).toContainText('nothing');
  await expect(problems).toContainText('tiny');
  const file = await downloaded(page, 'Download TSV');
  expect(tsvDifference(file.bytes, predictTsv(MODEL, MIXED))).toBeNull();
});

test('a record that stops a worker becomes a problem, and no other record is lost', async ({ page }) => {
  await inWorkers(page, 'compute', trapOverWord, { argument: { word: 'poison' } });
  await open(page, `#predict?model=${MODEL}`);
  const poisoned = MIXED.replace('>rna-150\n', '>poison\n');
  await predictFile(page, poisoned);
  await expect(page.getByRole('region', { name: 'Problems with the input' })).toContainText(/record 'poison'.*stopped/);
  const file = await downloaded(page, 'Download TSV');
  expect(tsvRows(file.bytes)).toHaveLength(399);
  // Nothing stops the command line, which reads it as any other.
  const without = predictTsv(MODEL, poisoned)
    .toString()
    .split(/(?<=\n)/)
    .filter((line) => !line.startsWith('poison\t'))
    .join('');
  expect(tsvDifference(file.bytes, Buffer.from(without))).toBeNull();
  // What came before and after it is still held, and explained by a fresh worker.
  await bodyRows(page).nth(2).click();
  await expect(page.getByRole('region', { name: 'Attention' })).toContainText('rna-3');
});

test('a worker that stops in the middle is replaced and its batch redone', async ({ page }) => {
  await inWorkers(page, 'compute', trapInCall, { argument: { called: 'model_predict', times: 3 }, most: 1 });
  await open(page, `#predict?model=${MODEL}`);
  await predictFile(page, MIXED);
  await expect(page.getByRole('region', { name: 'Problems with the input' })).toHaveCount(0);
  const file = await downloaded(page, 'Download TSV');
  expect(tsvDifference(file.bytes, predictTsv(MODEL, MIXED))).toBeNull();
});

test('a reader that stops is told in words; what it read before is predicted', async ({ page }) => {
  await inWorkers(page, 'read', trapInCall, { argument: { called: 'reader_window', times: 3 }, most: 1 });
  await open(page, `#predict?model=${MODEL}`);
  await predictFile(page, MIXED);
  await expect(page.getByRole('region', { name: 'Problems with the input' })).toContainText(
    'Reading stopped unexpectedly here',
  );
  const names = await namesOnShow(page);
  expect(names.length).toBeGreaterThan(0);
  expect(names[0]).toBe('rna-1');
  // The next run has a fresh reader.
  await predictAll(page);
  await expect(predictions(page)).toHaveAttribute('aria-rowcount', '401');
});

test('cancelling a run of long RNAs is at once, and the next run begins at once', async ({ page }) => {
  await open(page, `#predict?model=${MODEL}`);
  await drop(page, [{ name: 'long.fa', bytes: bytesOf(fasta(3000, () => 6000)) }]);
  await predictButton(page).click();
  await expect(bodyRows(page).first()).toBeVisible();
  const cancelled = await page.evaluate(async () => {
    const began = performance.now();
    [...document.querySelectorAll('button')].find((button) => button.textContent === 'Cancel')?.click();
    while (!document.querySelector('predict-view [role=status]')?.textContent?.startsWith('Cancelled'))
      await new Promise(requestAnimationFrame);
    return performance.now() - began;
  });
  expect(cancelled).toBeLessThan(500);
  await page.getByRole('button', { name: 'Clear' }).click();
  await page.getByLabel('RNA sequences (FASTA)').fill('>next\nGAUUACAGGCAUUCUGAUCAAGCUU\n');
  await predictAll(page);
  await expect.poll(() => namesOnShow(page)).toEqual(['next']);
});

test('tens of thousands of RNAs leave the page itself almost idle', async ({ page }) => {
  const RNAS = 30_000;
  await open(page, `#predict?model=human-mirna`);
  await drop(page, [{ name: 'many.fa', bytes: bytesOf(fasta(RNAS, () => 22)) }]);
  const session = await page.context().newCDPSession(page);
  // In time the page's thread really computed: what other programs take of the processor does not count.
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const busy = async () =>
    (await session.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN;
  const before = await busy();
  // Waited for in the page, because asking it from here would be work for it too.
  await page.evaluate(async () => {
    [...document.querySelectorAll('button')].find((button) => button.textContent === 'Predict')?.click();
    while (!/^(Done|Stopped)/.test(document.querySelector('predict-view [role=status]')?.textContent ?? ''))
      await new Promise((resolve) => setTimeout(resolve, 250));
  });
  const spent = (await busy()) - before;
  await expect(predictions(page)).toHaveAttribute('aria-rowcount', `${RNAS + 1}`);
  // A first picture and a tenth of a millisecond per RNA: a frame in seven, were a thousand predicted in a second.
  expect(spent).toBeLessThan(1 + 1e-4 * RNAS);
});

test('where the browser has fused multiply-add the build that uses it is taken, else the plain one; both agree with the command line', async ({
  page,
  browser,
  baseURL,
}) => {
  await open(page, `#predict?model=${MODEL}`);
  await expect(computingOn(page)).toContainText('fused multiply-add');
  const plain = await (await browser.newContext({ baseURL })).newPage();
  await withoutRelaxedSimd(plain);
  await open(plain, `#predict?model=${MODEL}`);
  await expect(computingOn(plain)).not.toContainText('fused');
  const expected = predictTsv(MODEL, MIXED);
  for (const one of [page, plain]) {
    await predictFile(one, MIXED);
    expect(tsvDifference((await downloaded(one, 'Download TSV')).bytes, expected)).toBeNull();
  }
});

test('a browser without WebGPU, or without an adapter, computes on the CPU and says why', async ({
  page,
  browser,
  baseURL,
}) => {
  /** @type {string[]} */
  const asked = [];
  page.context().on('request', (request) => asked.push(request.url()));
  await open(page);
  await expect(computingOn(page)).toContainText('CPU: this browser offers no graphics adapter');
  expect(asked.filter((url) => url.includes('core-')).length).toBeGreaterThan(0);
  // Neither the page nor its store for use without a network fetches what is of no use here.
  expect(asked.filter((url) => url.includes('core-webgpu'))).toEqual([]);
  expect(await page.evaluate(() => fetch('sw.js').then((response) => response.text()))).not.toContain('core-webgpu');
  const without = await (await browser.newContext({ baseURL })).newPage();
  await without.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'gpu'));
  await open(without);
  await expect(computingOn(without)).toContainText('CPU: this browser has no WebGPU');
});

test('what to compute on is chosen by hand, said, and kept in the address from view to view', async ({ page }) => {
  await open(page);
  await computeOn(page, 'CPU');
  await expect(computingOn(page)).toContainText('CPU: as requested');
  await page.getByRole('link', { name: 'Train' }).click();
  await expect(page).toHaveURL(/#train\?.*device=cpu/);
  await page.reload();
  await expect((await machineMenu(page)).getByRole('combobox', { name: 'Compute on' })).toHaveValue('cpu');
  await expect(computingOn(page)).toContainText('CPU: as requested');
});
