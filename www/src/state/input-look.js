// @ts-check
/** Looks at the input a moment after it has changed, and says how long predicting it would take. */
import { modelInfo } from './models.js';
import { estimate, peekAt } from './peeking.js';

/** @import { Peek, Source } from '../types/page.js' */

/** Input is looked at when it has not changed for so many milliseconds. */
const AFTER = 400;

export class InputLook {
  /** @param {() => void} onChange */
  constructor(onChange) {
    this.onChange = onChange;
    /** What the input is like; null while that is not known. @type {Peek | null} */
    this.peek = null;
    /** Milliseconds that predicting it would take. @type {number | null} */
    this.expected = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.looks = 0;
  }

  /**
   * @param {Source[]} sources
   * @param {string | null} model
   * @param {() => boolean} busy whether a run is under way: it comes first
   */
  soon(sources, model, busy) {
    clearTimeout(this.timer);
    const look = ++this.looks;
    if (sources.length === 0) this.say(null, null);
    else this.timer = setTimeout(() => busy() || this.look(look, sources, model, busy), AFTER);
  }

  /**
   * @param {number} look
   * @param {Source[]} sources
   * @param {string | null} model
   * @param {() => boolean} busy
   */
  async look(look, sources, model, busy) {
    try {
      const peek = await peekAt(sources);
      if (look !== this.looks) return;
      this.say(peek, null);
      const info = model ? modelInfo(model) : null;
      const expected = model && info && !busy() ? await estimate(model, info, peek) : null;
      if (look === this.looks) this.say(peek, expected);
    } catch {
      // Looking ahead is a courtesy: what is wrong with the input is told when it is predicted.
      if (look === this.looks) this.say(null, null);
    }
  }

  /** @param {Peek | null} peek @param {number | null} expected */
  say(peek, expected) {
    this.peek = peek;
    this.expected = expected;
    this.onChange();
  }
}
