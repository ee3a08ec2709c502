// @ts-check
import { describe, expect, test } from 'vitest';
import { MOST_LETTERS, NucleotideCells } from '../../src/pictures/nucleotide-cells.js';

/**
 * @param {number} length
 * @param {{ first: number, last: number }} window
 */
function cellsOf(length, window) {
  const cells = new NucleotideCells();
  cells.sequence = 'A'.repeat(length);
  cells.window = window;
  return cells;
}

/**
 * The window and the position that a key asks for.
 * @param {NucleotideCells} cells
 * @param {string} key
 */
function press(cells, key) {
  const asked = { window: null, position: null };
  cells.addEventListener('window-wanted', (/** @type {any} */ event) => (asked.window = event.detail));
  cells.addEventListener('moved', (/** @type {any} */ event) => (asked.position = event.detail));
  cells.onKey(/** @type {any} */ ({ key, preventDefault: () => {} }));
  return asked;
}

describe('the nucleotides spelled out', () => {
  test('are all of a short RNA, whatever the tracks show', () => {
    expect(cellsOf(2000, { first: 400, last: 500 }).spelled).toEqual({ first: 1, last: 2000 });
  });

  test('are those in view of a longer one, and never more than can be', () => {
    expect(cellsOf(9000, { first: 400, last: 500 }).spelled).toEqual({ first: 400, last: 500 });
    expect(cellsOf(9000, { first: 401, last: 9000 }).spelled).toEqual({ first: 401, last: 400 + MOST_LETTERS });
  });
});

describe('a key in the nucleotides', () => {
  test('moves by one, by ten, to the start and to the end', () => {
    const cells = cellsOf(100, { first: 1, last: 100 });
    const to = (/** @type {string} */ key, /** @type {number | null} */ from) => {
      cells.position = from;
      return press(cells, key).position;
    };
    expect([
      to('ArrowRight', null),
      to('ArrowRight', 100),
      to('ArrowLeft', 5),
      to('ArrowLeft', 1),
      to('ArrowDown', 5),
      to('ArrowUp', 5),
      to('Home', 50),
      to('End', 50),
    ]).toEqual([1, 100, 4, 1, 15, 1, 1, 100]);
    expect(press(cells, 'Tab').position).toBeNull();
  });

  test('asks for no other window where the nucleotide is spelled out already', () => {
    expect(press(cellsOf(100, { first: 40, last: 60 }), 'End').window).toBeNull();
    expect(press(cellsOf(9000, { first: 1, last: 9000 }), 'ArrowRight').window).toBeNull();
  });

  test('takes the window along where it is not', () => {
    expect(press(cellsOf(9000, { first: 1, last: 9000 }), 'End')).toEqual({
      window: { first: 7001, last: 9000 },
      position: 9000,
    });
    expect(press(cellsOf(9000, { first: 801, last: 900 }), 'Home')).toEqual({
      window: { first: 1, last: 100 },
      position: 1,
    });
    const cells = cellsOf(9000, { first: 801, last: 900 });
    cells.position = 900;
    expect(press(cells, 'ArrowRight')).toEqual({ window: { first: 851, last: 950 }, position: 901 });
  });
});
