// @ts-check
import { html, nothing } from 'lit';
import { View } from '../view.js';
import { sentence } from '../engine/words.js';
import { FIRST_EXAMPLES, KNOWN_PLACES, weightsOf } from '../content/first-examples.js';
import '../pictures/attention-strip.js';
import { madeWith } from '../pictures/provenance.js';
import { GRADIENT } from '../pictures/scales.js';
import { PREDICTION_COLUMNS, callCells, callShades } from './cell-card.js';
import './cell-panel.js';

/** @import { FirstExample } from '../content/first-examples.js' */

/**
 * What an answer looks like, for one RNA of each class, computed in advance. All of them take the same place, so that
 * nothing moves when another one is chosen. `example-wanted` asks for the example of the class.
 */
export class FirstExamples extends View {
  static properties = { chosen: { state: true } };

  constructor() {
    super();
    /** The class on show. */
    this.chosen = FIRST_EXAMPLES[0].rna_class;
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const classes = FIRST_EXAMPLES.map(({ rna_class: rnaClass }) => rnaClass);
    const at = classes.indexOf(this.chosen);
    const targets = /** @type {Record<string, number>} */ ({
      ArrowRight: at + 1,
      ArrowLeft: at - 1,
      Home: 0,
      End: -1,
    });
    if (!(event.key in targets)) return;
    event.preventDefault();
    this.chosen = classes.at(targets[event.key] % classes.length) ?? classes[0];
    this.updateComplete.then(() =>
      /** @type {HTMLElement | null} */ (this.querySelector('[role=tab][aria-selected=true]'))?.focus(),
    );
  }

  render() {
    return html`<section aria-label="Example" class="first-examples">
      <div class="bar">
        <h2><span class="tag">Example, computed in advance</span></h2>
        <div class="tabs" role="tablist" aria-label="Class of RNA" @keydown=${this.onKey}>
          ${FIRST_EXAMPLES.map(({ rna_class: rnaClass }) => this.tab(rnaClass))}
        </div>
      </div>
      <div class="stack">${FIRST_EXAMPLES.map((example) => this.panel(example))}</div>
    </section>`;
  }

  /** @param {string} rnaClass */
  tab(rnaClass) {
    const isChosen = rnaClass === this.chosen;
    return html`<button
      type="button"
      role="tab"
      id="tab-${rnaClass}"
      aria-controls="example-${rnaClass}"
      aria-selected=${isChosen}
      tabindex=${isChosen ? 0 : -1}
      @click=${() => (this.chosen = rnaClass)}
    >${rnaClass}</button>`;
  }

  /** @param {FirstExample} example */
  panel(example) {
    const { rna_class: rnaClass, id, length, model } = example;
    return html`<div role="tabpanel" id="example-${rnaClass}" aria-labelledby="tab-${rnaClass}" class=${rnaClass === this.chosen ? '' : 'away'}>
      ${this.answer(example)} ${attention(example)}
      <div class="row below">
        <button type="button" @click=${() => this.ask(example)}>Try this one</button>
        <span class="hint">Fills in ${id} (${length.toLocaleString('en')} nt) and others, and chooses ${model.name}.</span>
      </div>
    </div>`;
  }

  /** @param {FirstExample} example */
  answer(example) {
    const { id, length, model, compartments, notes } = example;
    const caption = `Where ${id} is likely to be found`;
    const called = compartments.filter((one) => one.called).map(({ name }) => name);
    return html`<cell-panel
      .heading=${html`<h3>${caption} <span class="hint">${length.toLocaleString('en')} nt · ${model.name}</span></h3>`}
      .file=${`${id}-cell`}
      .caption=${caption}
      .provenance=${madeWith({ ...model, version: example.version })}
      .shades=${callShades(compartments)}
      .columns=${PREDICTION_COLUMNS}
      .cells=${callCells(compartments)}
      .words=${html`<p class="known"><b>Predicted:</b> ${called.join(', ') || 'none called'}.<br /><b>Known:</b> ${KNOWN_PLACES[id] ?? nothing}</p>
        ${notes.map((note) => html`<p class="hint">${sentence(note)}.</p>`)}`}
    ></cell-panel>`;
  }

  /** @param {FirstExample} example */
  ask({ rna_class: rnaClass, model }) {
    const detail = { rnaClass, model: model.name };
    this.dispatchEvent(new CustomEvent('example-wanted', { detail, bubbles: true }));
  }
}

/** @param {FirstExample} example */
function attention({ id, sequence, attention: { compartment, steps }, model, version }) {
  const heading = `Where the network looked for ${compartment}`;
  const weights = weightsOf(steps);
  return html`<picture-frame
    class="after-picture"
    what="the attention"
    .heading=${html`<h3>${heading}</h3>`}
    .file=${`${id}-attention`}
    .caption=${`${id}: ${heading.toLowerCase()}`}
    .provenance=${madeWith({ ...model, version })}
    ready
  >
    <attention-strip .weights=${weights} .sequence=${sequence} .heading=${heading}></attention-strip>
    <div class="legend"><span>0</span><i style="background:${GRADIENT}"></i><span>more attention</span><span class="legend-note">${weights.some(Number.isNaN) ? 'Hatched: not read. ' : ''}Attention says where the network looked, not why.</span></div>
  </picture-frame>`;
}

customElements.define('first-examples', FirstExamples);
