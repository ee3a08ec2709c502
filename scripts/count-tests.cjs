// Prints "PASSED FAILED" from a JSON report, of Playwright or of Vitest, named as the argument;
// a report that was not written counts as nothing run (the exit status tells the rest).
const { existsSync, readFileSync } = require("node:fs");

const path = process.argv[2];
const report = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {};
const { stats } = report;
if (stats) console.log(stats.expected + stats.flaky, stats.unexpected);
else console.log(report.numPassedTests ?? 0, report.numFailedTests ?? 0);
