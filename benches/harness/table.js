// @ts-check
/** Prints the results as a text table. */

/** @import { Row } from './rows.js' */

/**
 * Milliseconds in a short form.
 * @param {number | null} value
 */
function ms(value) {
  if (value === null) return '-';
  if (value >= 10_000) return `${(value / 1000).toFixed(1)} s`;
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/**
 * Aligns the columns to their longest cells.
 * @param {string[][]} rows
 */
function aligned(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join('  ').trimEnd());
}

/**
 * The table of one suite on one device, with a line for each shape.
 * @param {Row[]} rows
 */
function suiteTable(rows) {
  const peers = [...new Set(rows.flatMap((row) => Object.keys(row.details)))].filter((name) => name !== 'ours' && name !== 'peak');
  const head = ['ms', 'ours', ...peers, 'ratio', '(quartiles)', 'to best tfjs', 'of peak', 'agreed'];
  const lines = rows.map((row) => [
    row.shape,
    ms(row.ours_ms),
    ...peers.map((name) => ms(row.details[name]?.ms ?? null)),
    row.ratio_to_best_peer === null ? '-' : `${row.ratio_to_best_peer}x`,
    row.ratio_quartiles === null ? '-' : `(${row.ratio_quartiles.join('-')})`,
    row.ratio_to_best_tfjs === null ? '-' : `${row.ratio_to_best_tfjs}x`,
    row.peak_share === null ? '-' : `${Math.round(row.peak_share * 100)} %`,
    row.agreed ? 'yes' : 'no',
  ]);
  return aligned([head, ...lines]);
}

/**
 * Why a contender has no time.
 * @param {Row[]} rows
 */
function absences(rows) {
  return rows.flatMap((row) =>
    Object.entries(row.details).flatMap(([name, { out }]) => (out ? [`${row.suite}, ${row.device}, ${row.shape}: ${name}: ${out}`] : [])),
  );
}

/**
 * @param {Row[]} rows
 * @returns {string}
 */
export function table(rows) {
  const lines = [];
  for (const suite of ['inference', 'training']) {
    for (const device of ['cpu', 'webgpu']) {
      const own = rows.filter((row) => row.suite === suite && row.device === device);
      if (own.length > 0) lines.push(`${suite}, ${device}`, ...suiteTable(own), '');
    }
  }
  const out = absences(rows);
  if (out.length > 0) lines.push('Not timed:', ...out.map((line) => `  ${line}`), '');
  return lines.join('\n');
}
