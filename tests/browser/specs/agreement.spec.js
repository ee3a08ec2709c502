// @ts-check
import { expect, test } from '@playwright/test';
import { modelPath, run, temporary } from '../support/cli.js';
import { bodyRows, open, predictText } from '../support/page.js';
import { fasta } from '../support/rnas.js';

const MODEL = 'human-mirna';
const LABELS = ['Exosome', 'Nucleus;Exosome', 'Mitochondrion', 'Cytoplasm; Nucleus'];
/** RNAs with labels. */
const LABELLED = fasta(40, (i) => 20 + i).replace(
  />(rna-(\d+)).*/g,
  (_, id, i) => `>${id} [location=${LABELS[i % 4]}]`,
);

test('calls are compared with the labels of the input, with the measures of the command line', async ({ page }) => {
  const file = temporary('labelled.fa', LABELLED);
  const report = JSON.parse(run(['evaluate', '--model', modelPath(MODEL), '--data', file, '--json']).stdout.toString());
  await open(page, `#predict?model=${MODEL}`);
  await predictText(page, `${LABELLED}>without\nUGAGGUAGUAGGUUGUAUAGUU\n`);
  const card = page.getByRole('region', { name: 'Agreement with the labels' });
  await expect(card).toContainText('40 RNAs with [location=…]');
  await expect(card).toContainText('40 of 40 RNAs judged');
  for (const measure of ['average_precision', 'accuracy', 'auroc', 'coverage', 'ranking_loss', 'one_error'])
    await expect(card.getByRole('row', { name: /This run/ })).toContainText(report[measure].toFixed(3));
  await expect(bodyRows(page).first()).toContainText(/(as|partly as|not as) labelled: (Nucleus, )?\w+/);
});

test('a label that the model does not have is said, and calls are compared nevertheless', async ({ page }) => {
  await open(page, `#predict?model=${MODEL}`);
  await predictText(page, LABELLED.replaceAll('Mitochondrion', 'Peroxisome'));
  const card = page.getByRole('region', { name: 'Agreement with the labels' });
  await expect(card).toContainText('The model does not have Peroxisome');
  await expect(card.getByRole('alert')).toContainText("no scores for the compartment 'Peroxisome'");
  await expect(card).toContainText('40 RNAs with [location=…]');
});

test('without labels nothing is compared', async ({ page }) => {
  await open(page, `#predict?model=${MODEL}`);
  await predictText(
    page,
    fasta(3, () => 22),
  );
  await expect(page.getByRole('region', { name: 'Agreement with the labels' })).toHaveCount(0);
});
