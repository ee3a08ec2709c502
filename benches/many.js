// @ts-check
/** Measures the page with many RNAs, and with one on a phone: how long answers take, and frames under a wheel. */
import { framesInWords, timeFrames } from './harness/frames.js';
import { withPage, withVisitor } from './harness/visitor.js';
import { random, rna } from './model/random.js';

/** @import { BrowserContext, Page } from 'playwright-core' */

/** Frames that are timed while the table is scrolled. */
const FRAMES = 120;
const RUNS = [
  { what: '2,000 RNAs of 300 to 5,300 nt', model: 'human-mrna', count: 2000, shortest: 300, longest: 5300 },
  { what: '100,000 RNAs of 22 nt', model: 'human-mirna', count: 100_000, shortest: 22, longest: 22 },
];
const PHONE = { width: 360, height: 780 };

/** @param {{ count: number, shortest: number, longest: number }} run */
function fasta({ count, shortest, longest }) {
  const next = random(7);
  const record = (/** @type {unknown} */ _, /** @type {number} */ i) =>
    `>rna-${i + 1}\n${rna(next, shortest + Math.floor(next() * (longest - shortest + 1)))}\n`;
  return Array.from({ length: count }, record).join('');
}

/** Presses Predict, and gives the time of that. @param {Page} page */
async function predict(page) {
  const pressed = performance.now();
  await page.getByRole('button', { name: 'Predict', exact: true }).click();
  return pressed;
}

/**
 * Predicts many RNAs, then scrolls the table with a wheel.
 * @param {BrowserContext} context
 * @param {string} origin
 * @param {typeof RUNS[number]} run
 */
async function many(context, origin, run) {
  const page = await context.newPage();
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(`${origin}/#predict?model=${run.model}`);
  await page.locator('#open-sequences').setInputFiles({ name: 'many.fa', mimeType: 'text/plain', buffer: Buffer.from(fasta(run)) });
  await page.getByRole('status', { name: 'What was read' }).getByText(/RNAs/).waitFor();
  const pressed = await predict(page);
  const rows = page.locator('results-table [data-index]');
  await rows.first().waitFor({ timeout: 60_000 });
  const first = performance.now() - pressed;
  await page.getByText(/^Done: /).waitFor({ timeout: 600_000 });
  const all = performance.now() - pressed;
  await rows.first().hover();
  const times = page.evaluate(timeFrames, FRAMES);
  for (let isOver = false; !isOver; ) {
    await page.mouse.wheel(0, 120);
    isOver = await Promise.race([times.then(() => true), page.waitForTimeout(16).then(() => false)]);
  }
  const frames = framesInWords(await times);
  await page.close();
  return { first, all, frames };
}

/**
 * Pastes one RNA on a phone and presses Predict: milliseconds until the answer is in sight, and how far
 * the page is wider than the screen.
 * @param {BrowserContext} context
 * @param {string} origin
 */
async function phone(context, origin) {
  const page = await context.newPage();
  await page.setViewportSize(PHONE);
  await page.goto(`${origin}/#predict?model=human-mirna`);
  await page.getByLabel(/^RNA sequences/).fill('UGAGGUAGUAGGUUGUAUAGUU');
  const pressed = await predict(page);
  await page.waitForFunction(
    () => {
      const box = document.querySelector('results-table .calls')?.getBoundingClientRect();
      return box && box.top >= 0 && box.bottom <= innerHeight && box.left >= 0 && box.right <= innerWidth;
    },
    null,
    { timeout: 60_000 },
  );
  const answer = performance.now() - pressed;
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  await page.close();
  return { answer, wider };
}

const seconds = (/** @type {number} */ ms) => `${(ms / 1000).toFixed(2)} s`;

await withPage(async (origin) => {
  for (const run of RUNS)
    await withVisitor(async (context) => {
      const { first, all, frames } = await many(context, origin, run);
      console.log(`${run.what} with ${run.model}: first row after ${seconds(first)}, all after ${seconds(all)}`);
      console.log(`${run.what}, the table under a wheel: ${frames}`);
    });
  await withVisitor(async (context) => {
    const { answer, wider } = await phone(context, origin);
    console.log(`one RNA pasted on a screen of ${PHONE.width} px: its answer is in sight after ${seconds(answer)}; the page is ${wider} px wider than the screen`);
  });
});
