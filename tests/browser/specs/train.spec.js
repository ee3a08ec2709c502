// @ts-check
import { expect, test } from '@playwright/test';
import { run, temporary, trainingLosses } from '../support/cli.js';
import { bodyRows, bytesOf, downloaded, drop, open, predictText, requests } from '../support/page.js';
import { labelledFasta } from '../support/rnas.js';
import { inWorkers, trapInCall } from '../support/workers.js';

const SET = labelledFasta(90, 48);

/** @param {import('@playwright/test').Page} page @param {number} epochs */
async function prepare(page, epochs, set = SET) {
  await drop(page, [{ name: 'planted.fa', bytes: bytesOf(set) }]);
  await expect(page.getByText(/^\s*planted\.fa: \d+ RNAs/)).toBeVisible();
  await page.getByLabel('Epochs').fill(String(epochs));
  await page.getByLabel('Epochs').blur();
}

/** @param {import('@playwright/test').Page} page */
function historyRows(page) {
  return page.locator('attention-history').evaluate((/** @type {any} */ history) => history.rows.length);
}

test.beforeEach(async ({ page }) => {
  await open(page, '#train');
});

test('train, pause, resume, finish, save, and predict with the model', async ({ page }) => {
  await prepare(page, 40);
  await expect(page.getByRole('table', { name: 'RNAs per compartment' })).toContainText('Nucleus');
  await page.getByRole('button', { name: 'Start' }).click();
  await expect.poll(() => historyRows(page), { timeout: 90_000 }).toBeGreaterThan(1);

  await page.getByRole('button', { name: 'Pause' }).click();
  const status = page.locator('train-view').getByRole('status');
  await expect(status).toContainText('Paused');
  // Steps that were asked for before still arrive, on a busy machine seconds later.
  let paused = '';
  await expect
    .poll(
      async () => {
        const before = paused;
        paused = (await status.textContent()) ?? '';
        return paused === before;
      },
      { intervals: [1000], timeout: 15_000 },
    )
    .toBe(true);
  expect(paused).toContain('Paused');
  const rows = await historyRows(page);
  expect(rows).toBeLessThan(41);
  await page.waitForTimeout(1200);
  expect(await status.textContent()).toBe(paused);
  expect(await historyRows(page)).toBe(rows);

  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(page.getByRole('button', { name: 'Save model' })).toBeVisible({ timeout: 100_000 });
  // Before training, then a row after each epoch.
  expect(await historyRows(page)).toBe(41);
  const sums = await page
    .locator('attention-history')
    .evaluate((/** @type {any} */ history) =>
      history.rows.map((/** @type {{ weights: Float32Array }} */ row) => [
        row.weights.length,
        row.weights.reduce((a, b) => a + b, 0),
      ]),
    );
  for (const [length, sum] of sums) {
    expect(length).toBe(48);
    expect(Math.abs(sum - 1)).toBeLessThan(1e-4);
  }
  await expect(page.getByRole('img', { name: /Training: \d\.\d+\. Validation: \d\.\d+/ })).toBeVisible();
  const result = page.getByRole('region', { name: 'Held-out result' });
  await expect(result).toContainText(/(better|worse) than length alone/);
  await expect(result.getByRole('row', { name: /Length alone/ })).toContainText(/0\.\d{3}/);

  const saved = (await downloaded(page, 'Save model')).bytes;
  expect(saved.length).toBeGreaterThan(1000);

  await page.getByRole('button', { name: 'Use to predict' }).click();
  await expect(page.getByLabel('Model', { exact: true })).toHaveValue('planted-trained');
  await predictText(page, '>one\nGAUUACAUGAUGAUGAUUCUGAUCAAGCUU\n');
  const before = await bodyRows(page).first().innerText();

  // The saved file, opened again, is the same model.
  await drop(page, [{ name: 'again.safetensors', bytes: saved }]);
  await expect(page.getByLabel('Model', { exact: true })).toHaveValue('again');
  await predictText(page, '>one\nGAUUACAUGAUGAUGAUUCUGAUCAAGCUU\n');
  await expect(page.getByRole('region', { name: 'Results' })).toContainText('again');
  expect(await bodyRows(page).first().innerText()).toBe(before);
});

/**
 * A saved SVG as an XML reader sees it.
 * @param {import('@playwright/test').Page} page
 * @param {string} text
 */
function read(page, text) {
  return page.evaluate((svg) => {
    const file = new DOMParser().parseFromString(svg, 'image/svg+xml');
    const line = (/** @type {string} */ kind) => {
      const path = file.querySelector(`[aria-description="${kind} loss"] path`);
      return {
        points: path?.getAttribute('d')?.split('L').length ?? 0,
        stroke: path?.closest('[stroke]')?.getAttribute('stroke'),
      };
    };
    return {
      root: file.documentElement.nodeName,
      words: [...file.querySelectorAll('text')].map((text) => text.textContent).join('\n'),
      training: line('training'),
      validation: line('validation'),
      strips: [...file.querySelectorAll('.strip')].map(({ firstElementChild: first, lastElementChild: last }) => {
        const of = (/** @type {Element | null} */ cell, /** @type {string} */ name) => Number(cell?.getAttribute(name));
        return { from: of(first, 'x'), to: Math.round(of(last, 'x') + of(last, 'width')), y: of(first, 'y') };
      }),
      letters: [...file.querySelectorAll('.nt')].map((letter) => letter.textContent).join(''),
    };
  }, text);
}

/** @param {Buffer} png */
function pngSize(png) {
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  return [png.readUInt32BE(16), png.readUInt32BE(20)];
}

test('the loss chart and the attention by epoch are saved as SVG and as PNG', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await prepare(page, 4);
  await expect(page.getByRole('button', { name: 'Save SVG of the loss chart' })).toBeDisabled();
  await expect(page.getByRole('button', { name: 'Save PNG of the attention by epoch' })).toBeDisabled();
  await page.getByRole('button', { name: 'Start' }).click();
  await expect(page.getByRole('button', { name: 'Save model' })).toBeVisible({ timeout: 90_000 });
  await expect(page.locator('train-view').getByRole('status')).toContainText('Done');
  const trained = /rmlocnet \d+\.\d+\.\d+.*trained on planted\.fa, preset \S+, seed 1, 4 of 4 epochs/s;

  const lossFile = await downloaded(page, 'Save SVG of the loss chart');
  expect(lossFile.name).toBe('planted-loss.svg');
  const loss = await read(page, lossFile.bytes.toString());
  expect(loss.root).toBe('svg');
  expect(loss.validation.points).toBe(4);
  expect(loss.training.points).toBe(4);
  expect(loss.validation.stroke).not.toBe(loss.training.stroke);
  expect(loss.words).toContain('Loss by epoch: planted.fa (90 RNAs)');
  expect(loss.words).toMatch(trained);

  const historyFile = await downloaded(page, 'Save SVG of the attention by epoch');
  expect(historyFile.name).toBe('made-1-attention-by-epoch.svg');
  const history = await read(page, historyFile.bytes.toString());
  const [rows, sequence] = await page
    .locator('attention-history')
    .evaluate((/** @type {any} */ shown) => [shown.rows.length, shown.sequence]);
  expect(rows).toBe(5);
  expect(history.strips).toHaveLength(rows);
  // A row under the other, from the first nucleotide to the last.
  history.strips.forEach((strip, i) => {
    expect([strip.from, strip.to]).toEqual([history.strips[0].from, 1176]);
    if (i > 0) expect(strip.y).toBeGreaterThan(history.strips[i - 1].y);
  });
  expect(history.letters).toBe(sequence);
  expect(history.words).toMatch(/made-1 \(48 nt\), attention by epoch: \S/);
  expect(history.words).toMatch(trained);

  for (const [what, svg] of /** @type {const} */ ([
    ['the loss chart', lossFile],
    ['the attention by epoch', historyFile],
  ])) {
    const text = svg.bytes.toString();
    // A file stands alone: the page's colours and theme are not there to ask for.
    expect(text).not.toMatch(/var\(|href=|url\(/);
    const png = (await downloaded(page, `Save PNG of ${what}`)).bytes;
    const [width, height] = /width="(\d+)" height="(\d+)"/.exec(text)?.slice(1).map(Number) ?? [];
    expect(pngSize(png)).toEqual([2 * width, 2 * height]);
    expect(png.length).toBeGreaterThan(10_000);
  }
  await expect(requests(page)).toHaveText(/^0 network requests /);
});

test('the page trains as the command line does: the losses of 20 steps agree', async ({ page }) => {
  const set = labelledFasta(600, 40);
  const options = { preset: 'human-mirna', epochs: 3, seed: 7 };
  const native = trainingLosses({ data: set, ...options });
  const here = await page.evaluate(async ([set, begin]) => {
    const { engine } = /** @type {any} */ (document.querySelector('rmlocnet-app'));
    const { remote: worker } = await engine.trainer.ready();
    await worker.read(new TextEncoder().encode(/** @type {string} */ (set)), null);
    await worker.begin(begin);
    const losses = [];
    for (let step = 0; step < 20; step += 1) losses.push((await worker.step(1)).training_loss);
    return losses;
  }, /** @type {const} */ ([set, options]));
  expect(native.length).toBeGreaterThanOrEqual(20);
  here.forEach((loss, step) => expect(Math.abs(loss - native[step])).toBeLessThan(1e-3));
});

test('GeneticSeq2Vec gives the same matrix as the command line, to the last bit', async ({ page }) => {
  const set = labelledFasta(60, 200);
  const options = { k: 3, stride: 2, hops: 5, dim: 70, mode: 'weighted', seed: 3 };
  const settings = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const native = run(['embed', '--data', temporary('set.fa', set), ...settings, '--json']);
  expect(native.status).toBe(0);
  const here = await page.evaluate(async ([set, options]) => {
    const { engine } = /** @type {any} */ (document.querySelector('rmlocnet-app'));
    const { remote: worker } = await engine.trainer.ready();
    return worker.embed(new TextEncoder().encode(/** @type {string} */ (set)), options);
  }, /** @type {const} */ ([set, options]));
  expect(here).toBe(native.stdout.toString());
});

test('a worker that stops in the middle of a training is replaced, and the training goes on', async ({ page }) => {
  // Opened again: what is put into the workers must be there before they start.
  await inWorkers(page, 'train', trapInCall, { argument: { called: 'training_step', times: 12 }, most: 1 });
  await page.reload();
  await open(page, '#train');
  await prepare(page, 30);
  await page.getByRole('button', { name: 'Start' }).click();
  const notice = page.locator('train-view .note', {
    hasText: /CPU: the computation stopped.*(continuing from epoch \d+|starting again from the first epoch)/,
  });
  await expect(notice).toBeVisible({ timeout: 90_000 });
  await expect(page.getByRole('button', { name: 'Save model' })).toBeVisible({ timeout: 100_000 });
  // Every epoch once: what was computed twice is not drawn twice.
  expect(await historyRows(page)).toBe(31);
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('predicting works while training goes on', async ({ page }) => {
  await prepare(page, 400);
  await page.getByRole('button', { name: 'Start' }).click();
  const status = page.locator('train-view').getByRole('status');
  await expect(status).toContainText(/Epoch \d+ of 400/);
  await page.getByRole('link', { name: 'Predict' }).click();
  await predictText(page, '>one\nGAUUACAUGAUGAUGAUUCUGAUCAAGCUU\n');
  await expect(bodyRows(page)).toHaveCount(1);
  await page.getByRole('link', { name: 'Train' }).click();
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(status).toContainText('Cancelled');
  await expect(page.getByRole('button', { name: 'Start' })).toBeEnabled();
});

test('a training can be ended early, and the best epoch so far is the model', async ({ page }) => {
  await prepare(page, 1000);
  await page.getByRole('button', { name: 'Start' }).click();
  await expect.poll(() => historyRows(page), { timeout: 90_000 }).toBeGreaterThan(3);
  await page.getByRole('button', { name: 'Finish' }).click();
  await expect(page.getByRole('button', { name: 'Save model' })).toBeVisible();
  await page.getByRole('link', { name: 'Models' }).click();
  await expect(page.getByRole('row', { name: /planted-trained/ })).toContainText('90');
});

test('another RNA can be watched, and the first one’s rows are kept', async ({ page }) => {
  await prepare(page, 300);
  await page.getByRole('button', { name: 'Start' }).click();
  await expect.poll(() => historyRows(page), { timeout: 90_000 }).toBeGreaterThan(2);
  const first = await historyRows(page);
  await page.getByLabel('RNA', { exact: true }).selectOption('made-4');
  await expect.poll(() => historyRows(page)).toBeGreaterThan(0);
  await page.getByLabel('RNA', { exact: true }).selectOption('made-1');
  await expect.poll(() => historyRows(page)).toBeGreaterThanOrEqual(first);
  await page.getByRole('button', { name: 'Cancel' }).click();
});

test('the made-up set trains without a file', async ({ page }) => {
  await page.getByRole('button', { name: 'Demo set' }).click();
  await expect(page.getByText(/160 RNAs/)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Start' })).toBeEnabled();
});

test('the focus stays on the buttons of the training while they change', async ({ page }) => {
  await page.getByRole('button', { name: 'Demo set' }).click();
  await page.getByLabel('Epochs').fill('500');
  // A button that is still disabled takes no focus.
  await expect(page.getByRole('button', { name: 'Start' })).toBeEnabled();
  await page.getByRole('button', { name: 'Start' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Pause' })).toBeFocused();
  await expect(page.getByText(/Epoch [2-9]/)).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Resume' })).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Finish' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Save model' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Start' })).toBeFocused();
});

test('a set without labels is refused in words, and takes its CSV afterwards', async ({ page }) => {
  const bare = SET.replace(/ \[location=[^\]]*\]/g, '');
  await drop(page, [{ name: 'bare.fa', bytes: bytesOf(bare) }]);
  await expect(page.getByRole('alert')).toContainText('bare.fa');
  const rows = Array.from({ length: 90 }, (_, i) => (i % 2 ? '0,1' : '1,0')).join('\n');
  await drop(page, [{ name: 'labels.csv', bytes: bytesOf(`Nucleus,Cytoplasm\n${rows}\n`) }]);
  await expect(page.getByText(/bare\.fa with labels\.csv/)).toBeVisible();
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('a CSV alone asks for its FASTA', async ({ page }) => {
  await drop(page, [{ name: 'labels.csv', bytes: bytesOf('Nucleus,Cytoplasm\n1,0\n') }]);
  await expect(page.getByRole('alert')).toContainText('FASTA');
});

test('a wrong setting is told in words', async ({ page }) => {
  await prepare(page, 2);
  await page.getByText('More settings').click();
  await page.getByLabel('k-mer length k').fill('9');
  await page.getByLabel('k-mer length k').blur();
  await page.getByRole('button', { name: 'Start' }).click();
  await expect(page.getByRole('alert')).toContainText(/k/);
  await expect(page.getByRole('button', { name: 'Start' })).toBeEnabled();
});

test('a k-mer graph that is all zero is told', async ({ page }) => {
  await page.getByLabel('Preset').selectOption('human-mirna-paper');
  await prepare(page, 1);
  await page.getByText('More settings').click();
  await page.getByLabel('k-mer length k').fill('1');
  await page.getByLabel('k-mer length k').blur();
  await page.getByLabel('k-mer graph').selectOption('as-written');
  await page.getByRole('button', { name: 'Start' }).click();
  await expect(page.locator('train-view')).toContainText('the k-mer graph is degenerate', { timeout: 60_000 });
});
