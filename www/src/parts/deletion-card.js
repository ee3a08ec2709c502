// @ts-check
import { Task, TaskStatus, initialState } from '@lit/task';
import { html, nothing } from 'lit';
import { saveTsv } from '../state/files.js';
import { engine } from '../state/engine.js';
import { failureLine } from './failure-line.js';
import { RnaCard } from './rna-card.js';
import '../pictures/picture-frame.js';
import { madeWith } from '../pictures/provenance.js';
import { inWords } from '../engine/words.js';

/** @import { DeletionPoint } from '../engine/types/core.js' */
/** @import { Results } from '../state/results.js' */

/** Longer RNAs wait to be asked about. */
const AT_ONCE_UP_TO = 1000;

/** Does the attention matter? The probability as the most-attended windows are masked, beside random ones. */
export class DeletionCard extends RnaCard {
  static properties = {
    points: { state: true },
  };

  constructor() {
    super();
    /** @type {DeletionPoint[]} */
    this.points = [];
    /** The verdict on an RNA; none if nothing is asked. @type {Task<[Results, string] | [], string>} */
    this.verdict = new Task(this, {
      autoRun: false,
      task: ([results, sequence], { signal }) =>
        results ? this.follow(results, sequence ?? '', signal) : initialState,
      onError: (error) => (this.failure = inWords(error)),
    });
    /** Whether the visitor wants no curve of this RNA. */
    this.stopped = false;
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has('explained') || changed.has('compartment')) {
      this.forget();
      this.stopped = false;
    }
    if (this.points.length > 0 || this.running || this.failure || this.stopped || this.busy || !this.explained) return;
    if (this.explained.sequence.length <= AT_ONCE_UP_TO) this.ask();
  }

  get running() {
    return this.verdict.status === TaskStatus.PENDING;
  }

  forget() {
    this.points = [];
    this.failure = '';
    this.verdict.run([]);
  }

  stop() {
    this.forget();
    this.stopped = true;
  }

  ask() {
    if (!this.results || !this.explained) return;
    this.points = [];
    this.failure = '';
    this.verdict.run([this.results, this.explained.sequence]);
  }

  /**
   * Asks for the points of a curve, shows each as it comes, and gives the verdict on all.
   * @param {Results} results
   * @param {string} sequence
   * @param {AbortSignal} signal
   */
  async follow(results, sequence, signal) {
    const { compartment, compartmentName } = this;
    /** @type {DeletionPoint[]} */
    const points = [];
    const steps = await engine.askCore('deletion_steps');
    for (let step = 0; step < steps; step += 1) {
      signal.throwIfAborted();
      points.push(await results.ask('deletion_point', sequence, compartment, step));
      signal.throwIfAborted();
      this.points = [...points];
    }
    return (await engine.askCore('deletion_verdict', compartmentName, points)).words;
  }

  async saveCurve() {
    const { results, explained, compartmentName, points } = this;
    if (!results || !explained) return;
    const table = results.ask('deletion_tsv', explained.id, compartmentName, points);
    this.failure = await saveTsv(`${explained.id}-deletion`, table);
  }

  render() {
    const waits = this.points.length === 0 && !this.running;
    const name = this.compartmentName;
    const words = this.verdict.status === TaskStatus.COMPLETE ? this.verdict.value : '';
    return html`<section aria-label="Deletion curve">
      <picture-frame
        what="the deletion curve"
        .heading=${html`<h2>Does the attention matter? <span class="hint">${name}</span></h2>`}
        .controls=${html`${words ? html`<button type="button" @click=${() => this.saveCurve()}>TSV</button>` : nothing}
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
      <p class="verdict two-lines" role="status">${words || (this.running ? 'Masking…' : ' ')}</p>
      ${failureLine(this.failure)}
    </section>`;
  }
}

customElements.define('deletion-card', DeletionCard);
