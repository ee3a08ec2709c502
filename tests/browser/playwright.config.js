import { defineConfig } from '@playwright/test';
import { CHROMIUM } from './support/chromium.js';

const PORT = Number(process.env.RMLOCNET_TEST_PORT ?? 4179);
// The built page; another folder can be named to try a build kept elsewhere.
const DIST = process.env.RMLOCNET_DIST ?? '../../www/dist';

/** A GPU in software, so that WebGPU is there on every machine. */
const SOFTWARE_WEBGPU = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-features=Vulkan'];
const ON_WEBGPU = '**/webgpu.spec.js';

export default defineConfig({
  testDir: './specs',
  timeout: 120_000,
  expect: { timeout: 15_000 },
  // Each test computes: side by side they only slow each other down.
  workers: 1,
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list']],
  use: {
    baseURL: `http://127.0.0.1:${PORT}/`,
    viewport: { width: 1280, height: 900 },
    acceptDownloads: true,
    // It stores every file of the page at each visit; tests of it allow it.
    serviceWorkers: 'block',
    // Recording takes time in every test. To see what a failing one did: --trace retain-on-failure.
    trace: 'off',
  },
  projects: [
    {
      name: 'cpu',
      testIgnore: ON_WEBGPU,
      use: { launchOptions: { ...CHROMIUM, args: [...CHROMIUM.args, '--disable-gpu'] } },
    },
    // The main path in several browsers, which support/engines.js starts.
    { name: 'engines', testDir: './engines', timeout: 60_000 },
    // In software a shader takes seconds to compile and a batch seconds to run.
    {
      name: 'webgpu',
      testMatch: ON_WEBGPU,
      timeout: 400_000,
      expect: { timeout: 120_000 },
      use: { launchOptions: { ...CHROMIUM, args: [...CHROMIUM.args, ...SOFTWARE_WEBGPU] } },
    },
  ],
  webServer: {
    command: `npx sirv ${DIST} --host 127.0.0.1 --port ${PORT} --quiet`,
    url: `http://127.0.0.1:${PORT}/`,
    reuseExistingServer: false,
    stdout: 'ignore',
  },
});
