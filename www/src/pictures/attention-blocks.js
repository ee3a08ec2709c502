// @ts-check
/** The attention map in a file: its tracks one under the other, then the nucleotides. */
import { inAll } from './gradient-track.js';
import { headName, headNote, topsOf } from './heads.js';
import { mutationsInWords, topInWords, unreadInWords } from './map-legend.js';
import { drawMessage, messageInWords } from './message-track.js';
import {
  drawContributions,
  drawLetters,
  drawMotif,
  drawMutations,
  drawPositions,
  drawUnread,
  drawWeights,
  whole,
} from './rows.js';
import { INNER, LABEL, hatched, labelled, legend, space, words } from './sheet.js';
import { significant, unread, weightsRead } from './values.js';

/** @import { FoundMotif, Head } from '../engine/types/core.js' */
/** @import { Explained } from '../engine/types/engine.js' */
/** @import { Mutations } from './attention-map.js' */
/** @import { Gradients } from './gradient-track.js' */
/** @import { Scale } from './heads.js' */
/** @import { Scaled } from './rows.js' */
/** @import { Block } from './sheet.js' */

const STRIP = 22;
/** A row with two lines of words beside it. */
const ROW = 36;
const CELL = { cell: 15, line: 24, perLine: Math.floor(INNER / 15 / 10) * 10, margin: LABEL };
/** Longer RNAs are drawn as strips only: their letters would fill pages. */
const MOST_LETTERS = 3000;

/**
 * @param {{ explained: Explained, chosen: number, scale: Scale, mutations: Mutations | null, gradients: Gradients | null, motif: FoundMotif | null }} shown
 * @returns {Block[]}
 */
export function attentionBlocks({ explained, chosen, scale, mutations, gradients, motif }) {
  const { sequence, heads } = explained;
  const tops = topsOf(explained, scale);
  const rows = heads.map(({ weights }, i) => ({ values: weightsRead(weights, explained), top: tops[i] }));
  const notRead = unreadInWords(explained);
  return [
    ...(explained.regions ? messageBlocks(explained) : []),
    ...heads.map((head, i) => headBlock(explained, head, rows[i])),
    labelled([], 30, (surface, box, theme) => drawPositions(surface, box, whole(sequence.length), theme)),
    ...(gradients ? gradientBlocks(gradients, explained) : []),
    ...(mutations ? mutationBlocks(mutations, explained) : []),
    ...(motif ? motifBlocks(motif, sequence.length) : []),
    ...(sequence.length <= MOST_LETTERS ? letterBlocks(sequence, headName(heads[chosen]), rows[chosen]) : []),
    legend('attention', topInWords(explained, scale)),
    ...(notRead ? [hatched(notRead)] : []),
    space(12),
  ];
}

/**
 * @param {Explained} explained
 * @param {Head} head
 * @param {Scaled} weights
 */
function headBlock(explained, head, weights) {
  return labelled([headName(head), headNote(explained, head)], ROW, (surface, box, theme) => {
    const row = { ...box, height: STRIP };
    drawWeights(surface, row, whole(explained.length), weights);
    drawUnread(surface, row, whole(explained.length), unread(explained), theme);
  });
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
 * @param {Explained} explained
 * @returns {Block[]}
 */
function gradientBlocks(gradients, explained) {
  const { compartment, values, top } = gradients;
  const ends = `−${significant(top)} blue, +${significant(top)} red`;
  return [
    labelled(
      [compartment, 'gradients'],
      ROW,
      (surface, box, theme) => {
        const row = { ...box, height: STRIP };
        drawContributions(surface, row, whole(values.length), gradients);
        drawUnread(surface, row, whole(values.length), unread(explained), theme);
      },
      'gradients',
    ),
    words(`Integrated gradients, what each nucleotide adds to the score of ${compartment}: ${ends}.`, LABEL),
    words(inAll(gradients), LABEL),
    space(10),
  ];
}

/**
 * @param {Mutations} mutations
 * @param {Explained} explained
 * @returns {Block[]}
 */
function mutationBlocks(mutations, explained) {
  const { sequence } = explained;
  const { compartment, changes, top } = mutations;
  return [
    labelled(
      [compartment, 'if A, C, G, U', `−${significant(top)} blue, +${significant(top)} red`],
      54,
      (surface, box, theme) => {
        const row = { ...box, height: 48 };
        drawMutations(surface, row, whole(sequence.length), { changes, top, sequence });
        drawUnread(surface, row, whole(sequence.length), unread(explained), theme);
      },
      'mutagenesis',
    ),
    words(mutationsInWords(mutations), LABEL),
    space(10),
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
