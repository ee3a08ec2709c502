// @ts-check
import { html } from 'lit';

/** What a training needs, and what it shows. */
export function trainWelcome() {
  return html`<section class="empty" aria-label="About training">
    <h2>Train on your own labelled RNAs</h2>
    <p>
      Open a set whose compartments are known: a FASTA file with <code>[location=Nucleus;Cytosol]</code> in its definition
      lines, a TSV file with the columns <code>id</code>, <code>labels</code>, <code>sequence</code>, or a FASTA file together with a CSV of zeros and ones
      in the same order. The set stays on this machine.
    </p>
    <p>
      You will see the loss of every step, the attention over an RNA of your choice after every epoch, and at the end how
      good the network is on RNAs that were held out, next to a prediction from the length alone.
    </p>
    <p class="hint">No set at hand? “Demo set” has 160 random RNAs with a planted word per compartment for the network to find.</p>
  </section>`;
}
