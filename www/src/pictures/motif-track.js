// @ts-check
import { html } from 'lit';
import { drawMotif } from './rows.js';
import { ZoomTrack } from './zoom-track.js';

/** @import { Box, Surface } from './surface.js' */
/** @import { Theme } from './theme.js' */
/** @import { View } from './rows.js' */
/** @import { FoundMotif } from '../types/core.js' */

/** Where one motif stands along an RNA. */
export class MotifTrack extends ZoomTrack {
  constructor() {
    super();
    /** @type {FoundMotif | null} */
    this.found = null;
  }

  /**
   * @param {FoundMotif} found
   * @param {number} nucleotides of the RNA
   */
  show(found, nucleotides) {
    this.found = found;
    this.nucleotides = nucleotides;
    this.paintSoon();
  }

  /**
   * @param {Surface} surface
   * @param {Box} box
   * @param {View} view
   * @param {Theme} theme
   */
  draw(surface, box, view, theme) {
    if (this.found) drawMotif(surface, box, view, this.found, theme);
  }
}

/**
 * The track with its name.
 * @param {FoundMotif} found
 */
export function motifRow({ motif, starts }) {
  return html`<span class="track-name stacked"><span>${motif.name}</span>${motif.name === motif.letters ? '' : html`<span class="quiet">${motif.letters}</span>`}</span>
    <motif-track role="img" aria-label="${motif.letters} stands at ${starts.length === 1 ? `position ${starts[0] + 1}` : `${starts.length} places, first at position ${starts[0] + 1}`}"></motif-track>`;
}

customElements.define('motif-track', MotifTrack);
