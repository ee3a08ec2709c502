// @ts-check
/** Looks at the input a moment after it has changed, and says how long predicting it would take. */
import { Task } from '@lit/task';
import { modelInfo } from './models.js';
import { estimate, peekAt } from './peeking.js';

/** @import { ReactiveControllerHost } from 'lit' */
/** @import { Peek } from '../engine/types/core.js' */
/** @import { Source } from '../engine/types/engine.js' */

/** Input is looked at when it has not changed for so many milliseconds. */
const AFTER = 400;

export class InputLook {
  /**
   * @param {ReactiveControllerHost} host rendered again when something is known
   * @param {() => boolean} busy whether a run is under way: it comes first
   */
  constructor(host, busy) {
    this.host = host;
    this.busy = busy;
    /** What the input is like; null while that is not known. @type {Peek | null} */
    this.peek = null;
    /** Milliseconds that predicting it would take. @type {number | null} */
    this.expected = null;
    /** Whether `peek` is about the present input. */
    this.isCurrent = false;
    /** @type {Task<[Source[], string | null], void>} */
    this.look = new Task(host, {
      autoRun: false,
      task: ([sources, model], { signal }) => this.lookAt(sources, model, signal),
    });
  }

  /**
   * @param {Source[]} sources
   * @param {string | null} model
   */
  soon(sources, model) {
    this.isCurrent = false;
    this.look.run([sources, model]);
  }

  /**
   * @param {Source[]} sources
   * @param {string | null} model
   * @param {AbortSignal} signal given when the input has changed meanwhile
   */
  async lookAt(sources, model, signal) {
    if (sources.length === 0) return this.say(null, null);
    await new Promise((resolve) => setTimeout(resolve, AFTER));
    if (signal.aborted || this.busy()) return;
    try {
      const peek = await peekAt(sources);
      if (signal.aborted) return;
      this.isCurrent = true;
      this.say(peek, null);
      const info = model ? modelInfo(model) : null;
      const expected = model && info && !this.busy() ? await estimate(model, info, peek) : null;
      if (!signal.aborted) this.say(peek, expected);
    } catch {
      // Looking ahead is a courtesy: what is wrong with the input is told when it is predicted.
      if (!signal.aborted) this.say(null, null);
    }
  }

  /** Takes back what was said about another input. */
  forgetFormer() {
    if (!this.isCurrent) this.say(null, null);
  }

  /** @param {Peek | null} peek @param {number | null} expected */
  say(peek, expected) {
    this.peek = peek;
    this.expected = expected;
    this.host.requestUpdate();
  }
}
