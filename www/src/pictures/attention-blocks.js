// @ts-check
/** The attention map in a file: its tracks one under the other, then the nucleotides. */
import { inAll } from './gradient-track.js';
import { headName } from './heads.js';
import { drawMessage, messageInWords } from './message-track.js';
import { drawContributions, drawLetters, drawMotif, drawMutations, drawWeights, whole } from './rows.js';
import { INNER, LABEL, labelled, legend, space, words } from './sheet.js';

/** @import { FoundMotif } from '../engine/types/core.js' */
/** @import { Explained } from '../engine/types/engine.js' */
/** @import { Mutations } from './attention-map.js' */
/** @import { Gradients } from './gradient-track.js' */
/** @import { Scaled } from './rows.js' */
/** @import { Block } from './sheet.js' */

const STRIP = 22;
const CELL = { cell: 15, line: 24, perLine: Math.floor(INNER / 15 / 10) * 10, margin: LABEL };
/** Longer RNAs are drawn as strips only: their letters would fill pages. */
const MOST_LETTERS = 3000;

/**
 * @param {{ explained: Explained, chosen: number, top: number, mutations: Mutations | null, gradients: Gradients | null, motif: FoundMotif | null }} shown
 * @returns {Block[]}
 */
export function attentionBlocks({ explained, chosen, top, mutations, gradients, motif }) {
  const { sequence, heads } = explained;
  const strips = heads.map((head) =>
    labelled([headName(head)], STRIP + 4, (surface, box) =>
      drawWeights(surface, { ...box, height: STRIP }, whole(sequence.length), { values: head.weights, top }),
    ),
  );
  return [
    ...(explained.regions ? messageBlocks(explained) : []),
    ...strips,
    space(16),
    ...(gradients ? gradientBlocks(gradients) : []),
    ...(mutations ? mutationBlocks(mutations, sequence) : []),
    ...(motif ? motifBlocks(motif, sequence.length) : []),
    ...(sequence.length <= MOST_LETTERS
      ? letterBlocks(sequence, headName(heads[chosen]), { values: heads[chosen].weights, top })
      : []),
    legend('attention weight', top.toPrecision(2)),
    space(12),
  ];
}

/**
 * @param {Explained} explained
 * @returns {Block[]}
 */
function messageBlocks(explained) {
  return [
    labelled(
      ['Message'],
      STRIP + 4,
      (surface, box, theme) =>
        drawMessage(surface, { ...box, height: STRIP }, whole(explained.sequence.length), explained, theme),
      'message',
    ),
    words(messageInWords(explained), LABEL),
    space(8),
  ];
}

/**
 * @param {Gradients} gradients
 * @returns {Block[]}
 */
function gradientBlocks(gradients) {
  const { compartment, values, top } = gradients;
  return [
    labelled(
      [compartment, 'gradients'],
      STRIP + 4,
      (surface, box) => drawContributions(surface, { ...box, height: STRIP }, whole(values.length), gradients),
      'gradients',
    ),
    words(
      `Integrated gradients, what each nucleotide adds to the score of ${compartment}: −${top.toPrecision(2)} blue, +${top.toPrecision(2)} red.`,
      LABEL,
    ),
    words(inAll(gradients), LABEL),
    space(10),
  ];
}

/**
 * @param {Mutations} mutations
 * @param {string} sequence
 * @returns {Block[]}
 */
function mutationBlocks({ compartment, changes, top }, sequence) {
  const scale = `−${top.toFixed(2)} blue, +${top.toFixed(2)} red`;
  return [
    labelled(
      [compartment, 'if A, C, G, U', scale],
      64,
      (surface, box) =>
        drawMutations(surface, { ...box, height: 48 }, whole(sequence.length), { changes, top, sequence }),
      'mutagenesis',
    ),
  ];
}

/**
 * @param {FoundMotif} found
 * @param {number} length
 * @returns {Block[]}
 */
function motifBlocks(found, length) {
  return [
    labelled(
      [found.motif.name],
      32,
      (surface, box, theme) => drawMotif(surface, { ...box, height: 16 }, whole(length), found, theme),
      'motif',
    ),
  ];
}

/**
 * @param {string} sequence
 * @param {string} name the head's
 * @param {Scaled} weights
 * @returns {Block[]}
 */
function letterBlocks(sequence, name, weights) {
  const lines = Math.ceil(sequence.length / CELL.perLine);
  /** @type {Block['draw']} */
  const draw = (surface, { x, y }, theme) => drawLetters(surface, { x: x + LABEL, y }, CELL, sequence, weights, theme);
  return [words(`Nucleotides: ${name}`), { height: lines * CELL.line + 12, draw }];
}
