// @ts-check
import { html, nothing } from 'lit';
import { onValue } from '../view.js';

/** @import { SetSummary } from '../engine/types/core.js' */
/** @import { TrainingRun } from '../state/training-run.js' */

/** Ids offered in the choice of the RNA to watch. */
const MOST_CHOICES = 2000;

/** @typedef {(kind: 'svg' | 'png') => void} Save */

/**
 * The loss as it falls, or does not.
 * @param {TrainingRun | null} run
 * @param {number} epochs of the run to come
 * @param {Save} save
 */
export function lossPanel(run, epochs, save) {
  const points = run?.points ?? [];
  return html`<section aria-label="Loss">
    <div class="bar">
      <h2>Loss ${lossNow(run)}</h2>
      ${saveButtons('the loss chart', points.length > 0, save)}
    </div>
    <loss-chart .points=${points} .epochs=${run?.last?.epochs ?? epochs}></loss-chart>
  </section>`;
}

/** @param {TrainingRun | null} run */
function lossNow(run) {
  const at = (/** @type {string} */ kind) => run?.points.filter((point) => point.kind === kind).at(-1)?.loss.toFixed(3);
  const [training, validation] = [at('training'), at('validation')];
  return training ? html`<span class="hint">training ${training} · validation ${validation ?? 'none'}</span>` : nothing;
}

/**
 * The attention over one RNA of the set, a row per epoch.
 * @param {{ run: TrainingRun | null, summary: SetSummary, watched: number, head: number, epochs: number }} shown
 * @param {{ watch: (rna: number) => void, look: (head: number) => void, save: Save }} act
 */
export function historyPanel({ run, summary, watched, head, epochs }, { watch, look, save }) {
  const { sequence, heads } = run?.record.of(watched) ?? { sequence: '', heads: [] };
  const rows = run?.record.rows(watched, head) ?? [];
  const since = rows.length > 0 && rows[0].epoch > 0 ? ` · rows from epoch ${rows[0].epoch}, when it was chosen` : '';
  return html`<section aria-label="Attention, epoch by epoch">
    <div class="bar">
      <h2>Where it looks, epoch by epoch <span class="hint">${sequence ? `${sequence.length} nt${since}` : ''}</span></h2>
      <div class="row small">
        ${
          heads.length > 1
            ? html`<select aria-label="Compartment" @change=${onValue((value) => look(Number(value)))}>
                ${heads.map((name, i) => html`<option value=${i} ?selected=${i === head}>${name}</option>`)}
              </select>`
            : nothing
        }
        <select class="rna" aria-label="RNA" @change=${onValue((value) => watch(Number(value)))}>
          ${summary.ids.slice(0, MOST_CHOICES).map((id, i) => html`<option value=${i} ?selected=${i === watched}>${id}</option>`)}
        </select>
        ${saveButtons('the attention by epoch', rows.length > 0, save)}
      </div>
    </div>
    <attention-history .rows=${rows} .count=${rows.length} .sequence=${sequence} .epochs=${run?.last?.epochs ?? epochs}></attention-history>
  </section>`;
}

/**
 * @param {string} what the picture, in the buttons' full names
 * @param {boolean} ready
 * @param {Save} save
 */
function saveButtons(what, ready, save) {
  return html`<div class="row small" role="group" aria-label="Save ${what}">
    <button type="button" aria-label="Save SVG of ${what}" ?disabled=${!ready} @click=${() => save('svg')}>Save SVG</button>
    <button type="button" aria-label="Save PNG of ${what}" ?disabled=${!ready} @click=${() => save('png')}>Save PNG</button>
  </div>`;
}
