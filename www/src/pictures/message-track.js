// @ts-check
/** A messenger RNA by its regions: what is translated, what is around it, what was read, and its tail. */
import { html, nothing } from 'lit';
import { term } from '../explained-term.js';
import { placeOf } from './rows.js';

/** @import { MessageRegions, Span } from '../engine/types/core.js' */
/** @import { Explained } from '../engine/types/engine.js' */
/** @import { Box, Surface } from './surface.js' */
/** @import { Theme } from './theme.js' */
/** @import { View } from './rows.js' */
/** @import { Shown } from './zoom-track.js' */

/** Shares of the row's height. */
const UTR_HEIGHT = 0.2;
const CODING_HEIGHT = 0.55;
const READ_HEIGHT = 0.18;

/** What the row shows, for those who do not know the words. */
const MESSAGE_TERM =
  'The thick bar is the coding sequence (CDS), the longest open reading frame from AUG to a stop codon. The thin bars are the untranslated regions (UTR) before and after it. The coloured line below marks what the LSTM reads; the model takes all regions into account through their composition. A dotted end is a poly-A tail, which is cut.';

/**
 * @param {Surface} surface
 * @param {Box} box
 * @param {View} view
 * @param {Explained} explained
 * @param {Theme} theme
 */
export function drawMessage(surface, box, view, { regions, read, sequence }, { ink, mute, accent }) {
  if (!regions) return;
  const { coding, length } = regions;
  const bar = (
    /** @type {Span} */ span,
    /** @type {number} */ height,
    /** @type {string} */ fill,
    top = (0.75 - height) / 2,
  ) => {
    const within = placeOf(box, view, span);
    if (within) surface.rect({ ...within, y: box.y + top * box.height, height: height * box.height }, fill);
  };
  bar({ start: 0, end: coding.start }, UTR_HEIGHT, mute);
  bar(coding, CODING_HEIGHT, ink);
  bar({ start: coding.end, end: length }, UTR_HEIGHT, mute);
  for (const part of read) bar(part, READ_HEIGHT, accent, 1 - READ_HEIGHT);
  const tail = placeOf(box, view, { start: length, end: sequence.length });
  if (!tail) return;
  for (let x = tail.x; x < tail.x + tail.width; x += 4) surface.dot(x + 1, box.y + 0.375 * box.height, 1, mute);
}

/**
 * The row with its name; nothing for a model that does not look for regions.
 * @param {Explained} explained
 * @param {Shown} picture
 */
export function messageRow(explained, picture) {
  if (!explained.regions) return nothing;
  return html`<span class="track-name stacked"><span>${term('Message', MESSAGE_TERM)}</span></span>
    <message-track role="img" aria-label=${messageInWords(explained)} .shown=${picture}></message-track>`;
}

/**
 * The regions in words.
 * @param {Pick<Explained, 'regions' | 'read' | 'tail'>} explained
 */
export function messageInWords({ regions, read, tail }) {
  if (!regions) return '';
  const places = read.map(({ start, end }) => `${start + 1} to ${end}`).join(' and ');
  const parts = [codingInWords(regions), `read by the LSTM: ${places || 'nothing'}`];
  if (tail > 0) parts.push(`a poly-A tail of ${tail} nucleotides was cut`);
  return `${parts.join('; ')}.`;
}

/** @param {MessageRegions} regions */
function codingInWords({ coding, has_stop }) {
  if (coding.end <= coding.start) return 'No start codon, so no coding sequence';
  return `Coding sequence at ${coding.start + 1} to ${coding.end}${has_stop ? '' : ', without a stop codon'}`;
}
