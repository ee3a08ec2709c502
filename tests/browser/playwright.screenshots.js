import base from './playwright.config.js';

/** Pictures of the page in its states, written to screenshots/ for a person to look at. */
const [cpu] = base.projects;

export default {
  ...base,
  projects: [{ ...cpu, testIgnore: [] }],
  testDir: './screens',
  use: { ...base.use, trace: 'off' },
};
