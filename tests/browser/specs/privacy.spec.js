// @ts-check
import { expect, test } from '@playwright/test';
import { bodyRows, computingOn, open, predictText, requests } from '../support/page.js';

test.use({ serviceWorkers: 'allow' });

const RNA = '>one\nGAUUACAUGAUGAUGAUUCUGAUCAAGCUU\n';

test('no request goes to another host, and none at all after loading', async ({ page, baseURL }) => {
  /** @type {string[]} */
  const asked = [];
  page.on('request', (request) => asked.push(request.url()));
  page.context().on('request', (request) => asked.push(request.url()));
  await open(page);
  const outside = () => asked.filter((url) => /^(https?|wss?):/.test(url) && !url.startsWith(baseURL ?? ''));
  await page.getByRole('button', { name: 'Example' }).click();
  await predictText(page, RNA);
  await expect(bodyRows(page)).toHaveCount(1);
  await page.getByRole('link', { name: 'Train' }).click();
  await page.getByRole('button', { name: 'Demo set' }).click();
  await expect(page.getByText(/160 RNAs/)).toBeVisible();
  expect(outside()).toEqual([]);
  await expect(requests(page)).toHaveText(/^0 network requests /);
});

test('the chip counts what is really asked for', async ({ page }) => {
  await open(page, '#predict?model=human-snorna');
  await expect(requests(page)).toHaveText(/^0 network requests /);
  await page.evaluate(() => fetch('models/index.json?again').then((response) => response.text()));
  await expect(requests(page)).toHaveText(/^1 network request /);
});

test('without a network the loaded page still predicts', async ({ page, context }) => {
  await open(page);
  await context.setOffline(true);
  await predictText(page, RNA);
  await expect(bodyRows(page)).toHaveCount(1);
  await expect(page.getByRole('slider', { name: /Nucleotides/ })).toBeVisible();
});

test('without a network the page itself opens again once it has been stored', async ({ page, context }) => {
  await open(page);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.reload();
  await open(page);
  await context.setOffline(true);
  await page.reload();
  await expect(computingOn(page)).toContainText('SIMD');
  await predictText(page, RNA);
  await expect(bodyRows(page)).toHaveCount(1);
});

test('the policy forbids other hosts to the page and to its workers', async ({ page }) => {
  await open(page);
  const blocked = await page.evaluate(async () => {
    const tryIt = "fetch('http://127.0.0.2:9/').then(() => 'sent', (error) => 'refused')";
    const seen = new Promise((resolve) =>
      document.addEventListener('securitypolicyviolation', (event) => resolve(event.violatedDirective), { once: true }),
    );
    await fetch('http://127.0.0.2:9/').catch(() => undefined);
    const worker = new Worker(
      URL.createObjectURL(
        new Blob([
          `addEventListener('securitypolicyviolation', (event) => postMessage(event.violatedDirective)); ${tryIt}`,
        ]),
      ),
    );
    const inWorker = new Promise((resolve) => (worker.onmessage = (event) => resolve(event.data)));
    return Promise.all([seen, inWorker]);
  });
  expect(blocked).toEqual(['connect-src', 'connect-src']);
});
