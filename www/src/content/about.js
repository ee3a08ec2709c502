// @ts-check
/** What the page says of itself: version, licence and citation. Read from CITATION.cff and Cargo.toml when it is built. */

/** @import { About } from '../../about.js' */

/** @type {About} */
export const ABOUT = JSON.parse(import.meta.env.ABOUT ?? 'null');
