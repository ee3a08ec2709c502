// @ts-check
/** Reads sequences out of pasted text and files, a window at a time. */
import * as Comlink from 'comlink';
import { core, startCore } from '../core.js';
import { holdLock } from '../liveness.js';
import { isTrap } from '../trap.js';
import { isUnreadable, message, UNREADABLE_FILE } from '../words.js';
import { guarded, watchTraps } from './guard.js';
import { watchRequests } from './requests.js';

/** @import { Reader } from '../types/core.js' */
/** @import { Build, Source } from '../types/engine.js' */

/** @type {Reader | null} */
let present = null;

/**
 * Throws in words if a file is no longer there.
 * @param {string | File} content
 */
async function checkReadable(content) {
  if (typeof content === 'string') return;
  try {
    // The last byte: a file that has become shorter cannot be read either.
    await content.slice(-1).arrayBuffer();
  } catch (error) {
    throw isUnreadable(error) ? new Error(UNREADABLE_FILE) : error;
  }
}

/**
 * @param {string | File} content
 * @param {number} [cut] nucleotides the model reads of an RNA
 */
function newReader(content, cut) {
  return typeof content === 'string' ? core.Reader.text(content, cut) : core.Reader.file(content, cut);
}

/** What the coordinator asks of it. */
const reading = {
  /**
   * @param {string | File} content
   * @param {number} cut nucleotides the model reads of an RNA
   * @param {boolean} isNext whether it follows the input that is open, and shares its names
   * @param {boolean} isDivided whether each batch is to have RNAs of one likely class
   */
  open(content, cut, isNext, isDivided) {
    if (!isNext) reading.close();
    return guarded(async () => {
      await checkReadable(content);
      if (present && typeof content === 'string') present.next_text(content);
      else if (present) present.next_file(/** @type {File} */ (content));
      else present = isDivided ? newReader(content, cut).divide_by_class() : newReader(content, cut);
    });
  },

  /** @param {number} maxRecords */
  window(maxRecords) {
    return guarded(() => {
      if (!present) throw new Error('No input is open.');
      return present.window(maxRecords);
    });
  },

  /**
   * What the beginning of an input is like, beside the one that is open.
   * @param {Source[]} sources
   * @param {number} maxRecords of each source
   */
  peek(sources, maxRecords) {
    return guarded(async () => {
      const peeking = new core.Peek(maxRecords);
      for (const { name, content } of sources) {
        try {
          await checkReadable(content);
          if (typeof content === 'string') peeking.text(name, content);
          else peeking.file(name, content);
        } catch (error) {
          if (isTrap(error)) throw error;
          peeking.problem(name, message(error));
        }
      }
      return peeking.finish();
    });
  },

  close() {
    present?.free();
    present = null;
  },
};

export const reader = {
  /**
   * @param {Build} build
   * @param {WebAssembly.Module} module
   * @param {(count: number) => void} onRequests told how many requests this worker has made
   * @param {string} lock held as long as this worker lives
   * @param {MessagePort} port on which the coordinator asks
   */
  async start(build, module, onRequests, lock, port) {
    watchRequests(onRequests);
    watchTraps();
    await holdLock(lock);
    await startCore(build, module);
    Comlink.expose(reading, port);
  },
};

/** @typedef {typeof reading} Reading */
