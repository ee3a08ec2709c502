// @ts-check
/** Whatever is pasted, dropped or opened is read, or the page says what it is and what to do. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';
import { modelPath } from '../support/cli.js';
import { bytesOf, drop, namesOnShow, open, predictAll, predictButton } from '../support/page.js';
import { fasta, labelledFasta } from '../support/rnas.js';

/** @import { Page } from '@playwright/test' */

const MODEL = 'human-snorna';
const SEQUENCE = 'GAUUACAGGCAUUCUGAUCAAGCUU';
const TWO = `>a\n${SEQUENCE}\n>b\n${SEQUENCE}\n`;
const LABELLED = labelledFasta(40, 60);

/** @param {string} text @param {'little' | 'big'} order */
function utf16(text, order) {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
  return order === 'little' ? bytes : bytes.swap16();
}

/** A tar archive with one file. @param {string} text */
function tar(text) {
  const folder = mkdtempSync(path.join(tmpdir(), 'rmlocnet-tar-'));
  writeFileSync(path.join(folder, 'rnas.fa'), text);
  return execFileSync('tar', ['-c', '-C', folder, 'rnas.fa']);
}

/** A zip archive begins like this, and so does a spreadsheet. */
const ZIP = Buffer.from('504b030414000000080000002100', 'hex');
const LFS = `version https://git-lfs.github.com/spec/v1\noid sha256:${'4d7a'.repeat(16)}\nsize 12345\n`;

/** Files that are text in a form of their own, and are read. @param {string} text @returns {[string, Uint8Array][]} */
const readable = (text) => [
  ['with a byte order mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytesOf(text)])],
  ['in UTF-16, little-endian', utf16(text, 'little')],
  ['in UTF-16, big-endian', utf16(text, 'big')],
  ['with line ends of Windows', bytesOf(text.replaceAll('\n', '\r\n'))],
  ['with line ends of old Macs', bytesOf(text.replaceAll('\n', '\r'))],
  ['gzipped', gzipSync(bytesOf(text))],
];

/** Files that are no text: the file's name, its bytes, and what is said. @type {[string, Uint8Array, RegExp][]} */
const OTHERS = [
  ['twice.fa.gz', gzipSync(gzipSync(bytesOf(TWO))), /compressed twice.*unpack it once/],
  ['rnas.tar', tar(TWO), /tar archive.*unpack it first/],
  ['rnas.tar.gz', gzipSync(tar(TWO)), /tar archive.*unpack it first/],
  ['rnas.zip', ZIP, /zip archive.*unpack it first/],
  ['rnas.xlsx', ZIP, /Office document.*unpack it first/],
  ['rnas.pdf', bytesOf('%PDF-1.7\n%\xe2\xe3\n'), /PDF.*export it as plain text/],
  ['rnas.fa', bytesOf(LFS), /Git LFS pointer.*git lfs pull/],
  ['rnas.fa', bytesOf('<!DOCTYPE html><p>Not found</p>\n'), /web page.*download the file again/],
  ['rnas.png', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), /PNG picture.*give the file/],
];

/** @param {Page} page */
function summary(page) {
  return page.getByRole('status', { name: 'What was read' });
}

/** @param {Page} page */
function problems(page) {
  return page.getByRole('region', { name: 'Problems with the input' });
}

/** @param {Page} page */
function alert(page) {
  return page.getByRole('main').getByRole('alert');
}

/** @param {Page} page */
async function clear(page) {
  await page.getByRole('button', { name: 'Clear' }).click();
  await expect(summary(page)).toHaveCount(0);
}

/** Begins a drag of files that lie on the disk and drops them. @param {Page} page @param {string[]} files */
async function dropFromDisk(page, files) {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files, dragOperationsMask: 1 };
  for (const type of /** @type {const} */ (['dragEnter', 'dragOver', 'drop']))
    await session.send('Input.dispatchDragEvent', { type, x: 400, y: 400, data });
}

test.describe('in Predict', () => {
  test.beforeEach(({ page }) => open(page, `#predict?model=${MODEL}`));

  test('text in every form is read', async ({ page }) => {
    for (const [form, bytes] of readable(TWO)) {
      await drop(page, [{ name: 'two.fa', bytes }]);
      await expect(summary(page), form).toContainText('2 RNAs, 25 nt.');
      await predictAll(page);
      expect(await namesOnShow(page), form).toEqual(['a', 'b']);
      await expect(problems(page), form).toBeHidden();
      await clear(page);
    }
  });

  test('text in every form is read when it is pasted', async ({ page }) => {
    for (const text of [`\ufeff${TWO}`, TWO.replaceAll('\n', '\r\n'), TWO.replaceAll('\n', '\r')]) {
      await page.getByLabel('RNA sequences (FASTA)').fill(text);
      await expect(summary(page)).toContainText('2 RNAs, 25 nt.');
      await clear(page);
    }
  });

  test('a file that is no text is named before and after Predict, and the others are predicted', async ({ page }) => {
    for (const [name, bytes, words] of OTHERS) {
      await drop(page, [
        { name, bytes },
        { name: 'two.fa', bytes: bytesOf(TWO) },
      ]);
      await expect(summary(page), name).toContainText(`${name}: this is`);
      await expect(summary(page), name).toContainText(words);
      await expect(summary(page), name).toContainText('2 RNAs, 25 nt.');
      await predictAll(page);
      await expect(problems(page), name).toContainText(words);
      expect(await namesOnShow(page), name).toEqual(['a', 'b']);
      await clear(page);
    }
  });

  test('a file without a sequence is told of, alone too', async ({ page }) => {
    for (const [name, bytes] of /** @type {[string, Uint8Array][]} */ ([
      ['empty.fa', bytesOf('')],
      ['empty.fa.gz', bytesOf('')],
      ['empty.fa.gz', gzipSync(bytesOf(''))],
    ])) {
      await drop(page, [{ name, bytes }]);
      await expect(summary(page)).toContainText(`No RNA can be read. 1 problem: ${name}: there is no sequence`);
      await predictAll(page);
      await expect(problems(page)).toContainText(`${name}: there is no sequence`);
      await clear(page);
    }
  });

  test('records that cannot be read are told of by line, and the rest is predicted', async ({ page }) => {
    const text = `>good\n${SEQUENCE}\n.....((((....))))........ (-1.20)\n>joined\n${SEQUENCE}>next\n${SEQUENCE}\n>protein\nMVHLTPEEKSAVTALWGKVNVDEVGGEALGRLLVVYPWTQRF\n`;
    await drop(page, [{ name: 'mixed.fa', bytes: bytesOf(text) }]);
    await expect(summary(page)).toContainText('1 RNA, 25 nt.');
    await expect(summary(page)).toContainText('structure in dot-bracket notation left out');
    await expect(summary(page)).toContainText(/2 problems: .*line 5, record 'joined'.*Predict lists them all/);
    await predictAll(page);
    expect(await namesOnShow(page)).toEqual(['good']);
    await expect(problems(page)).toContainText("line 5, record 'joined': '>' stands within a line");
    await expect(problems(page)).toContainText("record 'protein': this looks like a protein");
  });

  test('a gzip file that is cut short gives what is in it, and is told of', async ({ page }) => {
    const whole = gzipSync(bytesOf(fasta(300, () => 100)));
    await drop(page, [{ name: 'cut.fa.gz', bytes: whole.subarray(0, whole.length >> 1) }]);
    await expect(summary(page)).toContainText('the gzip file is cut short: download or copy it again');
    await predictAll(page);
    expect((await namesOnShow(page)).length).toBeGreaterThan(5);
    await expect(problems(page)).toContainText('cut.fa.gz: the gzip file is cut short');
  });

  test('a table of labels is told of', async ({ page }) => {
    await drop(page, [{ name: 'labels.csv', bytes: bytesOf('Nucleus,Cytosol\n1,0\n0,1\n') }]);
    await expect(summary(page)).toContainText("this is not FASTA, because it starts with 'Nucleus,Cytosol'");
  });

  test('a model file is opened, and one that is not a model is told of; both leave the input', async ({ page }) => {
    await drop(page, [{ name: 'two.fa', bytes: bytesOf(TWO) }]);
    await drop(page, [
      { name: 'bad.safetensors', bytes: bytesOf('this is not a model') },
      { name: 'mine.safetensors', bytes: readFileSync(modelPath('human-mirna')) },
    ]);
    await expect(alert(page)).toContainText(
      /^bad\.safetensors: this is a text, not a model file; give the \.safetensors file/,
    );
    await expect(page.getByLabel('Model', { exact: true })).toHaveValue('mine');
    await predictAll(page);
    expect(await namesOnShow(page)).toEqual(['a', 'b']);
  });

  test('a run file whose name a browser has numbered is known, and another version of its model told of', async ({
    page,
  }) => {
    const run = {
      rmlocnet_run: 1,
      version: '0',
      made: '',
      model: { name: MODEL, sha256: 'another' },
      thresholds: {},
      inputs: [{ name: 'two.fa', size: TWO.length, sha256: 'x', content: Buffer.from(TWO).toString('base64') }],
    };
    const sha256 = await page.evaluate(async (text) => {
      const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
      return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    }, TWO);
    run.inputs[0].sha256 = sha256;
    await drop(page, [{ name: 'human-snorna.rmlocnet (1).json', bytes: bytesOf(JSON.stringify(run)) }]);
    await expect.poll(() => namesOnShow(page)).toEqual(['a', 'b']);
    await expect(
      page.getByText('The run was made with another version of the model human-snorna, so results may differ.'),
    ).toBeVisible();
  });

  test('a folder is told of, and the files beside it are taken', async ({ page }) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'rmlocnet-drop-'));
    mkdirSync(path.join(folder, 'rnas'));
    writeFileSync(path.join(folder, 'two.fa'), TWO);
    await dropFromDisk(page, [path.join(folder, 'rnas'), path.join(folder, 'two.fa')]);
    await expect(alert(page)).toHaveText('The page reads files, not folders. Open rnas and drop the files inside.');
    await expect(summary(page)).toContainText('2 RNAs, 25 nt.');
  });

  test('a file that has been deleted is told of, and the others are predicted', async ({ page }) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'rmlocnet-gone-'));
    const [gone, stays] = ['gone.fa', 'stays.fa'].map((name) => path.join(folder, name));
    for (const file of [gone, stays]) writeFileSync(file, TWO);
    await page.getByLabel('Open files').setInputFiles([gone, stays]);
    await expect(summary(page)).toContainText('4 RNAs');
    rmSync(gone);
    await predictButton(page).click();
    await expect(problems(page).getByRole('listitem')).toHaveText(
      /gone\.fa: the browser cannot read this file any more: .* open it again$/,
    );
    await expect.poll(() => namesOnShow(page)).toEqual(['a', 'b']);
  });
});

test.describe('in Train', () => {
  test.beforeEach(({ page }) => open(page, '#train'));

  test('a labelled set in every form is read', async ({ page }) => {
    for (const [form, bytes] of readable(LABELLED)) {
      await drop(page, [{ name: `${form}.fa`, bytes }]);
      await expect(page.getByText(`${form}.fa: 40 RNAs`), form).toBeVisible();
    }
  });

  test('a file that is no text is named, and the former set stays', async ({ page }) => {
    await drop(page, [{ name: 'former.fa', bytes: bytesOf(LABELLED) }]);
    await expect(page.getByText('former.fa: 40 RNAs')).toBeVisible();
    for (const [name, bytes, words] of OTHERS) {
      await drop(page, [{ name, bytes }]);
      await expect(alert(page), name).toContainText(`${name}: this is`);
      await expect(alert(page), name).toContainText(words);
      await expect(page.getByText('former.fa: 40 RNAs')).toBeVisible();
    }
    const whole = gzipSync(bytesOf(LABELLED));
    await drop(page, [{ name: 'cut.fa.gz', bytes: whole.subarray(0, whole.length >> 1) }]);
    await expect(alert(page)).toContainText(/^cut\.fa\.gz: /);
    await expect(page.getByText('former.fa: 40 RNAs')).toBeVisible();
  });

  test('a model and a run file are told where they belong', async ({ page }) => {
    await drop(page, [{ name: 'mine.safetensors', bytes: readFileSync(modelPath('human-mirna')) }]);
    await expect(alert(page)).toContainText(
      'mine.safetensors is a model, not a labelled set. To predict with it, open it in the Predict view.',
    );
    await drop(page, [{ name: 'again.rmlocnet.json', bytes: bytesOf('{}') }]);
    await expect(alert(page)).toContainText('again.rmlocnet.json is a run file, not a labelled set.');
  });

  test('a table is a set of its own, or the labels of the FASTA file that was opened', async ({ page }) => {
    const rows = LABELLED.trim()
      .split('\n>')
      .map((record) => /([\w-]+) \[location=(\S+)\]\n(\w+)/.exec(record)?.slice(1) ?? []);
    const whole = ['id,labels,sequence', ...rows.map((row) => row.join(','))].join('\n');
    await drop(page, [{ name: 'set.csv', bytes: bytesOf(whole) }]);
    await expect(page.getByText('set.csv: 40 RNAs')).toBeVisible();

    const labels = ['Nucleus,Cytoplasm', ...rows.map((_, i) => (i % 2 === 0 ? '1,0' : '0,1'))].join('\n');
    const bare = rows.map(([id, , sequence]) => `>${id}\n${sequence}\n`).join('');
    await drop(page, [{ name: 'bare.fa', bytes: bytesOf(bare) }]);
    await expect(alert(page)).toContainText("bare.fa: line 1, record 'made-1': there is no label");
    await expect(page.getByText('set.csv: 40 RNAs')).toBeVisible();
    await drop(page, [{ name: 'labels.csv.gz', bytes: gzipSync(bytesOf(labels)) }]);
    await expect(page.getByText('bare.fa with labels.csv.gz: 40 RNAs')).toBeVisible();
    await expect(alert(page)).toHaveCount(0);
  });

  test('labels without their FASTA file ask for it', async ({ page }) => {
    await drop(page, [{ name: 'labels.csv', bytes: bytesOf('Nucleus,Cytosol\n1,0\n0,1\n') }]);
    await expect(alert(page)).toContainText(
      /^labels\.csv: .*If it holds labels only, open the FASTA file it belongs to as well\.$/,
    );
  });

  test('files named after compartments, and folders, are told of', async ({ page }) => {
    await drop(page, [
      { name: 'nucleus.fa', bytes: bytesOf(TWO) },
      { name: 'cytoplasm.fa', bytes: bytesOf(TWO) },
    ]);
    await expect(alert(page)).toContainText(
      'nucleus.fa, cytoplasm.fa are several. Put all RNAs into one file, with [location=Nucleus]',
    );
    const folder = mkdtempSync(path.join(tmpdir(), 'rmlocnet-drop-'));
    await dropFromDisk(page, [folder]);
    await expect(alert(page)).toContainText(`Open ${path.basename(folder)} and drop the files inside.`);
  });

  test('a file that has been deleted since it was read trains all the same', async ({ page }) => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'rmlocnet-gone-')), 'gone.fa');
    writeFileSync(file, LABELLED);
    await page.getByLabel('Open a labelled set').setInputFiles(file);
    await expect(page.getByText('gone.fa: 40 RNAs')).toBeVisible();
    rmSync(file);
    await page.getByLabel('Epochs').fill('1');
    await page.getByRole('button', { name: 'Start' }).click();
    await expect(page.getByRole('button', { name: 'Save model' })).toBeVisible({ timeout: 60_000 });
  });
});
