// @ts-check
import { html, nothing } from 'lit';
import { plural } from '../numbers.js';
import { stem } from '../state/files.js';
import { onValue } from '../view.js';
import '../pictures/picture-frame.js';

/** @import { SetSummary } from '../engine/types/core.js' */
/** @import { TrainingRun } from '../state/training-run.js' */

/** Ids offered in the choice of the RNA to watch. */
const MOST_CHOICES = 2000;

/** @typedef {{ watch: (rna: number) => void, look: (head: number) => void }} Act */

/**
 * The loss as it falls, or does not.
 * @param {TrainingRun | null} run
 * @param {number} epochs of the run to come
 * @param {SetSummary} summary
 * @param {string} provenance
 */
export function lossPanel(run, epochs, summary, provenance) {
  const points = run?.points ?? [];
  return html`<section aria-label="Loss">
    <picture-frame
      what="the loss chart"
      .heading=${html`<h2>Loss ${lossNow(run)}</h2>`}
      .file=${`${stem(run?.set ?? '')}-loss`}
      .caption=${`Loss by epoch: ${run?.set} (${plural(summary.records, 'RNA')})`}
      .provenance=${provenance}
      ?ready=${points.length > 0}
    >
      <loss-chart .points=${points} .epochs=${run?.last?.epochs ?? epochs}></loss-chart>
    </picture-frame>
  </section>`;
}

/** @param {TrainingRun | null} run */
function lossNow(run) {
  const at = (/** @type {string} */ kind) =>
    run?.points
      .filter((point) => point.kind === kind)
      .at(-1)
      ?.loss.toFixed(3);
  const [training, validation] = [at('training'), at('validation')];
  return training ? html`<span class="hint">training ${training} · validation ${validation ?? 'none'}</span>` : nothing;
}

/**
 * The attention over one RNA of the set, a row per epoch.
 * @param {{ run: TrainingRun | null, summary: SetSummary, watched: number, head: number, epochs: number, provenance: string }} shown
 * @param {Act} act
 */
export function historyPanel({ run, summary, watched, head, epochs, provenance }, act) {
  const { sequence, read, heads } = run?.record.of(watched) ?? { sequence: '', read: [], heads: [] };
  const rows = run?.record.rows(watched, head) ?? [];
  const since = rows.length > 0 && rows[0].epoch > 0 ? ` · rows from epoch ${rows[0].epoch}, when it was chosen` : '';
  const id = summary.ids[watched];
  return html`<section aria-label="Attention, epoch by epoch">
    <picture-frame
      what="the attention by epoch"
      .heading=${html`<h2>Where it looks, epoch by epoch <span class="hint">${sequence ? `${sequence.length} nt${since}` : ''}</span></h2>`}
      .controls=${historyControls({ heads, head, ids: summary.ids, watched }, act)}
      .file=${`${id}-attention-by-epoch`}
      .caption=${`${id} (${sequence.length} nt), attention by epoch: ${heads[Math.min(head, heads.length - 1)]}`}
      .provenance=${provenance}
      ?ready=${rows.length > 0}
    >
      <attention-history .rows=${rows} .count=${rows.length} .sequence=${sequence} .read=${read} .epochs=${run?.last?.epochs ?? epochs}></attention-history>
    </picture-frame>
  </section>`;
}

/**
 * Which RNA and which compartment are shown.
 * @param {{ heads: string[], head: number, ids: string[], watched: number }} shown
 * @param {Act} act
 */
function historyControls({ heads, head, ids, watched }, { watch, look }) {
  const compartment = html`<select aria-label="Compartment" @change=${onValue((value) => look(Number(value)))}>
    ${heads.map((name, i) => html`<option value=${i} ?selected=${i === head}>${name}</option>`)}
  </select>`;
  return html`${heads.length > 1 ? compartment : nothing}
    <select class="rna" aria-label="RNA" @change=${onValue((value) => watch(Number(value)))}>
      ${ids.slice(0, MOST_CHOICES).map((id, i) => html`<option value=${i} ?selected=${i === watched}>${id}</option>`)}
    </select>`;
}
