// @ts-check
import { View } from '../view.js';

/** @import { Explained, Row } from '../engine/types/engine.js' */
/** @import { Results } from '../state/results.js' */

/** A card about the RNA shown: what it is told, and where it says what went wrong. */
export class RnaCard extends View {
  /** @type {import('lit').PropertyDeclarations} */
  static properties = {
    explained: { attribute: false },
    row: { attribute: false },
    results: { attribute: false },
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
    /** Those that the RNA is one of. @type {Results | null} */
    this.results = null;
    this.compartment = 0;
    /** Whether the page computes something else. */
    this.busy = false;
    this.failure = '';
  }

  get model() {
    return this.results?.model ?? null;
  }

  /** The compartment that the card is about. */
  get compartmentName() {
    return this.model?.compartments[this.compartment] ?? '';
  }
}
