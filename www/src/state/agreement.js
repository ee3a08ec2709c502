// @ts-check
/** How the results on show agree with the labels of their RNAs. */
import { Store } from '../store.js';

/** @import { RnaAgreement } from '../engine/types/core.js' */

/** By the index of the row; empty if the input has no labels. @type {Store<ReadonlyMap<number, RnaAgreement>>} */
export const agreements = new Store(/** @type {ReadonlyMap<number, RnaAgreement>} */ (new Map()));

/** What each verdict is called beside a call. */
export const VERDICTS = { all: 'as labelled', some: 'partly as labelled', none: 'not as labelled' };
