// @ts-check
import { html, nothing } from 'lit';
import { inWords } from '../state/engine.js';
import { save } from '../state/files.js';
import { study } from '../state/study.js';
import { RnaCard } from './rna-card.js';
import '../pictures/picture-frame.js';
import { madeWith } from '../pictures/provenance.js';

/** @import { DeletionPoint } from '../types/core.js' */

/** Longer RNAs wait to be asked about. */
const AT_ONCE_UP_TO = 1000;

/** Does the attention matter? The probability as the most-attended windows are masked, beside random ones. */
export class DeletionCard extends RnaCard {
  static properties = {
    points: { state: true },
    words: { state: true },
    running: { state: true },
  };

  constructor() {
    super();
    /** @type {DeletionPoint[]} */
    this.points = [];
    this.words = '';
    this.running = false;
    /** Whether the visitor wants no curve of this RNA. */
    this.stopped = false;
  }

  /** @param {Map<string, unknown>} changed */
  updated(changed) {
    if (changed.has('explained') || changed.has('compartment')) {
      this.forget();
      this.stopped = false;
    }
    if (this.points.length > 0 || this.running || this.failure || this.stopped || this.busy || !this.explained) return;
    if (this.explained.sequence.length <= AT_ONCE_UP_TO) this.ask();
  }

  forget() {
    this.asked += 1;
    this.points = [];
    this.words = '';
    this.running = false;
    this.failure = '';
  }

  stop() {
    this.forget();
    this.stopped = true;
  }

  async ask() {
    const { row, compartment } = this;
    if (!row) return;
    this.forget();
    const { asked } = this;
    this.running = true;
    try {
      /** @type {DeletionPoint[]} */
      const points = [];
      const steps = await study('deletionSteps');
      for (let step = 0; step < steps && asked === this.asked; step += 1) {
        const point = await study('deletionPoint', row.index, compartment, step);
        if (asked !== this.asked) return;
        points.push(point);
        this.points = [...points];
      }
      const { words } = await study('verdict', compartment, points);
      if (asked === this.asked) this.words = words;
    } catch (error) {
      if (asked === this.asked) this.failure = inWords(error);
    }
    if (asked === this.asked) this.running = false;
  }

  async saveTsv() {
    if (!this.row || !this.explained) return;
    const text = await study('deletionTsv', this.row.index, this.compartment, this.points);
    save(`${this.explained.id}-deletion.tsv`, new Blob([text], { type: 'text/tab-separated-values' }));
  }

  render() {
    const waits = this.points.length === 0 && !this.running;
    const name = this.model?.compartments[this.compartment] ?? '';
    return html`<section aria-label="Deletion curve">
      <picture-frame
        what="the deletion curve"
        .heading=${html`<h2>Does the attention matter? <span class="hint">${name}</span></h2>`}
        .controls=${html`${this.words ? html`<button type="button" @click=${() => this.saveTsv()}>TSV</button>` : nothing}
        ${this.running ? html`<button type="button" @click=${() => this.stop()}>Stop</button>` : nothing}`}
        .file=${`${this.explained?.id}-deletion`}
        .caption=${`${this.explained?.id} (${this.explained?.sequence.length} nt), deletion curve: ${name}`}
        .provenance=${this.model ? madeWith(this.model) : ''}
        ?ready=${this.points.length > 0}
      >
        <div class="chart-place">
          ${
            waits
              ? html`<p class="hint">Masks more and more of the most attended windows of the RNA, and compares with as many windows at random.</p>
                  <div class="row small"><button type="button" @click=${this.ask}>Test it</button></div>`
              : html`<deletion-chart .points=${this.points}></deletion-chart>`
          }
        </div>
      </picture-frame>
      <p class="verdict two-lines" role="status">${this.words || (this.running ? 'Masking…' : ' ')}</p>
      ${this.failure ? html`<p class="failure" role="alert">${this.failure}</p>` : nothing}
    </section>`;
  }
}

customElements.define('deletion-card', DeletionCard);
