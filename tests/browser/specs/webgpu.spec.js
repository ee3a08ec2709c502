// @ts-check
import { expect, test } from '@playwright/test';
import { predictTsv, trainingLosses, tsvRows } from '../support/cli.js';
import {
  bodyRows,
  bytesOf,
  computeOn,
  computingOn,
  downloaded,
  drop,
  open,
  predictButton,
  predictText,
  requests,
} from '../support/page.js';
import { fasta, labelledFasta } from '../support/rnas.js';
import { fillGpu, fillableGpu, inWorkers, losableGpu, loseGpu, trapInCall } from '../support/workers.js';

const MODEL = 'human-snorna';
const RNAS = fasta(60, (i) => 20 + ((i * 37) % 60));
const SET = labelledFasta(60, 40);

/**
 * The largest difference between a saved TSV's probabilities and the command line's on the CPU.
 * @param {Buffer} tsv
 * @param {string} input
 */
function farthest(tsv, input) {
  const [here, there] = [tsvRows(tsv), tsvRows(predictTsv(MODEL, input))];
  expect(here.map((row) => Object.values(row)[0])).toEqual(there.map((row) => Object.values(row)[0]));
  const numbers = (/** @type {Record<string, string>} */ row) =>
    Object.values(row)
      .filter((cell) => /^\d\.\d{6}$/.test(cell))
      .map(Number);
  return Math.max(...here.flatMap((row, i) => numbers(row).map((value, c) => Math.abs(value - numbers(there[i])[c]))));
}

/** @param {import('@playwright/test').Page} page */
function results(page) {
  return page.getByRole('region', { name: 'Results' });
}

/** @param {import('@playwright/test').Page} page */
async function train(page, epochs = 3) {
  await drop(page, [{ name: 'planted.fa', bytes: bytesOf(SET) }]);
  await expect(page.getByText(/^\s*planted\.fa: \d+ RNAs/)).toBeVisible();
  await page.getByLabel('Preset').selectOption('human-mirna-paper');
  await page.getByLabel('Epochs').fill(String(epochs));
  await page.getByLabel('Epochs').blur();
  await page.getByRole('button', { name: 'Start' }).click();
}

/** @param {import('@playwright/test').Page} page */
function trainingStatus(page) {
  return page.locator('train-view').getByRole('status').first();
}

test('left to itself, the page does not compute on an adapter that is software, and says so', async ({ page }) => {
  await open(page, `#predict?model=${MODEL}`);
  await expect(computingOn(page)).toContainText('CPU: the adapter is software');
  await predictText(page, RNAS);
  await expect(results(page)).toContainText('on CPU');
});

test('WebGPU asked for predicts as the command line does on the CPU, and says what it is', async ({ page }) => {
  await open(page, `#predict?model=${MODEL}&device=webgpu`);
  await expect(computingOn(page)).toContainText(/WebGPU: .*SwiftShader/i);
  await predictText(page, RNAS);
  await expect(results(page)).toContainText('on WebGPU');
  expect(farthest((await downloaded(page, 'Download TSV')).bytes, RNAS)).toBeLessThan(1e-4);
  await bodyRows(page).nth(4).click();
  await expect(page.getByRole('region', { name: 'Attention' })).toContainText('rna-5');
});

test('WebGPU is chosen and left by hand, from one run to the next', async ({ page }) => {
  await open(page, `#predict?model=${MODEL}`);
  for (const [device, words] of [
    ['WebGPU', 'on WebGPU'],
    ['CPU', 'on CPU'],
    ['WebGPU', 'on WebGPU'],
  ]) {
    await computeOn(page, device);
    await predictText(page, RNAS);
    await expect(results(page)).toContainText(words);
  }
  await expect(page).toHaveURL(/device=webgpu/);
});

test('a device chosen in the middle of a run is settled at its end, which comes', async ({ page }) => {
  await open(page, `#predict?model=human-mirna&device=cpu`);
  await drop(page, [{ name: 'many.fa', bytes: bytesOf(fasta(6000, () => 22)) }]);
  await expect(page.getByText('many.fa').first()).toBeVisible();
  await predictButton(page).click();
  await expect(bodyRows(page).first()).toBeVisible();
  await computeOn(page, 'auto');
  await expect(page.getByRole('status').filter({ hasText: /^Done: 6,000/ })).toBeVisible();
  await expect(computingOn(page)).toContainText('CPU: the adapter is software');
});

test.describe(() => {
  test.use({ serviceWorkers: 'allow' });

  test('the WebGPU engine is part of loading, and once fetched is there without a network', async ({
    page,
    context,
  }) => {
    await open(page, `#predict?model=${MODEL}&device=webgpu`);
    await expect(computingOn(page)).toContainText('WebGPU:');
    await expect(requests(page)).toHaveText(/^0 network requests /);
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await page.reload();
    await open(page, `#predict?model=${MODEL}&device=webgpu`);
    await context.setOffline(true);
    await page.reload();
    await expect(computingOn(page)).toContainText('WebGPU:');
    await predictText(page, RNAS);
    await expect(results(page)).toContainText('on WebGPU');
  });
});

test('a WebGPU engine that stops in the middle of a run: the CPU takes over', async ({ page }) => {
  await inWorkers(page, 'compute', trapInCall, { argument: { called: 'model_predict', times: 2, onGpu: true } });
  await open(page, `#predict?model=${MODEL}&device=webgpu`);
  await expect(computingOn(page)).toContainText('WebGPU:');
  await predictText(page, RNAS);
  await expect(page.getByText(/CPU: the WebGPU engine stopped.*Nothing already predicted is lost/)).toBeVisible();
  expect(farthest((await downloaded(page, 'Download TSV')).bytes, RNAS)).toBeLessThan(1e-4);
});

test('WebGPU trains, with the losses of the command line', async ({ page }) => {
  await open(page, '#train?device=webgpu');
  const native = trainingLosses({ data: SET, preset: 'human-mirna-paper', epochs: 2, seed: 1 });
  await train(page, 2);
  await expect(page.getByRole('button', { name: 'Save model' })).toBeVisible({ timeout: 200_000 });
  await expect(computingOn(page)).toContainText('WebGPU:');
  const here = await page
    .locator('loss-chart')
    .evaluate((/** @type {any} */ chart) =>
      chart.points
        .filter((/** @type {{ kind: string }} */ { kind }) => kind === 'training, per step')
        .map((/** @type {{ loss: number }} */ { loss }) => loss),
    );
  expect(here).toHaveLength(native.length);
  here.forEach((/** @type {number} */ loss, /** @type {number} */ step) =>
    expect(Math.abs(loss - native[step])).toBeLessThan(1e-3),
  );
});

/** @param {import('@playwright/test').Page} page @param {number} epochs */
async function everyEpochOnce(page, epochs) {
  await expect(page.getByRole('button', { name: 'Save model' })).toBeVisible({ timeout: 200_000 });
  const drawn = await page.locator('train-view').evaluate((/** @type {any} */ { run }) => ({
    attention: run.record.rows(0, 0).map((/** @type {{ epoch: number }} */ { epoch }) => epoch),
    losses: run.points
      .filter((/** @type {{ kind: string }} */ { kind }) => kind === 'training')
      .map((/** @type {{ epoch: number }} */ { epoch }) => epoch),
    steps: run.points
      .filter((/** @type {{ kind: string }} */ { kind }) => kind === 'training, per step')
      .map((/** @type {{ epoch: number }} */ { epoch }) => epoch),
  }));
  const numbers = Array.from({ length: epochs }, (_, i) => i + 1);
  expect(drawn.attention).toEqual([0, ...numbers]);
  expect(drawn.losses).toEqual(numbers);
  expect(drawn.steps).toEqual([...new Set(drawn.steps)].sort((a, b) => a - b));
}

/** @param {import('@playwright/test').Page} page @param {RegExp} words */
function notice(page, words) {
  return page.locator('train-view .note', { hasText: words });
}

const HARMS = [
  { harm: 'lost', prelude: losableGpu, inflict: loseGpu, told: '(was lost|failed)' },
  { harm: 'out of memory', prelude: fillableGpu, inflict: fillGpu, told: 'ran out of memory' },
];

for (const { harm, prelude, inflict, told } of HARMS) {
  test(`a GPU ${harm} in the middle of a run: it goes on on the CPU, says so and loses nothing`, async ({ page }) => {
    const many = fasta(300, (i) => 20 + ((i * 37) % 60));
    await inWorkers(page, 'compute', prelude);
    await open(page, `#predict?model=${MODEL}&device=webgpu`);
    await expect(computingOn(page)).toContainText('WebGPU:');
    await page.getByLabel('RNA sequences (FASTA)').fill(many);
    await predictButton(page).click();
    await expect(bodyRows(page).first()).toBeVisible();
    await inflict(page);
    await expect(page.getByText(new RegExp(`CPU: the GPU ${told}.*Nothing already predicted is lost`))).toBeVisible();
    await expect(page.getByRole('status').filter({ hasText: /^Done/ })).toBeVisible();
    await expect(computingOn(page)).toContainText(new RegExp(`CPU: the GPU ${told}`));
    await expect(results(page)).toContainText('on WebGPU, then CPU');
    expect(farthest((await downloaded(page, 'Download TSV')).bytes, many)).toBeLessThan(1e-4);
    await expect(page.getByRole('region', { name: 'Problems with the input' })).toHaveCount(0);
  });

  test(`a GPU ${harm} in the middle of a training: it goes on on the CPU from the last epoch, and says so`, async ({
    page,
  }) => {
    await inWorkers(page, 'train', prelude);
    await open(page, '#train?device=webgpu');
    // Once its shaders are compiled, an epoch takes less than the second between two looks at the
    // status. The training is long enough to be met in its middle.
    await train(page, 40);
    await expect(trainingStatus(page)).toContainText(/Epoch ([2-9]|[1-3]\d) of 40/, { timeout: 200_000 });
    await inflict(page);
    await expect(notice(page, new RegExp(`CPU: the GPU ${told}; continuing from epoch \\d+`))).toBeVisible();
    await expect(computingOn(page)).toContainText(new RegExp(`CPU: the GPU ${told}`));
    await everyEpochOnce(page, 40);
  });
}

test('a WebGPU engine that stops in the middle of a training: the CPU takes over from the last epoch', async ({
  page,
}) => {
  await inWorkers(page, 'train', trapInCall, { argument: { called: 'training_step', times: 5, onGpu: true } });
  await open(page, '#train?device=webgpu');
  await train(page, 4);
  await expect(notice(page, /CPU: the WebGPU engine stopped.*continuing from epoch [12]/)).toBeVisible({
    timeout: 200_000,
  });
  await everyEpochOnce(page, 4);
});
