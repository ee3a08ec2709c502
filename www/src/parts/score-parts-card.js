// @ts-check
import { Task, TaskStatus, initialState } from '@lit/task';
import { html, nothing } from 'lit';
import { inWords } from '../engine/words.js';
import '../pictures/picture-frame.js';
import { madeWith } from '../pictures/provenance.js';
import '../pictures/score-parts-chart.js';
import { saveTsv } from '../state/files.js';
import { term } from '../explained-term.js';
import { failureLine } from './failure-line.js';
import { RnaCard } from './rna-card.js';

/** @import { ScoreParts } from '../engine/types/core.js' */

const MEANING =
  'The score is the network’s output before it becomes a probability: 0 is a probability of one half, and a higher score a higher probability. The parts add up to it. A region’s part is what its length, k-mers, codons and amino acids add, compared with an RNA that is average in all of them.';

/** What each region of a messenger RNA adds to the score of a compartment. */
export class ScorePartsCard extends RnaCard {
  constructor() {
    super();
    /** Asked again for each RNA and compartment. @type {Task<readonly unknown[], ScoreParts>} */
    this.parts = new Task(this, {
      task: () => {
        const { results, explained, compartment } = this;
        return results && explained?.regions
          ? results.ask('score_parts', explained.sequence, compartment)
          : initialState;
      },
      args: () => [this.explained, this.compartment],
      onComplete: () => (this.failure = ''),
      onError: (error) => (this.failure = inWords(error)),
    });
  }

  async saveParts() {
    const { results, explained, compartment } = this;
    if (!results || !explained) return;
    const table = results.ask('score_parts_tsv', explained.id, explained.sequence, compartment);
    this.failure = await saveTsv(`${explained.id}-regions`, table);
  }

  render() {
    const { explained, model, compartmentName } = this;
    if (!explained?.regions || !model) return nothing;
    const ready = this.parts.status === TaskStatus.COMPLETE;
    return html`<section aria-label="Regions">
      <picture-frame
        what="the parts of the score"
        .heading=${html`<h2>What each region adds to the ${term('score', MEANING)} <span class="hint">${compartmentName}</span></h2>`}
        .controls=${ready ? html`<button type="button" @click=${() => this.saveParts()}>TSV</button>` : nothing}
        .file=${`${explained.id}-regions`}
        .caption=${`${explained.id} (${explained.sequence.length} nt), parts of the score: ${compartmentName}`}
        .provenance=${madeWith(model)}
        ?ready=${ready}
      >
        <score-parts-chart .parts=${this.parts.value ?? null}></score-parts-chart>
      </picture-frame>
      ${failureLine(this.failure)}
    </section>`;
  }
}

customElements.define('score-parts-card', ScorePartsCard);
