// @ts-check
import { html, nothing } from 'lit';
import { View } from '../view.js';
import { headName } from './heads.js';
import { nucleotidesRead, signed, significant, unread } from './values.js';

/** @import { Explained } from '../engine/types/engine.js' */
/** @import { Mutations } from './attention-map.js' */
/** @import { Gradients } from './gradient-track.js' */

/** What is known of a nucleotide: the name of each number, and the number. @typedef {[string, string][]} Facts */

/** Where a number is not known. */
const NOTHING = '–';

/**
 * What is known of the nucleotide pointed at. It is an element of its own, so that the pointer renders
 * nothing else, and each number has its place whether it is known or not, so that nothing moves.
 */
export class NucleotideReadout extends View {
  static properties = {
    explained: { attribute: false },
    head: { type: Number },
    gradients: { attribute: false },
    mutations: { attribute: false },
    position: { attribute: false },
  };

  constructor() {
    super();
    /** @type {Explained | null} */
    this.explained = null;
    /** Index of the head whose attention is read. */
    this.head = 0;
    /** @type {Gradients | null} */
    this.gradients = null;
    /** @type {Mutations | null} */
    this.mutations = null;
    /** 1-based. @type {number | null} */
    this.position = null;
  }

  render() {
    const { explained } = this;
    if (!explained) return nothing;
    return html`<dl class="readout">
        ${factsOf(explained, this, this.position).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
      </dl>`;
  }
}

/**
 * @param {Explained} explained
 * @param {{ head: number, gradients: Gradients | null, mutations: Mutations | null }} known
 * @param {number | null} position 1-based
 * @returns {Facts}
 */
export function factsOf(explained, { head, gradients, mutations }, position) {
  const at = position === null ? -1 : position - 1;
  /** @type {Facts} */
  const facts = [
    ['Nucleotide', at < 0 ? NOTHING : `${position} ${explained.sequence[at]}`],
    [`Attention, ${headName(explained.heads[head])}`, at < 0 ? NOTHING : attentionAt(explained, head, at)],
  ];
  if (gradients)
    facts.push([`Adds to the score, ${gradients.compartment}`, at < 0 ? NOTHING : signed(gradients.values[at])]);
  if (mutations) facts.push([`Change if it were, ${mutations.compartment}`, changesAt(explained, mutations, at)]);
  return facts;
}

/**
 * @param {Explained} explained
 * @param {number} head
 * @param {number} at 0-based
 */
function attentionAt(explained, head, at) {
  if (unread(explained).some(({ start, end }) => start <= at && at < end)) return 'not read';
  const weight = explained.heads[head].weights[at];
  return `${significant(weight * nucleotidesRead(explained))} × uniform (${weight.toPrecision(3)})`;
}

/**
 * @param {Explained} explained
 * @param {Mutations} mutations
 * @param {number} at 0-based; -1 if there is none
 */
function changesAt({ sequence }, { changes }, at) {
  if (at < 0 || Number.isNaN(changes[4 * at])) return NOTHING;
  const each = [...'ACGU'].map((to, i) => (to === sequence[at] ? '' : `${to} ${signed(changes[4 * at + i])}`));
  return each.filter(Boolean).join(', ');
}

customElements.define('nucleotide-readout', NucleotideReadout);
