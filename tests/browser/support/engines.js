// @ts-check
/**
 * Browsers of three engines behind one interface. Puppeteer drives Chromium and Firefox: Debian's
 * Firefox as it is, without geckodriver, which Debian does not have. Selenium drives WebKitGTK.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test as base } from '@playwright/test';
import puppeteer from 'puppeteer-core';
import { Builder } from 'selenium-webdriver';
import { findFreePort } from 'selenium-webdriver/net/portprober.js';
import { DriverService } from 'selenium-webdriver/remote/index.js';
import { CHROMIUM } from './chromium.js';

/**
 * A browser with one page.
 * @typedef {object} Browser
 * @property {(url: string) => Promise<unknown>} open
 * @property {<R, A extends unknown[]>(read: (...args: A) => R, ...args: A) => Promise<R>} evaluate runs a function in the page
 * @property {(find: (words: string) => Element | null, words: string) => Promise<boolean>} click with the mouse; false if nothing is found
 * @property {string[]} problems errors that the browser has reported
 * @property {() => Promise<void>} close
 */

/**
 * @typedef {object} Engine
 * @property {string} name
 * @property {string[]} programs what must be installed
 * @property {(folder: string) => Promise<Browser>} start the browser keeps everything in this folder, downloads in `downloads`
 */

/** Milliseconds that a browser has to start, to answer or to end. */
const LIMIT = 20_000;

/** Nothing is sent to Mozilla, nothing is updated, and files are saved without a question. */
const FIREFOX_SETTINGS = {
  'app.normandy.enabled': false,
  'app.update.enabled': false,
  'browser.download.always_ask_before_handling_new_types': false,
  'browser.download.folderList': 2,
  'browser.safebrowsing.downloads.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'extensions.update.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,#no-server',
  'toolkit.telemetry.enabled': false,
};

/**
 * Every program is given a home folder of its own. Firefox refuses one of another user, and
 * WebKitGTK asks it where downloads belong.
 * @param {string} folder
 * @returns {Record<string, string>}
 */
function environment(folder) {
  const { HOME: _home, DBUS_SESSION_BUS_ADDRESS: _bus, ...kept } = process.env;
  return /** @type {Record<string, string>} */ ({
    ...kept,
    HOME: folder,
    XDG_CONFIG_HOME: `${folder}/config`,
    XDG_CACHE_HOME: `${folder}/cache`,
    XDG_DATA_HOME: `${folder}/data`,
    XDG_RUNTIME_DIR: folder,
  });
}

/**
 * @param {import('puppeteer-core').LaunchOptions} options
 * @param {string} folder
 * @returns {Promise<Browser>}
 */
async function withPuppeteer(options, folder) {
  const browser = await puppeteer.launch({
    headless: true,
    timeout: LIMIT,
    protocolTimeout: LIMIT,
    userDataDir: `${folder}/profile`,
    env: environment(folder),
    defaultViewport: { width: 1280, height: 900 },
    ...options,
  });
  const page = await browser.newPage();
  /** @type {string[]} */
  const problems = [];
  page.on('console', (message) => {
    if (['error', 'assert'].includes(message.type())) problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(String(error)));
  return {
    problems,
    open: (url) => page.goto(url, { timeout: LIMIT }),
    evaluate: (read, ...args) => page.evaluate(/** @type {any} */ (read), ...args),
    click: async (find, words) => {
      const element = (await page.evaluateHandle(find, words)).asElement();
      await /** @type {import('puppeteer-core').ElementHandle<Element> | null} */ (element)?.click();
      return element !== null;
    },
    close: () => browser.close(),
  };
}

/** @param {string} folder */
function startChromium(folder) {
  const downloadBehavior = /** @type {const} */ ({ policy: 'allow', downloadPath: `${folder}/downloads` });
  return withPuppeteer(
    { ...CHROMIUM, args: [...CHROMIUM.args, '--disable-gpu'], browser: 'chrome', downloadBehavior },
    folder,
  );
}

/** @param {string} folder */
function startFirefox(folder) {
  const extraPrefsFirefox = { ...FIREFOX_SETTINGS, 'browser.download.dir': `${folder}/downloads` };
  return withPuppeteer({ browser: 'firefox', executablePath: found('firefox-esr'), extraPrefsFirefox }, folder);
}

/**
 * A screen without a monitor, on the first number that is free: WebKitGTK has no headless mode.
 * @param {Record<string, string>} env
 * @returns {Promise<{ name: string, end: () => void }>}
 */
async function startScreen(env) {
  const screen = spawn('Xvfb', ['-displayfd', '3', '-nolisten', 'tcp', '-screen', '0', '1280x900x24'], {
    env,
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const end = () => void screen.kill('SIGKILL');
  process.once('exit', end);
  const name = await new Promise((resolve, reject) => {
    screen.once('error', reject);
    screen.once('exit', () => reject(new Error('Xvfb ended before it had a screen')));
    screen.stdio[3]?.once('data', (number) => resolve(`:${String(number).trim()}`));
    setTimeout(() => reject(new Error('Xvfb did not start')), LIMIT).unref();
  });
  return { name, end };
}

/**
 * The driver reports no message of the console: errors are noticed in the page, once it is open.
 * @param {string} folder
 * @returns {Promise<Browser>}
 */
async function startWebKit(folder) {
  mkdirSync(`${folder}/config`);
  writeFileSync(`${folder}/config/user-dirs.dirs`, `XDG_DOWNLOAD_DIR="${folder}/downloads"\n`);
  const screen = await startScreen(environment(folder));
  const port = await findFreePort();
  const service = new DriverService(found('WebKitWebDriver') ?? '', {
    loopback: true,
    port,
    args: ['--host=127.0.0.1', `--port=${port}`],
    env: { ...environment(folder), DISPLAY: screen.name },
  });
  const end = async () => {
    await service.kill();
    screen.end();
  };
  try {
    const server = await service.start(LIMIT);
    const driver = await new Builder().usingServer(server).withCapabilities({ browserName: 'MiniBrowser' }).build();
    await driver.manage().setTimeouts({ pageLoad: LIMIT, script: LIMIT });
    // As wide as in the other browsers.
    await driver.manage().window().setRect({ x: 0, y: 0, width: 1280, height: 900 });
    return {
      problems: [],
      open: (url) => driver.get(url),
      evaluate: /** @type {Browser['evaluate']} */ ((read, ...args) => driver.executeScript(read, ...args)),
      click: async (find, words) => {
        const element = await driver.executeScript(find, words);
        await /** @type {import('selenium-webdriver').WebElement | null} */ (element)?.click();
        return element !== null;
      },
      close: () => driver.quit().finally(end),
    };
  } catch (error) {
    await end();
    throw error;
  }
}

/** @param {string} program @returns {string | undefined} its full path */
function found(program) {
  const folders = program.startsWith('/') ? [''] : (process.env.PATH ?? '').split(path.delimiter);
  return folders.map((folder) => path.join(folder, program)).find((file) => existsSync(file));
}

/** @type {Engine[]} */
export const ENGINES = [
  { name: 'Chromium', programs: [CHROMIUM.executablePath], start: startChromium },
  { name: 'Firefox', programs: ['firefox-esr'], start: startFirefox },
  { name: 'WebKitGTK', programs: ['WebKitWebDriver', 'Xvfb'], start: startWebKit },
];

/** @param {Engine} engine @returns {string[]} the programs that are missing */
export function missingPrograms({ programs }) {
  return programs.filter((program) => !found(program));
}

/** @typedef {{ browser: Browser, downloads: string }} Started */

/** Tests with `start`: the browser that it starts ends with the test, even with one that takes too long. */
export const test = base.extend(
  /** @type {import('@playwright/test').Fixtures<{ start: (engine: Engine) => Promise<Started> }>} */ ({
    start: async ({}, use) => {
      const folder = mkdtempSync(path.join(tmpdir(), 'rmlocnet-engine-'));
      const downloads = path.join(folder, 'downloads');
      mkdirSync(downloads);
      /** Also a browser that is still starting when the test's time is over. @type {Promise<Browser>[]} */
      const started = [];
      try {
        await use(async (engine) => {
          started.push(engine.start(folder));
          return { browser: await started[0], downloads };
        });
        for (const browser of started) await (await browser).close();
      } finally {
        rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
      }
    },
  }),
);
