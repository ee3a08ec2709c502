// @ts-check
/** How Chromium is started, by Playwright and by Puppeteer. */
export const CHROMIUM = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    // A host that is not this machine, so that its pages are pages of plain http.
    '--host-resolver-rules=MAP school.test 127.0.0.1',
  ],
};
