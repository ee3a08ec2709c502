import base from './playwright.config.js';

/** Pictures of the page in its states, written to screenshots/ for a person to look at. */
export default { ...base, testDir: './screens', use: { ...base.use, trace: 'off' } };
