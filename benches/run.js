// @ts-check
/** Compares our speed with that of other programs. ./build.sh bench builds what this needs and runs it. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { call, launch } from './harness/browser.js';
import { bundle } from './harness/bundle.js';
import { contenders } from './harness/contenders.js';
import { machine } from './harness/machine.js';
import { markdown } from './harness/markdown.js';
import { runPage } from './harness/page-run.js';
import { runRow } from './harness/rows.js';
import { serveFolders } from './harness/server.js';
import { sizes } from './harness/sizes.js';
import { table } from './harness/table.js';
import { jobs, shapeName } from './model/job.js';

/** @import { Browser, Page } from 'playwright-core' */
/** @import { Budget, Row } from './harness/rows.js' */

/**
 * @typedef {object} Results
 * @property {ReturnType<typeof machine>} machine
 * @property {string} date start of the latest run
 * @property {object} budget
 * @property {ReturnType<typeof sizes>} sizes
 * @property {Row[]} rows
 * @property {Awaited<ReturnType<typeof runPage>> | null} page
 */

const HELP = `Usage: ./build.sh bench [--quick | --full] [--only TEXT] [--gpu] [--no-page] [--output FILE]
       ./build.sh bench --markdown FILE
       ./build.sh bench --steady

  (nothing)      all rows; about ten minutes
  --quick        a short run that checks that everything works; its times mean little
  --full         more rounds, and waits for slow peers; may take an hour
  --only TEXT    rows whose "suite, device, shape" contains TEXT, or "page"; with --output they
                 replace the same rows in FILE
  --gpu          runs WebGPU and WebGL on the machine's GPU instead of in software
  --no-page      does not measure the built page
  --output FILE  writes the results as JSON (default: benches/results.json; with --quick or
                 --only: no file)
  --steady       measures only how far the built page moves while it is used (layout shift), and how
                 long a frame takes while the pointer moves over the tracks of a long RNA
  --markdown FILE  measures nothing; prints the results in FILE as docs/performance.md shows them`;

/** @type {Record<'quick' | 'usual' | 'full', Budget & { mirnas: number, mrnas: number }>} */
const BUDGETS = {
  quick: { cap: 10, row: 3, slice: 0.1, rounds: 2, mirnas: 500, mrnas: 10 },
  usual: { cap: 10, row: 20, slice: 0.25, rounds: 15, mirnas: 10_000, mrnas: 500 },
  full: { cap: 120, row: 90, slice: 0.5, rounds: 40, mirnas: 10_000, mrnas: 500 },
};

const here = fileURLToPath(new URL('.', import.meta.url));
const modules = `${here}/../www/src/engine/wasm`;
const dist = `${here}/../www/dist`;

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    gpu: { type: 'boolean', default: false },
    'no-page': { type: 'boolean', default: false },
    only: { type: 'string' },
    output: { type: 'string' },
    markdown: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

/** Prints a progress line to standard error; the next one replaces it. @param {string} text */
function say(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
  else process.stderr.write(`${text}\n`);
}

/**
 * Whether the page would choose our module with relaxed SIMD in this browser: a module with a
 * fused multiply-add is valid here.
 * @param {Page} page
 */
async function relaxedSimd(page) {
  return page.evaluate(() =>
    WebAssembly.validate(
      new Uint8Array([
        0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 19, 1, 17, 0, 65, 0, 253, 15, 65, 0, 253, 15, 65, 0, 253, 15, 253, 133, 2, 11,
      ]),
    ),
  );
}

/**
 * @param {Page} page
 * @param {Budget} budget
 * @param {(row: Row) => void} keep called with each row after it was measured
 */
async function runRows(page, budget, keep) {
  const relaxed = (await relaxedSimd(page)) && existsSync(`${modules}/relaxed/rmlocnet.js`);
  /** @type {Parameters<typeof contenders>[2]} */
  const setting = { module: relaxed ? 'relaxed' : 'cpu', other: relaxed ? 'cpu' : null, cores: cpus().length, gpu: options.gpu };
  for (const suite of /** @type {const} */ (['inference', 'training'])) {
    for (const device of /** @type {const} */ (['cpu', 'webgpu'])) {
      for (const job of jobs(suite)) {
        const title = `${suite}, ${device}, ${shapeName(job)}`;
        if (options.only && !title.includes(options.only)) continue;
        keep(await runRow(page, job, device, contenders(suite, device, setting), budget, (text) => say(`${title}: ${text}`)));
      }
    }
  }
}

/**
 * The results so far. They are written to disk after every row, so that a late failure loses nothing.
 * @param {string | null} file
 * @param {Omit<Results, 'rows' | 'page'>} about
 */
function results(file, about) {
  const before = options.only && file && existsSync(file) ? /** @type {Results} */ (JSON.parse(readFileSync(file, 'utf8'))) : null;
  /** @type {Results} */
  const all = { ...about, rows: before?.rows ?? [], page: before?.page ?? null };
  const write = () => {
    if (file) writeFileSync(file, `${JSON.stringify(all, null, 1)}\n`);
  };
  return {
    all,
    /** @param {Row} row */
    keep(row) {
      const at = all.rows.findIndex(({ suite, device, shape }) => suite === row.suite && device === row.device && shape === row.shape);
      all.rows.splice(at < 0 ? all.rows.length : at, at < 0 ? 0 : 1, row);
      write();
    },
    /** @param {Results['page']} page */
    keepPage(page) {
      all.page = page;
      write();
    },
  };
}

/** Measures the built page; null if it was not selected. @param {Browser} browser */
async function measurePage(browser, /** @type {typeof BUDGETS['full']} */ budget) {
  if (options['no-page'] || (options.only && options.only !== 'page')) return null;
  if (!existsSync(`${dist}/index.html`)) throw new Error('www/dist is missing: run ./build.sh');
  const server = await serveFolders({ '/': dist }, { isolated: false });
  try {
    return await runPage(browser, server.origin, { ...budget, seconds: 900 }, (text) => say(`the page: ${text}`));
  } finally {
    server.close();
  }
}

async function main() {
  const kind = options.quick ? 'quick' : options.full ? 'full' : 'usual';
  const budget = BUDGETS[kind];
  await bundle();
  const folders = { '/': `${here}/.build`, '/packages/': `${here}/node_modules`, '/modules/': modules, '/burn/': `${here}/.build/burn`, '/peak/': `${here}/.build/peak` };
  const server = await serveFolders(folders, { isolated: true });
  const browser = await launch({ gpu: options.gpu });
  try {
    const page = await browser.newPage();
    await page.goto(`${server.origin}/`);
    const on = machine(browser.version(), await call(page, 'adapter', []));
    const output = options.output ?? (kind === 'quick' || options.only ? null : `${here}/results.json`);
    const found = results(output, { machine: on, date: new Date().toISOString(), budget: { kind, ...budget }, sizes: sizes(modules) });
    await runRows(page, budget, found.keep);
    await page.close();
    const own = await measurePage(browser, budget);
    if (own) found.keepPage(own);
    say('');
    console.log(`${on.cpu}, ${on.cores} cores; ${on.browser}; WebGPU: ${on.webgpu_adapter ?? 'none'}; ${found.all.date}\n`);
    console.log(table(found.all.rows));
    console.log(JSON.stringify({ sizes: found.all.sizes, page: found.all.page }, null, 1));
  } finally {
    await browser.close();
    server.close();
  }
}

if (options.help) console.log(HELP);
else if (options.markdown) console.log(markdown(JSON.parse(readFileSync(options.markdown, 'utf8'))));
else await main();
