// @ts-check
/** The command line, the page's twin: what the page shows is compared with it. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
export const CLI = process.env.RMLOCNET_CLI ?? path.join(ROOT, 'target/release/rmlocnet');

/** The model files of the page that is tested. */
export const MODELS = path.resolve(ROOT, 'tests/browser', process.env.RMLOCNET_DIST ?? '../../www/dist', 'models');

/** @param {string} name */
export function modelPath(name) {
  return path.join(MODELS, `${name}.safetensors`);
}

/** @param {string} name @param {string | Uint8Array} content */
export function temporary(name, content) {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'rmlocnet-')), name);
  writeFileSync(file, content);
  return file;
}

/** @param {string[]} args */
export function run(args) {
  if (!existsSync(CLI))
    throw new Error(`The command line is not at ${CLI}. Build it (cargo build --release) or name it in RMLOCNET_CLI.`);
  const { status, stdout, stderr } = spawnSync(CLI, args, { maxBuffer: 1 << 28 });
  return { status, stdout, stderr: stderr.toString() };
}

/**
 * @param {string} model
 * @param {string} fasta
 * @returns {Buffer} the TSV, byte for byte
 */
export function predictTsv(model, fasta) {
  const { status, stdout, stderr } = run([
    'predict',
    '--model',
    modelPath(model),
    temporary('input.fa', fasta),
    '--format',
    'tsv',
  ]);
  if (status !== 0) throw new Error(`The command line failed: ${stderr}`);
  return stdout;
}

/**
 * @param {Buffer} tsv
 * @returns {Record<string, string>[]} its rows by column name
 */
export function tsvRows(tsv) {
  const lines = tsv
    .toString()
    .split('\n')
    .filter((line) => line && !line.startsWith('#'));
  const [header, ...rows] = lines.map((line) => line.split('\t'));
  return rows.map((cells) => Object.fromEntries(cells.map((cell, i) => [header[i], cell])));
}

/** Half a unit more than the last digit of a probability: natively and in wasm the last bit may round apart. */
const LAST_DIGIT = 1.5e-6;

/**
 * The first difference between two TSV files, numbers compared up to their last
 * digit and everything else byte for byte; null when there is none.
 * @param {Buffer} one
 * @param {Buffer} other
 */
export function tsvDifference(one, other) {
  const [a, b] = [one, other].map((tsv) => tsv.toString().split(/(?<=[\t\n])/));
  if (a.length !== b.length) return `${a.length} cells and ${b.length}`;
  for (let i = 0; i < a.length; i += 1) {
    const decimals = /^\d\.\d{6}\t$/;
    const close = decimals.test(a[i]) && decimals.test(b[i]) && Math.abs(Number(a[i]) - Number(b[i])) < LAST_DIGIT;
    if (a[i] !== b[i] && !close) return `${JSON.stringify(a[i])} and ${JSON.stringify(b[i])}`;
  }
  return null;
}

/**
 * Losses of every step of a native training, from its log.
 * @param {{ data: string, preset: string, epochs: number, seed: number }} options
 * @returns {number[]}
 */
export function trainingLosses({ data, preset, epochs, seed }) {
  const file = temporary('set.fa', data);
  const log = path.join(path.dirname(file), 'log.tsv');
  const output = path.join(path.dirname(file), 'model.safetensors');
  const { status, stderr } = run([
    'train',
    '--data',
    file,
    '--preset',
    preset,
    '--epochs',
    String(epochs),
    '--seed',
    String(seed),
    '--output',
    output,
    '--log',
    log,
  ]);
  if (status !== 0) throw new Error(`The command line failed: ${stderr}`);
  return tsvRows(readFileSync(log)).map((row) => Number(row.training_loss));
}
