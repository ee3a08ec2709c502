// @ts-check
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CELL_HEIGHT, CELL_WIDTH, DRAWN_COMPARTMENTS, drawnCompartment } from '../../src/pictures/cell-compartments.js';
import { shareShades } from '../../src/parts/called-shares.js';
import { cellInWords, drawCellPicture, findPlaces } from '../../src/pictures/cell-drawn.js';
import { apart, layOut } from '../../src/pictures/cell-labels.js';
import { svgSurface } from '../../src/pictures/svg-surface.js';
import { PAPER } from '../../src/pictures/theme.js';

/** @type {{ name: string, compartments: string[] }[]} */
const MODELS = JSON.parse(readFileSync(new URL('../../../models/index.json', import.meta.url), 'utf8')).models;

/** @param {string[]} compartments */
function shadesOf(compartments) {
  return compartments.map((compartment, i) => ({
    compartment,
    share: (i + 1) / (compartments.length + 1),
    words: `0.${i}7`,
    called: i % 2 === 0,
  }));
}

/** @param {string[]} compartments @param {number} [width] */
function drawn(compartments, width = 700) {
  const surface = svgSurface(PAPER);
  const height = drawCellPicture(surface, { x: 0, y: 0, width }, shadesOf(compartments), PAPER);
  return { svg: String(surface), height };
}

describe('every compartment of every model has its place in the drawing', () => {
  test.each(MODELS)('$name', ({ compartments }) => {
    const keys = compartments.map((name) => drawnCompartment(name));
    expect(keys).not.toContain(null);
    expect(new Set(keys).size).toBe(compartments.length);
    for (const width of [300, 700]) {
      const { svg } = drawn(compartments, width);
      expect(svg.match(/class="compartment cell-/g)).toHaveLength(compartments.length);
      for (let i = 0; i < compartments.length; i += 1) {
        expect(svg.match(new RegExp(`compartment cell-\\w+ shade-${i}"`, 'g'))).toHaveLength(1);
        expect(svg).toContain(`cell-label shade-${i}"`);
        expect(svg).toContain(`>0.${i}7</text>`);
      }
    }
  });
});

test('spellings of one compartment lead to one place', () => {
  for (const name of ['Extracellular_region', 'extracellular region', 'Extracellular  region'])
    expect(drawnCompartment(name)).toBe('region');
  for (const name of ['Mitochondria', 'Mitochondrion', 'mitochondrion'])
    expect(drawnCompartment(name)).toBe('mitochondrion');
  expect(drawnCompartment('Endoplasmic_reticulum')).toBe('reticulum');
  expect(drawnCompartment('Axon')).toBeNull();
  expect(drawnCompartment('')).toBeNull();
});

test('no spelling stands for two compartments, and each is written as names are compared', () => {
  const spellings = Object.values(DRAWN_COMPARTMENTS).flatMap(({ name, aliases = [] }) => [
    name.toLowerCase(),
    ...aliases,
  ]);
  expect(new Set(spellings).size).toBe(spellings.length);
  for (const spelling of spellings) expect(drawnCompartment(spelling)).not.toBeNull();
  for (const { at } of Object.values(DRAWN_COMPARTMENTS)) {
    expect(at.x).toBeLessThan(CELL_WIDTH);
    expect(at.y).toBeLessThan(CELL_HEIGHT);
  }
});

test('a compartment that the drawing does not have is listed, and so is a second spelling of one', () => {
  const compartments = ['Nucleus', 'Axon', 'Mitochondria', 'Mitochondrion', 'a <b>'];
  expect(findPlaces(shadesOf(compartments)).map(({ key }) => key)).toEqual([
    'nucleus',
    null,
    'mitochondrion',
    null,
    null,
  ]);
  for (const width of [300, 700]) {
    const { svg, height } = drawn(compartments, width);
    expect(svg).toContain('Not in the drawing:');
    for (const words of ['Axon 0.17', 'Mitochondrion 0.37', 'a &#60;b&#62; 0.47'])
      expect(svg).toContain(`>${words}</text>`);
    expect(height).toBeGreaterThan(drawn(['Nucleus', 'Mitochondria'], width).height);
  }
});

test('a called compartment is told apart without colour: by its outline and by bold words', () => {
  const { svg } = drawn(['Nucleus', 'Exosome'], 300);
  const part = (/** @type {string} */ name) => svg.split(`class="compartment cell-${name} `)[1].split('</g>')[0];
  expect(part('nucleus')).toContain(`stroke="${PAPER.ink}"`);
  expect(part('exosome')).not.toContain(`stroke="${PAPER.ink}"`);
  const label = (/** @type {number} */ i) => svg.split(`cell-label shade-${i}"`)[1].split('</g>')[0];
  expect(label(0).match(/font-weight="bold"/g)).toHaveLength(2);
  expect(label(1)).not.toContain('font-weight');
});

test('the more probable, the more of the accent; a compartment that is not predicted has none', () => {
  const { svg } = drawn(['Nucleus', 'Nucleolus', 'Exosome']);
  const opacity = (/** @type {string} */ name) =>
    Number(
      new RegExp(`fill="${PAPER.accent}" fill-opacity="([\\d.]+)"`).exec(
        svg.split(`class="compartment cell-${name} `)[1].split('</g>')[0],
      )?.[1],
    );
  expect([opacity('nucleus'), opacity('nucleolus'), opacity('exosome')]).toEqual([0.25, 0.5, 0.75]);
  const absent = svg
    .split('class="absent"')
    .slice(1)
    .map((part) => part.split('</g>')[0]);
  expect(absent.length).toBeGreaterThan(5);
  expect(absent.join('')).not.toContain(PAPER.accent);
});

test('labels do not lie on one another', () => {
  const all = Object.values(DRAWN_COMPARTMENTS).map(({ name }) => name);
  for (const width of [300, 480, 700, 1000]) {
    const { labels, height, cell } = layOut(findPlaces(shadesOf(all)), width, 1);
    const boxes = labels.map(({ x, y, anchor }) => ({ x, y, anchor }));
    for (const [i, a] of boxes.entries())
      for (const b of boxes.slice(i + 1)) {
        if (a.anchor !== b.anchor) continue;
        const clear =
          a.anchor === 'middle' ? Math.abs(a.x - b.x) >= 80 || Math.abs(a.y - b.y) >= 30 : Math.abs(a.y - b.y) >= 30;
        expect(clear).toBe(true);
      }
    for (const { y } of labels) expect(y > 0 && y < height).toBe(true);
    expect(cell.y + cell.height).toBeLessThanOrEqual(height);
  }
});

test('places are as near to those wanted as the step allows', () => {
  expect(apart([10, 50, 90], 20, 0, 100)).toEqual([10, 50, 90]);
  expect(apart([10, 12, 90], 20, 0, 100)).toEqual([10, 30, 90]);
  expect(apart([-5, 99, 100], 20, 0, 100)).toEqual([0, 80, 100]);
});

test('in words, the likeliest comes first', () => {
  expect(cellInWords(shadesOf(['Nucleus', 'Extracellular_region']))).toBe(
    'Extracellular region 0.17; Nucleus 0.07, called',
  );
});

test('shares of many RNAs are told in percent with their counts', () => {
  const shades = shareShades(['Nucleus', 'Exosome', 'Cytosol'], [1047, 4, 0], 1047);
  expect(shades.map(({ words }) => words)).toEqual(['100 % (1,047)', '0.4 % (4)', '0 % (0)']);
  expect(shades.map(({ share }) => share)).toEqual([1, 4 / 1047, 0]);
  expect(shareShades(['Nucleus'], [0], 0)[0].share).toBe(0);
});
