// Prints "PASSED FAILED" from the JSON report of Playwright named as the argument;
// a report that was not written counts as nothing run (the exit status tells the rest).
const { existsSync, readFileSync } = require("node:fs");

const path = process.argv[2];
const stats = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")).stats : {};
console.log((stats.expected ?? 0) + (stats.flaky ?? 0), stats.unexpected ?? 0);
