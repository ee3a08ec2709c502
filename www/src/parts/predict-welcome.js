// @ts-check
import { html } from 'lit';

/** What a prediction shows, where there is none yet. */
export function predictWelcome() {
  return html`<section class="empty" aria-label="Results">
    <h2>Where does an RNA go in the cell?</h2>
    <p>
      Paste RNA sequences and press Predict. For each RNA you will see the probability of every compartment of the
      model, which of them reach their threshold, and the nucleotides the network looked at.
    </p>
    <p class="hint">New here? Press Example, then Predict.</p>
  </section>`;
}
