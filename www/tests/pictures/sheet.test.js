// @ts-check
import { expect, test } from 'vitest';
import { INNER, LABEL, MARGIN, WIDTH, labelled, legend, space, svgFile, words } from '../../src/pictures/sheet.js';

/** @import { Box } from '../../src/pictures/surface.js' */

test('a file has its title, what is drawn, and where it comes from, one under the other', () => {
  /** @type {Box[]} */
  const boxes = [];
  const row = labelled(
    ['one', 'two'],
    30,
    (surface, box) => {
      boxes.push(box);
      surface.rect(box, '#123456');
    },
    'kind',
  );
  const svg = svgFile('a <title> & more', [row, space(12.4), row], 'rmlocnet 1.2.3, model m');
  expect(boxes.map(({ x, width }) => [x, width])).toEqual([
    [MARGIN + LABEL, INNER],
    [MARGIN + LABEL, INNER],
  ]);
  expect(boxes[1].y - boxes[0].y).toBeCloseTo(42.4);
  expect(svg).toContain('<title>a &#60;title&#62; &#38; more</title>');
  expect(svg.match(/a &#60;title&#62; &#38; more/g)).toHaveLength(2);
  expect(svg.match(/<g class="kind">/g)).toHaveLength(2);
  expect(svg.indexOf('rmlocnet 1.2.3, model m')).toBeGreaterThan(svg.lastIndexOf('#123456'));
  const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
  expect(Number(width)).toBe(WIDTH);
  const lowest = Math.max(...[...svg.matchAll(/ y="([\d.]+)"/g)].map(([, y]) => Number(y)));
  expect(Number(height)).toBeGreaterThan(lowest);
});

test('a file stands alone: it asks for no style, link or variable of the page', () => {
  const svg = svgFile('t', [legend('weight', '0.5'), words('some words')], 'p');
  expect(svg).not.toMatch(/var\(|href=|url\(|<style/);
});

test('long words are broken into lines, and their block is as high as they are', () => {
  const short = words('a few words');
  const long = words(Array.from({ length: 100 }, (_, i) => `word-${i}`).join(' '));
  expect(long.height).toBeGreaterThan(3 * short.height);
  const svg = svgFile('t', [long], 'p');
  const lines = [...svg.matchAll(/<text [^>]*>([^<]*word[^<]*)<\/text>/g)].map(([, line]) => line);
  expect(lines.join(' ').split(' ')).toHaveLength(100);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(170);
});
