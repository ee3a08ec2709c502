// @ts-check
import { Task, TaskStatus, initialState } from '@lit/task';
import { html } from 'lit';
import { onValue } from '../view.js';
import { kmerBlocks, kmerLegend } from '../pictures/kmer-words.js';
import '../pictures/picture-frame.js';
import { madeWith } from '../pictures/provenance.js';
import { term } from '../explained-term.js';
import { failureLine } from './failure-line.js';
import { RnaCard } from './rna-card.js';
import { wordList } from './word-list.js';
import { inWords } from '../engine/words.js';

/** @import { Word } from '../engine/types/core.js' */

const SIZES = [1, 2, 3, 4, 5, 6, 7, 8];

/** The k-mers of one RNA by the attention they draw. */
export class WordsCard extends RnaCard {
  static properties = {
    k: { state: true },
  };

  constructor() {
    super();
    this.k = 4;
    /** Asked again for each RNA, compartment and k. @type {Task<readonly unknown[], Word[]>} */
    this.words = new Task(this, {
      task: () => {
        const { results, explained, compartment, k } = this;
        return results && explained ? results.ask('patterns', explained.sequence, compartment, k) : initialState;
      },
      args: () => [this.explained, this.compartment, this.k],
      onComplete: () => (this.failure = ''),
      onError: (error) => (this.failure = inWords(error)),
    });
  }

  heading() {
    const meaning =
      'A k-mer is a word of k nucleotides, such as GAUU for k = 4. Here it counts wherever it stands in this RNA.';
    return html`<h2>
      Informative ${term('k-mers', meaning)}
      <span class="hint">${this.model?.compartments[this.compartment]}</span>
    </h2>`;
  }

  controls() {
    return html`<label class="plain" for="words-k">k</label>
      <select id="words-k" @change=${onValue((value) => (this.k = Number(value)))}>
        ${SIZES.map((k) => html`<option ?selected=${k === this.k}>${k}</option>`)}
      </select>`;
  }

  render() {
    const { explained, model } = this;
    const words = this.words.value ?? [];
    return html`<section aria-label="Informative k-mers">
      <picture-frame
        what="the k-mers"
        .heading=${this.heading()}
        .controls=${this.controls()}
        .picture=${{ blocks: () => [...kmerBlocks(words), ...kmerLegend()] }}
        .file=${`${explained?.id}-kmers`}
        .caption=${`${explained?.id} (${explained?.sequence.length} nt), k-mers of ${this.k} nt: ${model?.compartments[this.compartment]}`}
        .provenance=${model ? madeWith(model) : ''}
        ?ready=${this.words.status === TaskStatus.COMPLETE && words.length > 0}
      >
        ${wordList(words, '')}
        <p class="hint">Larger and darker: more attention. Uniform attention is 1; point at a k-mer or press it for the number.</p>
      </picture-frame>
      ${failureLine(this.failure)}
    </section>`;
  }
}

customElements.define('words-card', WordsCard);
