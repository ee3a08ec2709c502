// @ts-check
import { expect, test } from '@playwright/test';
import { modelPath, run, temporary, tsvRows } from '../support/cli.js';
import { downloaded, open, predictText } from '../support/page.js';

const MODEL = 'human-mrna';
/** A message with 60 nucleotides before its start codon and 90 after its stop codon. */
const MESSAGE = `${'GCCUC'.repeat(12)}AUG${'GCUGAAUUC'.repeat(70)}UAA${'CUUGU'.repeat(18)}`;

test.beforeEach(async ({ page }) => {
  await open(page, `#predict?model=${MODEL}`);
});

test('the regions of a message and its tail are shown, and what was cut is told', async ({ page }) => {
  await predictText(page, `>message\n${MESSAGE}${'A'.repeat(25)}\n`);
  const row = page.getByRole('img', { name: /Coding sequence at 61 to 696/ });
  await expect(row).toBeVisible();
  await expect(row).toHaveAccessibleName(
    /read by the LSTM: 1 to 300 and .* to 786; a poly-A tail of 25 nucleotides was cut/,
  );
  const attention = page.getByRole('region', { name: 'Attention', exact: true });
  await expect(attention.getByText('a poly-A tail of 25 nt was cut')).toBeVisible();
  const svg = (await downloaded(page, 'Save SVG of the attention')).bytes.toString();
  expect(svg).toContain('class="message"');
  expect(svg).toContain('Coding sequence at 61 to 696');
});

test('what each region adds to a score is the command line’s, and adds up', async ({ page }) => {
  await predictText(page, `>message\n${MESSAGE}\n`);
  const card = page.getByRole('region', { name: 'Regions', exact: true });
  await expect(card.getByRole('img', { name: /average RNA: .*k-mers read: .*CDS, 61–696: .*score: / })).toBeVisible();
  const saving = page.waitForEvent('download');
  await card.getByRole('button', { name: 'TSV' }).click();
  const { readFileSync } = await import('node:fs');
  const rows = tsvRows(readFileSync(await (await saving).path()));
  const file = temporary('message.fa', `>message\n${MESSAGE}\n`);
  const { stdout } = run(['explain', '--model', modelPath(MODEL), '--what', 'regions', file]);
  const native = tsvRows(stdout);
  expect(rows.map(({ part }) => part)).toEqual(native.map(({ part }) => part));
  rows.forEach((row, i) => {
    expect(row.compartment).toBe(native[i].compartment);
    expect(Math.abs(Number(row.contribution) - Number(native[i].contribution))).toBeLessThan(1e-3);
  });
});

test('an RNA that is not a message is predicted, and told', async ({ page }) => {
  await predictText(page, `>no-start\n${'GCUC'.repeat(80)}\n`);
  const attention = page.getByRole('region', { name: 'Attention', exact: true });
  await expect(attention.getByText(/no start codon \(AUG\) was found/)).toBeVisible();
  await expect(page.getByRole('img', { name: /No start codon, so no coding sequence/ })).toBeVisible();
});
