// @ts-check
/** Prints the results as docs/performance.md shows them. */

/** @import { Row } from './rows.js' */

/** @param {number | null} value */
function ms(value) {
  if (value === null) return 'none';
  if (value >= 10_000) return `${(value / 1000).toFixed(1)} s`;
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/**
 * The share of the machine's peak rate that ours would need to be three times as fast as the
 * fastest peer. More than 100 % is impossible with the same number of multiply-adds.
 * @param {Row} row
 */
function needed(row) {
  if (row.peak_share === null || row.ratio_to_best_peer === null) return '';
  return `${Math.round((row.peak_share * 300) / row.ratio_to_best_peer)} %`;
}

/** @param {Row} row */
function line(row) {
  const peer = row.best_peer === null ? 'none' : `${row.best_peer}, ${ms(row.peers[row.best_peer])}`;
  const ratio = row.ratio_to_best_peer === null ? '' : `${row.ratio_to_best_peer.toFixed(2)} (${(row.ratio_quartiles ?? []).map((x) => x.toFixed(2)).join(' to ')})`;
  const tfjs = row.ratio_to_best_tfjs === null ? '' : row.ratio_to_best_tfjs.toFixed(1);
  const share = row.peak_share === null ? '' : `${Math.round(row.peak_share * 100)} %`;
  return `| ${row.suite}, ${row.device} | ${row.shape} | ${ms(row.ours_ms)} | ${peer} | ${ratio} | ${tfjs} | ${share} | ${needed(row)} | ${row.agreed ? 'yes' : 'no'} |`;
}

/**
 * @param {{ machine: ReturnType<typeof import('./machine.js').machine>, date: string, rows: Row[], sizes: object, page: any }} results
 * @returns {string}
 */
export function markdown({ machine, date, rows, sizes, page }) {
  const lines = [
    `${machine.cpu}, ${machine.cores} cores; ${machine.browser}; WebGPU: ${machine.webgpu_adapter ?? 'none'}; ${date.slice(0, 10)}`,
    '',
    '| what, where | shape | ours, ms | fastest peer, ms | times as fast (quartiles) | than best TensorFlow.js | of the peak | 3 times would need | same answers |',
    '|---|---|---|---|---|---|---|---|---|',
    ...rows.map(line),
    '',
    ...Object.entries(sizes).map(([name, { bytes, gzip_bytes }]) => `- module \`${name}\`: ${bytes} bytes, ${gzip_bytes} gzipped`),
  ];
  if (page) lines.push('- the page:', '', '```json', JSON.stringify(page, null, 1), '```');
  return lines.join('\n');
}
