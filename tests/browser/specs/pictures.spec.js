// @ts-check
import { expect, test } from '@playwright/test';
import { downloaded, nucleotides, open, pointAt, predictText, readout } from '../support/page.js';
import { fasta } from '../support/rnas.js';

/** @import { Page } from '@playwright/test' */

const LET_7A = '>let-7a\nUGAGGUAGUAGGUUGUAUAGUUGGAUGA\n';
const MADE_WITH = /rmlocnet \d+\.\d+\.\d+, model \S+ \([0-9a-f]{12}\)/;

/**
 * A saved SVG as a reader of SVG sees it.
 * @param {Page} page
 * @param {Buffer} bytes
 */
function readSvg(page, bytes) {
  return page.evaluate((text) => {
    const file = new DOMParser().parseFromString(text, 'image/svg+xml');
    const root = file.documentElement;
    return {
      root: root.nodeName,
      broken: file.querySelector('parsererror')?.textContent ?? '',
      size: [Number(root.getAttribute('width')), Number(root.getAttribute('height'))],
      title: file.querySelector('title')?.textContent ?? '',
      words: [...file.querySelectorAll('text')].map(({ textContent }) => textContent ?? ''),
      marks: file.querySelectorAll('rect, path, circle, line, text').length,
      strip: [...(file.querySelector('.strip')?.children ?? [])].map((cell) => cell.getAttribute('fill')),
    };
  }, bytes.toString());
}

/**
 * A saved PNG as the browser decodes it: its size, and how many of its dots are dark where the title is, and coloured below.
 * @param {Page} page
 * @param {Buffer} bytes
 */
function readPng(page, bytes) {
  return page.evaluate(async (base64) => {
    const image = await createImageBitmap(
      new Blob([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], { type: 'image/png' }),
    );
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext('2d');
    if (!context) throw new Error('no canvas');
    context.drawImage(image, 0, 0);
    const count = (
      /** @type {number} */ top,
      /** @type {number} */ height,
      /** @type {(red: number, green: number, blue: number) => boolean} */ is,
    ) => {
      const { data } = context.getImageData(0, top, image.width, height);
      let dots = 0;
      for (let i = 0; i < data.length; i += 4) if (is(data[i], data[i + 1], data[i + 2])) dots += 1;
      return dots;
    };
    return {
      size: [image.width, image.height],
      title: count(30, 60, (red, green, blue) => Math.max(red, green, blue) < 90),
      picture: count(110, image.height - 160, (red, green, blue) => Math.min(red, green, blue) < 220),
    };
  }, bytes.toString('base64'));
}

/**
 * Saves a picture both ways, checks both files, and gives what the SVG holds.
 * @param {Page} page
 * @param {string} what the picture, in its buttons' names
 * @param {{ file: string, title: string | RegExp, from: RegExp }} expected
 */
async function saved(page, what, { file, title, from }) {
  const svgFile = await downloaded(page, `Save SVG of ${what}`);
  expect(svgFile.name).toBe(`${file}.svg`);
  const svg = await readSvg(page, svgFile.bytes);
  expect([svg.root, svg.broken]).toEqual(['svg', '']);
  if (typeof title === 'string') expect(svg.title).toBe(title);
  else expect(svg.title).toMatch(title);
  expect(svg.words[0]).toBe(svg.title);
  expect(svg.words.join(' ')).toMatch(from);
  expect(svg.words.join(' ')).not.toMatch(/undefined|NaN|\[object/);
  expect(svg.marks).toBeGreaterThan(20);
  expect(svgFile.bytes.toString()).not.toMatch(/var\(|href=|url\(|NaN|undefined/);

  const pngFile = await downloaded(page, `Save PNG of ${what}`);
  expect(pngFile.name).toBe(`${file}.png`);
  const png = await readPng(page, pngFile.bytes);
  expect(png.size).toEqual(svg.size.map((side) => 2 * side));
  expect(png.title).toBeGreaterThan(500);
  expect(png.picture).toBeGreaterThan(2000);
  return svg;
}

/**
 * The pictures on show that are outside every frame, and so cannot be saved.
 * @param {Page} page
 */
function unframed(page) {
  return page.evaluate(() =>
    [...document.querySelectorAll('canvas, .chart, svg[role=img], .words-list')]
      .filter((picture) => picture.getClientRects().length > 0 && !picture.closest('picture-frame, live-strip'))
      .map(({ parentElement }) => parentElement?.outerHTML.slice(0, 200)),
  );
}

test('every picture of an RNA is saved as SVG and as PNG, with its title and where it comes from', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await open(page, '#predict?model=human-mirna');
  await predictText(page, LET_7A);
  await page.getByRole('button', { name: 'Integrated gradients', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Gradients as TSV' })).toBeEnabled();
  await page.getByRole('button', { name: 'Mutagenesis', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Changes as TSV' }).first()).toBeEnabled();
  await page.getByRole('region', { name: 'Motifs', exact: true }).getByRole('button', { name: 'CAB box' }).click();
  await expect(page.getByText(/Masking the most-attended/)).toBeVisible();
  const card = page.getByRole('region', { name: 'Compare with a variant' });
  await card.getByText('Compare with a variant').click();
  await card.getByLabel(/The variant/).fill('UGAGGUAGUAGGUUCUAUAGUUGAUGA');
  await card.getByRole('button', { name: 'Compare', exact: true }).click();
  await expect(card.locator('aligned-tracks canvas').first()).toBeVisible();

  const from = MADE_WITH;
  const attention = await saved(page, 'the attention', { file: 'let-7a-attention', title: 'let-7a (28 nt)', from });
  expect(attention.words).toEqual(expect.arrayContaining(['gradients', 'if A, C, G, U', 'CAB box', 'Mitochondrion']));
  await page.getByLabel('Letters as tall as').selectOption('mutagenesis');
  const logo = await saved(page, 'the sequence logo', {
    file: 'let-7a-logo',
    title: 'let-7a (28 nt), sequence logo',
    from,
  });
  expect(logo.words.join(' ')).toMatch(/Logo of 1–28: letters as tall as the mean loss of \S+ when replaced/);
  const deletion = await saved(page, 'the deletion curve', {
    file: 'let-7a-deletion',
    title: /^let-7a \(28 nt\), deletion curve: \S/,
    from,
  });
  expect(deletion.words).toContain('most attended');
  const kmers = await saved(page, 'the k-mers', {
    file: 'let-7a-kmers',
    title: /^let-7a \(28 nt\), k-mers of 4 nt: \S/,
    from,
  });
  const shown = await page
    .getByRole('list', { name: 'Most attended k-mers', exact: true })
    .getByRole('listitem')
    .allInnerTexts();
  expect(shown.length).toBeGreaterThan(0);
  // A k-mer and what is read aloud after it.
  const most = shown.map((words) => words.trim().split(/\s/)[0]);
  expect(kmers.words.filter((word) => /^[ACGU]{4}$/.test(word)).slice(0, most.length)).toEqual(most);
  const comparison = await saved(page, 'the comparison', {
    file: 'let-7a-variant',
    title: 'let-7a (28 nt) and a variant (27 nt), attention',
    from,
  });
  expect(comparison.words.join(' ')).toContain('orange where they differ');
  expect(await unframed(page)).toEqual([]);
});

test('the pictures over many RNAs are saved as SVG and as PNG', async ({ page }) => {
  await open(page, '#predict?model=human-snorna');
  await predictText(
    page,
    fasta(12, (i) => 80 + 9 * i),
  );
  await page.getByRole('button', { name: 'Overview' }).click();
  await expect(page.getByRole('button', { name: 'Save PNG of the mean attention' })).toBeDisabled();
  const from = new RegExp(`${MADE_WITH.source}, 12 RNAs`);
  const heatMap = await saved(page, 'the heat map', {
    file: 'human-snorna-heatmap',
    title: 'Probability of every compartment',
    from,
  });
  expect(heatMap.words).toEqual(expect.arrayContaining(['Nucleolus', 'rna-12']));
  await page.getByRole('button', { name: /Read the attention/ }).click();
  await expect(page.getByRole('button', { name: 'k-mers as TSV' })).toBeVisible();
  const profile = await saved(page, 'the mean attention', {
    file: 'human-snorna-profile',
    title: 'Mean attention along the RNA',
    from,
  });
  expect(profile.words.join(' ')).toMatch(/Nucleus \(\d+\)/);
  const kmers = await saved(page, 'the recurring k-mers', {
    file: 'human-snorna-kmers',
    title: 'k-mers that recur under the attention',
    from,
  });
  expect(kmers.words.join(' ')).toMatch(/Nucleus \(\d+ RNAs?\) Most attended/);
  expect(await unframed(page)).toEqual([]);
});

test('the pictures of a training run are saved as SVG and as PNG', async ({ page }) => {
  await open(page, '#train');
  await page.getByRole('button', { name: 'Demo set' }).click();
  await expect(page.getByRole('table', { name: 'RNAs per compartment' })).toBeVisible();
  await page.getByLabel('Epochs').fill('2');
  await page.getByLabel('Epochs').blur();
  await page.getByRole('button', { name: 'Start' }).click();
  await expect(page.getByRole('button', { name: 'Save model' })).toBeVisible({ timeout: 90_000 });
  const from = /rmlocnet \d+\.\d+\.\d+, .*trained on made-up\.fa, preset \S+, seed 1, 2 of 2 epochs/;
  await saved(page, 'the loss chart', { file: 'made-up-loss', title: 'Loss by epoch: made-up.fa (160 RNAs)', from });
  await saved(page, 'the attention by epoch', {
    file: 'made-up-1-attention-by-epoch',
    title: /^made-up-1 \(60 nt\), attention by epoch: \S/,
    from,
  });
  expect(await unframed(page)).toEqual([]);
});

test('the screen and the file show the same colours', async ({ page }) => {
  await open(page, '#predict?model=human-mirna');
  await predictText(page, LET_7A);
  const { strip } = await readSvg(page, (await downloaded(page, 'Save SVG of the attention')).bytes);
  const onScreen = await page
    .locator('attention-track canvas')
    .first()
    .evaluate((/** @type {HTMLCanvasElement} */ canvas) => {
      const row = canvas.getContext('2d')?.getImageData(0, Math.floor(canvas.height / 2), canvas.width, 1).data ?? [];
      return Array.from({ length: 28 }, (_, i) => {
        const at = 4 * Math.floor(((i + 0.5) / 28) * canvas.width);
        return `rgb(${row[at]},${row[at + 1]},${row[at + 2]})`;
      });
    });
  expect(strip).toEqual(onScreen);
});

test.describe('on a screen with two dots in a pixel', () => {
  test.use({ deviceScaleFactor: 2 });

  test('every canvas has a dot for each', async ({ page }) => {
    await open(page, '#predict?model=human-mirna');
    await predictText(page, LET_7A);
    const sizes = await page.evaluate(async () => {
      const strip = /** @type {any} */ (document.querySelector('live-strip'));
      strip.hidden = false;
      strip.fill({
        id: 'x',
        length: 3,
        sequence: 'ACG',
        read: [{ start: 0, end: 3 }],
        probabilities: [1],
        heads: [{ compartment: null, weights: Float32Array.of(1, 2, 3) }],
      });
      const canvases = [
        .../** @type {NodeListOf<HTMLCanvasElement>} */ (
          document.querySelectorAll('attention-track canvas, live-strip canvas')
        ),
      ];
      return canvases.map(({ width, height, clientWidth, clientHeight }) => [
        width - 2 * clientWidth,
        height - 2 * clientHeight,
      ]);
    });
    expect(sizes.length).toBeGreaterThan(1);
    for (const size of sizes) expect(size).toEqual([0, 0]);
  });
});

test('keys in the nucleotides take the view along, and say what they reach', async ({ page }) => {
  await open(page, '#predict?model=human-mirna');
  await predictText(
    page,
    fasta(1, () => 5000),
  );
  const track = nucleotides(page);
  await page.getByRole('button', { name: 'Letters', exact: true }).click();
  await track.focus();
  for (const [key, position] of [
    ['End', 5000],
    ['ArrowLeft', 4999],
    ['Home', 1],
    ['PageUp', 11],
    ['ArrowRight', 12],
    ['ArrowDown', 11],
  ]) {
    await track.press(`${key}`);
    await expect(track).toHaveAttribute('aria-valuenow', `${position}`);
    await expect(track).toHaveAttribute('aria-valuetext', new RegExp(`^${position} [ACGU]; Attention, \\S+: `));
    await expect(track.locator('.cursor')).toBeInViewport({ ratio: 0.9 });
    await expect(readout(page)).toContainText(`${position} `);
  }
});

test('what was not read is hatched on the page and in files, and has no weight', async ({ page }) => {
  await open(page, '#predict?model=human-lncrna');
  await predictText(
    page,
    fasta(1, () => 15_000),
  );
  const panel = page.getByRole('region', { name: 'Attention', exact: true });
  await expect(panel.getByText(/only .* were read/i)).toHaveCount(1);
  await expect(panel.locator('.legend').getByText('not read', { exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: /^Mutagenesis of \d+–\d+$/ })).toBeVisible();
  const [from, to] = await page.locator('attention-map').evaluate((/** @type {any} */ map) => {
    const [{ start, end }] = map.explained.read;
    return [start + 1, end];
  });
  await expect(page.getByRole('button', { name: `Mutagenesis of ${from}–${to}` })).toBeVisible();
  await pointAt(page, 9000);
  await expect(readout(page)).toContainText('not read');
  const svg = (await downloaded(page, 'Save SVG of the attention')).bytes.toString();
  // A row of each head, and the legend.
  const heads = await page.locator('attention-track').count();
  expect(svg.match(/class="unread"/g)).toHaveLength(heads + 1);
  expect(svg).toContain('>not read<');
});

test('each row has colours of its own, or all have the same, as the address says', async ({ page }) => {
  await open(page, '#predict?model=human-mirna');
  await predictText(page, LET_7A);
  const yellow = () =>
    page.locator('attention-track canvas').evaluateAll((canvases) =>
      canvases.map((element) => {
        const canvas = /** @type {HTMLCanvasElement} */ (element);
        const { data } = canvas.getContext('2d')?.getImageData(0, 12, canvas.width, 1) ?? { data: [] };
        return data.some((red, i) => i % 4 === 0 && red === 254 && data[i + 1] === 232 && data[i + 2] === 56);
      }),
    );
  await expect.poll(async () => new Set(await yellow())).toEqual(new Set([true]));
  await page.getByLabel('One colour scale for all rows').check();
  await expect(page).toHaveURL(/scale=common/);
  await expect.poll(async () => (await yellow()).filter(Boolean).length).toBe(1);
  await expect(page.locator('attention-map .legend').first()).toContainText(/\d × uniform/);
});

test('a pointer over the tracks moves nothing, whatever it reads', async ({ page }) => {
  await open(page, '#predict?model=human-mirna');
  await predictText(page, LET_7A);
  await page.getByRole('button', { name: 'Integrated gradients', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Gradients as TSV' })).toBeEnabled();
  await page.getByRole('button', { name: 'Mutagenesis', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Changes as TSV' }).first()).toBeEnabled();
  await expect(page.getByRole('button', { name: 'Stop: Mutagenesis' })).toHaveCount(0);
  const place = () => page.locator('logo-track').evaluate((track) => track.getBoundingClientRect().top + scrollY);
  await pointAt(page, 1);
  const before = await place();
  for (let position = 2; position <= 28; position += 1) {
    await pointAt(page, position);
    await expect(readout(page)).toContainText(`${position} `);
    expect(await place()).toBe(before);
  }
  await page.mouse.move(0, 0);
  await expect(readout(page)).not.toContainText('×');
  expect(await place()).toBe(before);
});

test.describe('with fingers', () => {
  test.use({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } });

  test('a tap reads a weight, and two fingers zoom', async ({ page }) => {
    await open(page, '#predict?model=human-mirna');
    await predictText(
      page,
      fasta(1, () => 100),
    );
    await expect(page.getByText('Touch a nucleotide to read it.')).toBeVisible();
    await expect(page.getByText('Point at a nucleotide')).toBeHidden();
    const track = page.locator('attention-track').first();
    await track.scrollIntoViewIfNeeded();
    const box = await track.boundingBox();
    if (!box) throw new Error('no track');
    await page.touchscreen.tap(box.x + box.width * 0.255, box.y + 8);
    await expect(readout(page)).toContainText('26 ');
    await expect(readout(page)).toContainText('× uniform');
    const touch = await page.context().newCDPSession(page);
    const at = (/** @type {number[]} */ shares) => ({
      touchPoints: shares.map((share, id) => ({ x: box.x + box.width * share, y: box.y + 8, id })),
    });
    await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', ...at([0.4]) });
    await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', ...at([0.4, 0.6]) });
    for (const by of [0.1, 0.2, 0.3])
      await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', ...at([0.4 - by, 0.6 + by]) });
    await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    // What was under the fingers, 20 nucleotides, now is 80 % of the width.
    await expect(page.locator('.in-view')).toHaveText('38–63');
  });
});
