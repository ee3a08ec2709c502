// @ts-check
/** Which model suits an input, and an input with RNAs of several classes. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { modelPath, predictTsv, run, temporary, tsvDifference } from '../support/cli.js';
import { bytesOf, downloaded, drop, namesOnShow, open, predictAll } from '../support/page.js';

/** @import { Page } from '@playwright/test' */

/** @param {string} rnaClass */
const example = (rnaClass) =>
  readFileSync(new URL(`../../../www/src/content/examples/${rnaClass}.fa`, import.meta.url), 'utf8');
/** The records of some FASTA texts, in turn. @param {string[]} texts */
function interleaved(...texts) {
  const records = texts.map((text) => text.split(/(?=^>)/m));
  const longest = Math.max(...records.map(({ length }) => length));
  return Array.from({ length: longest }, (_, i) => records.map((of) => of[i] ?? '').join('')).join('');
}

const MATURE = '>a\nUGAGGUAGUAGGUUGUAUAGUU\n>b\nUAGCAGCACGUAAAUAUUGGCG\n>c\nUAGCUUAUCAGACUGAUGUUGA\n';
const MESSAGES = example('mrna');
const MIXED = interleaved(MATURE, MESSAGES);

/** @param {Page} page */
function summary(page) {
  return page.getByRole('status', { name: 'What was read' });
}

/** @param {Page} page */
function sequences(page) {
  return page.getByLabel('RNA sequences (FASTA)');
}

/** @param {Page} page */
function portions(page) {
  return page.getByRole('group', { name: 'Models of this run' });
}

/** Predicts the mixed input with a model for each class. @param {Page} page */
async function predictMixed(page) {
  await open(page, '#predict?model=human-mirna');
  await sequences(page).fill(MIXED);
  await expect(summary(page)).toContainText('These look like 3 miRNAs, 2 mRNAs.');
  await page.getByRole('button', { name: 'Use a model for each class' }).click();
  await expect(page.getByLabel('Model', { exact: true })).toHaveValue(' by class');
  await predictAll(page);
}

/** Saves a file that the menu offers. @param {Page} page @param {string} name */
async function fromMenu(page, name) {
  await page.getByText('More…', { exact: true }).click();
  return downloaded(page, name);
}

test('long RNAs are offered both classes, with what tells them apart', async ({ page }) => {
  await open(page, '#predict?model=human-mirna');
  await sequences(page).fill(MESSAGES);
  await expect(summary(page)).toContainText(
    '2 of 2 RNAs longer than 300 nt have a long open reading frame (100 codons or more, and longer than chance explains): mRNAs usually have one, lncRNAs usually do not.',
  );
  const offers = summary(page).getByRole('button');
  await expect(offers).toHaveText(['Use human-mrna', 'Use human-lncrna']);
  await offers.first().click();
  await expect(offers).toHaveCount(0);
  await expect(summary(page)).toContainText('2 of 2 RNAs longer than 300 nt');
});

test('a sequence without a name is read and named, and what is no sequence is refused', async ({ page }) => {
  await open(page, '#predict?model=human-mirna');
  await sequences(page).fill('        1 ugagguagua gguuguauag\n       21 uu\n');
  await expect(summary(page)).toContainText(
    "1 RNA, 22 nt. 1 RNA: no line '>name' above the sequence, so it was named.",
  );
  await predictAll(page);
  expect(await namesOnShow(page)).toEqual(['sequence_1']);
  await sequences(page).fill('my RNAs and data\n');
  await expect(summary(page)).toContainText(
    "No RNA can be read. 1 problem: line 1: this is not FASTA, because it starts with 'my RNAs and data'",
  );
});

test('each class is predicted with its model, as the command line does it alone', async ({ page }) => {
  await predictMixed(page);
  await expect(page.getByText('Done: 5 RNAs.')).toBeVisible();
  await expect(portions(page).getByRole('button')).toHaveText([/human-mirna\s+3 RNAs/, /human-mrna\s+2 RNAs/]);
  expect(await namesOnShow(page)).toEqual(['a', 'b', 'c']);
  const mirnas = await downloaded(page, 'Download TSV');
  expect(mirnas.name).toBe('human-mirna-predictions.tsv');
  expect(tsvDifference(Buffer.from(mirnas.bytes), predictTsv('human-mirna', MATURE))).toBeNull();
  await portions(page)
    .getByRole('button', { name: /human-mrna/ })
    .click();
  await expect(portions(page).getByRole('button', { pressed: true })).toHaveText(/human-mrna/);
  expect(await namesOnShow(page)).toEqual(['HBB', 'INS']);
  const messages = await downloaded(page, 'Download TSV');
  expect(tsvDifference(Buffer.from(messages.bytes), predictTsv('human-mrna', MESSAGES))).toBeNull();
  // The explanation is that of the model on show.
  await expect(page.getByRole('img', { name: /Coding sequence at/ }).first()).toBeVisible();
});

test('thresholds belong to the results of a model, and come back with them', async ({ page }) => {
  await predictMixed(page);
  await page.getByText('Thresholds', { exact: true }).click();
  const slider = page.getByRole('slider').first();
  await slider.fill('0.9');
  await portions(page)
    .getByRole('button', { name: /human-mrna/ })
    .click();
  await expect(page.getByText('Thresholds have been changed')).toHaveCount(0);
  await portions(page)
    .getByRole('button', { name: /human-mirna/ })
    .click();
  await expect(page.getByText('Thresholds have been changed')).toBeVisible();
});

test('a run file of one model repeats what it predicted, here and at the command line', async ({ page }) => {
  await predictMixed(page);
  await portions(page)
    .getByRole('button', { name: /human-mrna/ })
    .click();
  const saved = await fromMenu(page, 'Save the run with its sequences');
  const bare = await fromMenu(page, 'Save run file');
  const rnas = await fromMenu(page, 'Download FASTA');
  await page.getByRole('button', { name: 'Clear' }).click();
  await drop(page, [saved]);
  await expect(portions(page)).toHaveCount(0);
  await expect.poll(() => namesOnShow(page)).toEqual(['HBB', 'INS']);
  await expect(page.getByLabel('Model', { exact: true })).toHaveValue('human-mrna');
  // Without the sequences, the FASTA file is the input.
  const files = [temporary(bare.name, bare.bytes), temporary(rnas.name, rnas.bytes)];
  const native = run(['predict', '--model', modelPath('human-mrna'), '--run', ...files]);
  expect(native.stderr).not.toContain('input');
  expect(tsvDifference(native.stdout, predictTsv('human-mrna', MESSAGES))).toBeNull();
});

test('an RNA whose class has no model here is told of, and the others are predicted', async ({ page }) => {
  await page.route('**/models/index.json', async (route) => {
    const index = await (await route.fetch()).json();
    const models = index.models.filter(({ rna_class }) => rna_class !== 'mRNA');
    await route.fulfill({ json: { ...index, models } });
  });
  await open(page, '#predict?model=human-mirna');
  await drop(page, [{ name: 'mixed.fa', bytes: bytesOf(MIXED) }]);
  await page.getByLabel('Model', { exact: true }).selectOption('A model for each class');
  await predictAll(page);
  const problems = page.getByRole('region', { name: 'Problems with the input' });
  await expect(problems.getByRole('listitem')).toHaveCount(2);
  await expect(problems).toContainText("record 'HBB': its likely class is mRNA, of which there is no model here");
  expect(await namesOnShow(page)).toEqual(['a', 'b', 'c']);
});
