// @ts-check
import { html, nothing } from 'lit';
import { headName, topOf } from './heads.js';
import { unreadInWords } from './map-legend.js';
import { drawUnread, drawWeights, whole } from './rows.js';
import { GRADIENT } from './scales.js';
import { hatched, labelled, legend, space, words } from './sheet.js';
import { Sized } from './sized.js';
import { paint } from './surface.js';
import { unread, weightsRead } from './values.js';

/** @import { Block } from './sheet.js' */
/** @import { Box, Surface } from './surface.js' */
/** @import { Theme } from './theme.js' */

/** @import { Span, Stretch } from '../engine/types/core.js' */
/** @import { Explained } from '../engine/types/engine.js' */

const GAP = NaN;
const CHANGED = '#d55e00';
/** Between the two strips of a pair. */
const BETWEEN = 6;
const PAIR_IN_FILE = 46;

/**
 * Weights laid out over the alignment of two RNAs: NaN where this one has no nucleotide.
 * @param {Float32Array} weights
 * @param {Stretch[]} stretches
 * @param {'first' | 'second'} which
 */
export function laidOut(weights, stretches, which) {
  /** @type {number[]} */
  const row = [];
  for (const stretch of stretches) {
    const own = stretch[which].end - stretch[which].start;
    const width = Math.max(stretch.first.end - stretch.first.start, stretch.second.end - stretch.second.start);
    for (let i = 0; i < width; i += 1) row.push(i < own ? weights[stretch[which].start + i] : GAP);
  }
  return Float32Array.from(row);
}

/**
 * Where the parts of an RNA that were not read are in the alignment.
 * @param {Explained} explained
 * @param {Stretch[]} stretches
 * @param {'first' | 'second'} which
 * @returns {Span[]}
 */
export function unreadLaidOut(explained, stretches, which) {
  /** @type {Span[]} */
  const spans = [];
  let at = 0;
  for (const stretch of stretches) {
    const own = stretch[which];
    for (const { start, end } of unread(explained)) {
      const [from, to] = [Math.max(start, own.start), Math.min(end, own.end)];
      if (to > from) spans.push({ start: at + from - own.start, end: at + to - own.start });
    }
    at += Math.max(stretch.first.end - stretch.first.start, stretch.second.end - stretch.second.start);
  }
  return spans;
}

/** The attention over two RNAs, aligned, a pair of strips per head; what differs is marked between them. */
export class AlignedTracks extends Sized {
  static properties = { first: { attribute: false }, second: { attribute: false }, stretches: { attribute: false } };

  constructor() {
    super();
    /** @type {Explained | null} */
    this.first = null;
    /** @type {Explained | null} */
    this.second = null;
    /** @type {Stretch[]} */
    this.stretches = [];
  }

  resized() {
    this.paint();
  }

  updated() {
    this.paint();
  }

  /**
   * Draws the strips of one head, the first RNA's over the second's, and what differs between them.
   * @param {Surface} surface
   * @param {Box} box
   * @param {number} head
   * @param {Theme} theme
   */
  draw(surface, box, head, theme) {
    const { first, second, stretches } = this;
    if (!first || !second) return;
    const top = Math.max(topOf(first, first.heads[head]), topOf(second, second.heads[head]));
    const height = (box.height - BETWEEN) / 2;
    const rows = /** @type {const} */ (['first', 'second']).map((which) => {
      const explained = which === 'first' ? first : second;
      const values = laidOut(weightsRead(explained.heads[head].weights, explained), stretches, which);
      const strip = { ...box, y: which === 'first' ? box.y : box.y + height + BETWEEN, height };
      drawWeights(surface, strip, whole(values.length), { values, top });
      drawUnread(surface, strip, whole(values.length), unreadLaidOut(explained, stretches, which), theme);
      return values;
    });
    const cell = box.width / rows[0].length;
    let at = 0;
    for (const stretch of stretches) {
      const wide = Math.max(stretch.first.end - stretch.first.start, stretch.second.end - stretch.second.start);
      if (!stretch.same)
        surface.rect(
          { x: box.x + at * cell, y: box.y + height + 1, width: Math.max(2, wide * cell), height: BETWEEN - 2 },
          CHANGED,
        );
      at += wide;
    }
  }

  paint() {
    this.querySelectorAll('canvas').forEach((canvas, head) =>
      paint(canvas, (surface, box, theme) => this.draw(surface, box, head, theme)),
    );
  }

  legend() {
    return `${this.first?.id} above, the variant below; orange where they differ, empty where one has no nucleotide.`;
  }

  /** What hatching means, if there is any. */
  hatching() {
    const [first, second] = [this.first, this.second].map((explained) => (explained ? unreadInWords(explained) : ''));
    return first || second;
  }

  /** @returns {Block[]} */
  blocks() {
    const hatching = this.hatching();
    const heads = this.first?.heads ?? [];
    return [
      ...heads.map((head, i) =>
        labelled([headName(head)], PAIR_IN_FILE + 12, (surface, box, theme) =>
          this.draw(surface, { ...box, height: PAIR_IN_FILE }, i, theme),
        ),
      ),
      legend('attention', 'highest of the pair'),
      ...(hatching ? [hatched(hatching)] : []),
      words(this.legend()),
      space(8),
    ];
  }

  render() {
    return html`<div class="tracks aligned">
        ${this.first?.heads.map(
          (head) => html`<span class="track-name">${headName(head)}</span>
            <canvas role="img" aria-label="Attention for ${head.compartment ?? 'all compartments'}: ${this.first?.id} above, the variant below"></canvas>`,
        )}
      </div>
      <div class="legend">
        <span>less attention</span><i style="background:${GRADIENT}"></i><span>more</span>
        <span class="legend-note">${this.legend()}</span>
      </div>
      ${this.hatching() ? html`<div class="legend"><i class="hatched"></i><span>${this.hatching()}</span></div>` : nothing}`;
  }
}

customElements.define('aligned-tracks', AlignedTracks);
