// @ts-check
import { expect, test } from 'vitest';
import { ends, inLines, kmerBlocks, kmersOfCompartments, mixed, sizeOf } from '../../src/pictures/kmer-words.js';
import { INNER, LABEL, MARGIN, svgFile } from '../../src/pictures/sheet.js';

/** @param {number[]} attentions */
function kmers(attentions) {
  return attentions.map((attention, i) => ({ word: `GAU${'ACGU'[i % 4]}`, count: 1 + i, attention }));
}

/** The k-mers that a file spells out, in order. @param {string} svg */
function spelled(svg) {
  return [...svg.matchAll(/<text [^>]*class="kmer"[^>]*>([^<]*)</g)].map(([, word]) => word);
}

test('both ends are shown, and no k-mer twice', () => {
  const { most, least } = ends(kmers([4, 2, 1, 0.5, 0]));
  expect(most.map(({ word, share }) => [word.attention, share])).toEqual([
    [4, 1],
    [2, 0.5],
  ]);
  expect(least.map(({ word, share }) => [word.attention, share])).toEqual([
    [0.5, 0.125],
    [0, 0],
  ]);
  const many = ends(kmers(Array.from({ length: 40 }, (_, i) => 2 - i / 20)));
  expect([many.most.length, many.least.length]).toEqual([12, 12]);
  expect(ends([])).toEqual({ most: [], least: [] });
});

test('the more attention, the larger, and the nearer to the full colour', () => {
  expect([sizeOf(0), sizeOf(1)]).toEqual([13, 24]);
  expect(sizeOf(0.5)).toBeGreaterThan(sizeOf(0.4));
  expect(mixed('#000000', '#ff8000', 0)).toBe('rgb(0,0,0)');
  expect(mixed('#000000', '#ff8000', 1)).toBe('rgb(255,128,0)');
  expect(mixed('#0000ff', '#ff0000', 0.5)).toBe('rgb(128,0,128)');
});

test('k-mers stand side by side without overlap, and a new line begins where there is no room', () => {
  const { most } = ends(kmers(Array.from({ length: 12 }, () => 3)));
  const { places, height } = inLines(most, 300);
  expect(places).toHaveLength(12);
  for (const { x, width } of places) expect(x + width).toBeLessThanOrEqual(300);
  places.slice(1).forEach((place, i) => {
    const before = places[i];
    if (place.y === before.y) expect(place.x).toBeGreaterThan(before.x + before.width);
    else expect([place.x, place.y > before.y]).toEqual([0, true]);
  });
  expect(new Set(places.map(({ y }) => y)).size).toBeGreaterThan(1);
  expect(height).toBeGreaterThan(places[11].y);
});

test('a file has the k-mers in order, with their attention as numbers, beside the names of the rows', () => {
  const svg = svgFile('t', kmerBlocks(kmers([4, 2, 0.5, 0.25])), 'p');
  expect(spelled(svg)).toEqual(['GAUA', 'GAUC', 'GAUG', 'GAUU']);
  for (const number of ['4.00 ×', '2.00 ×', '0.50 ×', '0.25 ×']) expect(svg).toContain(`>${number}<`);
  expect(svg.indexOf('Most attended')).toBeLessThan(svg.indexOf('GAUA'));
  expect(svg.indexOf('Least attended')).toBeLessThan(svg.indexOf('GAUG'));
  const places = [...svg.matchAll(/<text x="([\d.]+)"[^>]*class="kmer"/g)].map(([, x]) => Number(x));
  expect(places).toHaveLength(4);
  for (const x of places) expect(x > MARGIN + LABEL && x < MARGIN + LABEL + INNER).toBe(true);
});

test('the k-mers of each compartment stand under its name', () => {
  const svg = svgFile(
    't',
    kmersOfCompartments([
      { name: 'Nucleus (2 RNAs)', all: kmers([3]) },
      { name: 'Cytosol (1 RNA)', all: kmers([2, 1.5]) },
    ]),
    'p',
  );
  expect(spelled(svg)).toEqual(['GAUA', 'GAUA', 'GAUC']);
  const places = ['Nucleus (2 RNAs)', '3.00 ×', 'Cytosol (1 RNA)', '2.00 ×'].map((words) => svg.indexOf(words));
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(places[0]).toBeGreaterThan(0);
});
