// @ts-check
/** Measures the built page as a visitor uses it: RNAs per second, memory, time to the first prediction. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededWeights } from '../model/job.js';
import { random, rna } from '../model/random.js';
import { modelFile } from '../model/safetensors.js';
import { launchVisitor } from './browser.js';
import { median, rounded } from './statistics.js';

/** @import { Browser, BrowserContext, CDPSession, Page } from 'playwright-core' */
/** @import { Job } from '../model/job.js' */

/** The settings for human mRNA (Table 2): 1837 steps of 3-mers, stride 2, H 200. @type {Job} */
const MRNA = { suite: 'inference', steps: 1837, hidden: 200, batch: 32, attention: 50, stride: 2, seed: 1837 };

/** Milliseconds between two measurements of the memory. */
const MEMORY_INTERVAL = 200;
/** Number of timed visits. */
const VISITS = 7;
/** Number of visits before them, which fill the caches. */
const WARM_UP_VISITS = 3;

/**
 * FASTA with `count` RNAs. Their lengths are uniform between `shortest` and `longest`.
 * @param {number} count
 * @param {number} shortest
 * @param {number} longest
 */
function fasta(count, shortest, longest) {
  const next = random(count);
  let text = '';
  for (let i = 0; i < count; i += 1) {
    text += `>rna-${i + 1}\n${rna(next, shortest + Math.floor(next() * (longest - shortest + 1)))}\n`;
  }
  return Buffer.from(text);
}

/**
 * The present memory of all browser processes that run pages, in MiB; null if the system does not
 * report it.
 * @param {CDPSession} session
 */
async function memory(session) {
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  let kib = 0;
  for (const { type, id } of processInfo) {
    if (type !== 'renderer') continue;
    try {
      // PSS counts memory that processes share only once.
      const text = readFileSync(`/proc/${id}/smaps_rollup`, 'utf8');
      kib += Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0);
    } catch {
      // The process has just ended, or there is no /proc.
    }
  }
  return kib > 0 ? kib / 1024 : null;
}

/**
 * Measures the memory repeatedly until the returned function is called, which returns the maximum.
 * @param {CDPSession} session
 */
function watchMemory(session) {
  let most = 0;
  let isRunning = true;
  const watching = (async () => {
    while (isRunning) {
      // A failed measurement is skipped: the page has closed, and its own error gives the reason.
      most = Math.max(most, (await memory(session).catch(() => null)) ?? 0);
      await new Promise((resolve) => setTimeout(resolve, MEMORY_INTERVAL));
    }
  })();
  return async () => {
    isRunning = false;
    await watching;
    return most > 0 ? Math.round(most) : null;
  };
}

/**
 * Predicts a file and waits until the page is done.
 * @param {Page} page
 * @param {CDPSession} session
 * @param {Buffer} file
 * @param {number} count number of RNAs in the file
 * @param {number} seconds time limit
 */
async function predictFile(page, session, file, count, seconds) {
  await page.getByLabel('Open files').setInputFiles({ name: 'bench.fa', mimeType: 'text/plain', buffer: file });
  await page.getByRole('list', { name: 'Opened files' }).getByText('bench.fa').waitFor();
  const idle = await memory(session);
  const stop = watchMemory(session);
  const start = Date.now();
  await page.getByRole('button', { name: 'Predict', exact: true }).click();
  const status = page.getByRole('status').filter({ hasText: /^(Done|Cancelled|Stopped)/ });
  try {
    await status.waitFor({ timeout: seconds * 1000 });
  } catch (error) {
    await stop();
    throw error;
  }
  const taken = (Date.now() - start) / 1000;
  const words = (await status.textContent()) ?? '';
  const most = await stop();
  if (!words.includes(count.toLocaleString('en'))) throw new Error(`the page did not predict all ${count} RNAs: ${words}`);
  return { rnas: count, seconds: rounded(taken, 3), per_second: rounded(count / taken, 3), idle_mib: idle && Math.round(idle), peak_mib: most };
}

/**
 * Opens a new page and predicts one file.
 * @param {BrowserContext} context
 * @param {string} origin
 * @param {{ file: Buffer, count: number, model?: Uint8Array }} task
 * @param {number} seconds
 */
async function throughput(context, origin, { file, count, model }, seconds) {
  const page = await context.newPage();
  const browser = /** @type {Browser} */ (context.browser());
  const session = await browser.newBrowserCDPSession();
  try {
    await page.goto(`${origin}/#predict?model=human-mirna`);
    await page.getByRole('status', { name: 'Computing on', includeHidden: true }).filter({ hasText: 'SIMD' }).waitFor({ state: 'attached' });
    if (model) {
      const choosing = page.waitForEvent('filechooser');
      await page.getByRole('button', { name: 'Open…' }).click();
      await (await choosing).setFiles({ name: 'bench.safetensors', mimeType: 'application/octet-stream', buffer: Buffer.from(model) });
      await page.locator('#model option', { hasText: 'bench' }).waitFor({ state: 'attached' });
    }
    return await predictFile(page, session, file, count, seconds);
  } finally {
    await session.detach();
    await page.close();
  }
}

/** Runs in the page: opens the example and predicts it as soon as the buttons are enabled. */
function predictAtOnce() {
  const seen = /** @type {{ bench?: number }} */ (globalThis);
  let clicked = 0;
  const look = () => {
    const buttons = [...document.querySelectorAll('button')];
    const press = (/** @type {string} */ name) => buttons.find((button) => button.textContent?.trim() === name && !button.disabled)?.click();
    if (clicked === 0 && buttons.some((button) => button.textContent?.trim() === 'Example')) {
      press('Example');
      clicked = 1;
    } else if (clicked === 1 && document.querySelector('textarea')?.value) {
      press('Predict');
      clicked = 2;
    }
    // The prediction is visible in the frame after the row was added.
    if (document.querySelector('[data-probability]')) requestAnimationFrame(() => setTimeout(() => (seen.bench = performance.now())));
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/**
 * Milliseconds from opening the page to the first visible prediction, with warm caches.
 * @param {string} origin
 */
async function start(origin) {
  const profile = mkdtempSync(join(tmpdir(), 'rmlocnet-bench-'));
  const context = await launchVisitor(profile);
  try {
    const times = [];
    for (let visit = 0; visit < WARM_UP_VISITS + VISITS; visit += 1) {
      const page = await context.newPage();
      await page.addInitScript(predictAtOnce);
      await page.goto(`${origin}/`);
      const shown = await page.waitForFunction(() => /** @type {any} */ (globalThis).bench, null, { timeout: 60_000 });
      if (visit >= WARM_UP_VISITS) times.push(/** @type {number} */ (await shown.jsonValue()));
      await page.close();
    }
    return { ms: Math.round(median(times)), all_ms: times.map(Math.round) };
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

/**
 * @param {Browser} browser
 * @param {string} origin where the built page is served
 * @param {{ mirnas: number, mrnas: number, seconds: number }} amount
 * @param {(text: string) => void} say
 */
export async function runPage(browser, origin, { mirnas, mrnas, seconds }, say) {
  const context = await browser.newContext();
  try {
    say('time to the first prediction');
    const first = await start(origin);
    say(`${mirnas} miRNAs`);
    const mirna = await throughput(context, origin, { file: fasta(mirnas, 20, 24), count: mirnas }, seconds);
    say(`${mrnas} mRNAs`);
    const model = modelFile(MRNA, seededWeights(MRNA));
    const mrna = await throughput(context, origin, { file: fasta(mrnas, 800, 6000), count: mrnas, model }, seconds);
    return { first_prediction: first, mirna, mrna };
  } finally {
    await context.close();
  }
}
