// @ts-check
/** Measures whether the built page keeps still and keeps up: layout shift, and frames under a moving pointer. */
import { framesInWords, timeFrames } from './harness/frames.js';
import { rounded } from './harness/statistics.js';
import { withPage, withVisitor } from './harness/visitor.js';
import { random, rna } from './model/random.js';

/** @import { BrowserContext, CDPSession, Page } from 'playwright-core' */

/** A phone computes about a quarter as fast as a computer. */
const SLOWER = 4;
const LENGTH = 1500;
/** Frames that are timed under a moving pointer. */
const FRAMES = 180;
const WIDTHS = [1280, 390];

/** Runs in the page: adds up how far things move, what a press has moved in the next half second excepted. */
function watchShifts() {
  const seen = /** @type {{ shift?: number, moved?: string[] }} */ (globalThis);
  Object.assign(seen, { shift: 0, moved: [] });
  new PerformanceObserver((list) => {
    for (const entry of /** @type {any[]} */ (list.getEntries())) {
      if (entry.hadRecentInput) continue;
      seen.shift = (seen.shift ?? 0) + entry.value;
      const names = entry.sources.map((/** @type {any} */ { node }) => node?.className || node?.localName || node?.nodeName);
      seen.moved?.push(`${entry.value.toFixed(4)} ${names.join(' ')}`);
    }
  }).observe({ type: 'layout-shift', buffered: true });
}

/**
 * Predicts the example and asks everything of its first RNA, and adds up all layout shifts. The
 * browsers' own measure counts at most five seconds of them, so it is never larger.
 * @param {BrowserContext} context
 * @param {string} origin
 * @param {number} width
 */
async function shift(context, origin, width) {
  const page = await context.newPage();
  await page.setViewportSize({ width, height: 900 });
  await page.addInitScript(watchShifts);
  await page.goto(`${origin}/#predict?model=human-mirna`);
  await page.waitForTimeout(2000);
  await page.getByRole('button', { name: 'Example', exact: true }).click();
  await page.getByRole('button', { name: 'Predict', exact: true }).click();
  await askAll(page);
  await page.waitForTimeout(1000);
  const { shift, moved } = await page.evaluate(() => {
    const { shift, moved } = /** @type {{ shift: number, moved: string[] }} */ (/** @type {unknown} */ (globalThis));
    return { shift, moved };
  });
  await page.close();
  return { sum: rounded(shift, 2), moved };
}

/** Integrated gradients and mutagenesis of the RNA on show. @param {Page} page */
async function askAll(page) {
  for (const [question, table] of [['Integrated gradients', 'Gradients as TSV'], ['Mutagenesis', 'Changes as TSV']]) {
    await page.getByRole('button', { name: question, exact: true }).click({ timeout: 60_000 });
    await page.locator(`[aria-label="Stop: ${question}"]`).waitFor({ state: 'detached', timeout: 120_000 });
    await page.locator(`[aria-label="${table}"]:enabled`).waitFor({ timeout: 120_000 });
  }
}

/**
 * Milliseconds between frames while the pointer moves over the tracks of a long RNA. What they are while
 * it stands still is due to other programs.
 * @param {BrowserContext} context
 * @param {string} origin
 */
async function pointer(context, origin) {
  const page = await context.newPage();
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(`${origin}/#predict?model=human-lncrna`);
  await page.getByLabel(/^RNA sequences/).fill(`>long\n${rna(random(LENGTH), LENGTH)}\n`);
  await page.getByRole('button', { name: 'Predict', exact: true }).click();
  await page.getByRole('button', { name: 'Integrated gradients', exact: true }).click({ timeout: 60_000 });
  await page.locator('[aria-label="Gradients as TSV"]:enabled').waitFor({ timeout: 120_000 });
  const track = page.locator('attention-track').first();
  await track.scrollIntoViewIfNeeded();
  const box = await track.boundingBox();
  if (!box) throw new Error('the page shows no attention');
  const session = await context.newCDPSession(page);
  const work = await workOf(session, () => movedOver(page, session, box));
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  const still = await page.evaluate(timeFrames, FRAMES);
  const moving = await movedOver(page, session, box);
  await page.close();
  return { work, still: framesInWords(still), moving: framesInWords(moving) };
}

/**
 * Moves the pointer over a box until so many frames have been shown, and gives the milliseconds between them.
 * @param {Page} page
 * @param {CDPSession} session
 * @param {{ x: number, y: number, width: number }} box
 */
async function movedOver(page, session, box) {
  const times = page.evaluate(timeFrames, FRAMES);
  for (let move = 0, isOver = false; !isOver; move += 1) {
    const x = box.x + box.width * (0.5 + 0.45 * Math.sin(move / 9));
    await session.send('Input.dispatchMouseEvent', { type: 'mouseMoved', x, y: box.y + 8 });
    isOver = await Promise.race([times.then(() => true), page.waitForTimeout(8).then(() => false)]);
  }
  return times;
}

/**
 * Milliseconds that the page's main thread computes in a frame. Its own time on the processor is
 * counted, so other programs do not matter.
 * @param {CDPSession} session
 * @param {() => Promise<unknown>} act shows so many frames
 */
async function workOf(session, act) {
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const seconds = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN;
  };
  const before = await seconds();
  await act();
  return rounded((1000 * ((await seconds()) - before)) / FRAMES, 2);
}

await withPage(async (origin) => {
  for (const width of WIDTHS)
    await withVisitor(async (context) => {
      for (const visit of ['cold', 'warm']) {
        const { sum, moved } = await shift(context, origin, width);
        console.log([`layout shift, ${width} px wide, ${visit}: ${sum}`, ...moved].join('\n  '));
      }
    });
  await withVisitor(async (context) => {
    const { work, still, moving } = await pointer(context, origin);
    console.log(`${LENGTH} nt, the pointer over the tracks: ${work} ms of work in a frame, ${rounded(SLOWER * work, 2)} ms at a quarter of this CPU`);
    console.log(`CPU at a quarter, ${LENGTH} nt, the pointer still: ${still}`);
    console.log(`CPU at a quarter, ${LENGTH} nt, the pointer over the tracks: ${moving}`);
  });
});
