// @ts-check
/** Our speed beside the peers'. Run by ./build.sh bench, which builds what this needs. */
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

const HELP = `Usage: ./build.sh bench [--quick | --full] [--only TEXT] [--gpu] [--no-page] [--output FILE]
       ./build.sh bench --markdown FILE

  (nothing)      all rows; about ten minutes
  --quick        every row once, to see that all works; its times mean little
  --full         more rounds, and slower peers are waited for; may take an hour
  --only TEXT    rows whose "suite, device, shape" contains TEXT
  --gpu          WebGPU and WebGL on the machine's GPU instead of in software
  --no-page      leaves out the built page's own path
  --output FILE  results, as JSON (benches/results.json; none with --quick or --only)
  --markdown FILE  measures nothing; shows results kept in FILE as the README does`;

/** @type {Record<'quick' | 'usual' | 'full', Budget & { mirnas: number, mrnas: number }>} */
const BUDGETS = {
  quick: { cap: 10, row: 3, slice: 0.1, rounds: 2, mirnas: 500, mrnas: 10 },
  usual: { cap: 10, row: 20, slice: 0.25, rounds: 15, mirnas: 10_000, mrnas: 500 },
  full: { cap: 120, row: 90, slice: 0.5, rounds: 40, mirnas: 10_000, mrnas: 500 },
};

const here = fileURLToPath(new URL('.', import.meta.url));
const modules = `${here}/../www/src/wasm`;
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

/** A progress line that the next one replaces; kept apart from the results. @param {string} text */
function say(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
  else process.stderr.write(`${text}\n`);
}

/**
 * Whether the page would choose our module with relaxed SIMD here: one that multiplies and adds
 * in one instruction is valid.
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
 */
async function runRows(page, budget) {
  const relaxed = (await relaxedSimd(page)) && existsSync(`${modules}/relaxed/rmlocnet.js`);
  /** @type {Parameters<typeof contenders>[2]} */
  const setting = { module: relaxed ? 'relaxed' : 'cpu', other: relaxed ? 'cpu' : null, cores: cpus().length, gpu: options.gpu };
  /** @type {Row[]} */
  const rows = [];
  for (const suite of /** @type {const} */ (['inference', 'training'])) {
    for (const device of /** @type {const} */ (['cpu', 'webgpu'])) {
      for (const job of jobs(suite)) {
        const title = `${suite}, ${device}, ${shapeName(job)}`;
        if (options.only && !title.includes(options.only)) continue;
        rows.push(await runRow(page, job, device, contenders(suite, device, setting), budget, (text) => say(`${title}: ${text}`)));
      }
    }
  }
  return { rows, cpu_module: setting.module };
}

/** @param {Browser} browser */
async function ownPage(browser, /** @type {typeof BUDGETS['full']} */ budget) {
  if (options['no-page'] || options.only) return null;
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
    const { rows, cpu_module } = await runRows(page, budget);
    await page.close();
    const own = await ownPage(browser, budget);
    const results = { machine: on, date: new Date().toISOString(), budget: { kind, ...budget }, cpu_module, rows, sizes: sizes(modules), page: own };
    say('');
    console.log(`${on.cpu}, ${on.cores} cores; ${on.browser}; WebGPU: ${on.webgpu_adapter ?? 'none'}; ${results.date}\n`);
    console.log(table(rows));
    console.log(JSON.stringify({ sizes: results.sizes, page: own }, null, 1));
    const output = options.output ?? (kind === 'quick' || options.only ? null : `${here}/results.json`);
    if (output) writeFileSync(output, `${JSON.stringify(results, null, 1)}\n`);
  } finally {
    await browser.close();
    server.close();
  }
}

if (options.help) console.log(HELP);
else if (options.markdown) console.log(markdown(JSON.parse(readFileSync(options.markdown, 'utf8'))));
else await main();
