// @ts-check
import { View } from '../view.js';

/** @import { ModelInfo } from '../types/core.js' */
/** @import { Explained, Row } from '../types/page.js' */

/** A card about the RNA shown: what it is told, and where it says what went wrong. */
export class RnaCard extends View {
  /** @type {import('lit').PropertyDeclarations} */
  static properties = {
    explained: { attribute: false },
    row: { attribute: false },
    model: { attribute: false },
    compartment: { type: Number },
    busy: { type: Boolean },
    failure: { state: true },
  };

  constructor() {
    super();
    /** @type {Explained | null} */
    this.explained = null;
    /** @type {Row | null} */
    this.row = null;
    /** @type {ModelInfo | null} */
    this.model = null;
    this.compartment = 0;
    /** Whether the page computes something else. */
    this.busy = false;
    this.failure = '';
  }
}
