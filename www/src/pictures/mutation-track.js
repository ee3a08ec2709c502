// @ts-check
import { diverging } from './diverging.js';
import { ZoomTrack } from './zoom-track.js';

const LETTERS = 4;

/** What changing each nucleotide to A, C, G or U does to one probability: four rows of cells. */
export class MutationTrack extends ZoomTrack {
  constructor() {
    super();
    /** Changes by position and letter; NaN where nobody has asked yet. @type {Float32Array} */
    this.changes = new Float32Array();
    /** The change that gets the scale's strongest colour. */
    this.top = 1;
    this.sequence = '';
  }

  /**
   * @param {Float32Array} changes
   * @param {number} top
   * @param {string} sequence
   */
  show(changes, top, sequence) {
    this.changes = changes;
    this.nucleotides = sequence.length;
    this.top = top;
    this.sequence = sequence;
    this.paintSoon();
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {{ first: number, last: number, width: number, height: number }} box
   */
  draw(context, { first, last, width, height }) {
    const cell = width / (last - first);
    const perCell = Math.max(1, Math.floor(1 / cell));
    const rowHeight = height / LETTERS;
    const to = Math.min(this.nucleotides, Math.ceil(last));
    for (let i = Math.max(0, Math.floor(first)); i < to; i += perCell) {
      for (let letter = 0; letter < LETTERS; letter += 1) {
        const change = this.strongest(i, Math.min(to, i + perCell), letter);
        if (Number.isNaN(change)) continue;
        context.fillStyle = diverging(change / this.top);
        context.fillRect((i - first) * cell, letter * rowHeight, Math.max(perCell * cell - (cell > 6 ? 0.5 : -0.4), 0.5), rowHeight - 0.5);
      }
      if (cell >= 7) this.dot(context, i, (i - first + 0.5) * cell, rowHeight);
    }
  }

  /**
   * A dot where the letter is there already.
   * @param {CanvasRenderingContext2D} context
   * @param {number} i
   * @param {number} x
   * @param {number} rowHeight
   */
  dot(context, i, x, rowHeight) {
    const letter = 'ACGU'.indexOf(this.sequence[i]);
    if (letter < 0 || Number.isNaN(this.changes[i * LETTERS])) return;
    context.fillStyle = '#5c6670';
    context.beginPath();
    context.arc(x, (letter + 0.5) * rowHeight, 1.6, 0, 7);
    context.fill();
  }

  /**
   * Where several nucleotides share a pixel the strongest change is painted, so that none is lost.
   * @param {number} from
   * @param {number} to
   * @param {number} letter
   */
  strongest(from, to, letter) {
    let strongest = NaN;
    for (let i = from; i < to; i += 1) {
      const change = this.changes[i * LETTERS + letter];
      if (Number.isNaN(strongest) || Math.abs(change) > Math.abs(strongest)) strongest = change;
    }
    return strongest;
  }
}

customElements.define('mutation-track', MutationTrack);
