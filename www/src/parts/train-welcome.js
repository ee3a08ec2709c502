// @ts-check
import { html } from 'lit';

/** What to bring to a training and what there will be to see. */
export function trainWelcome() {
  return html`<section class="empty" aria-label="About training">
    <h2>Train on your own labelled RNAs</h2>
    <p>
      Open a set whose compartments are known: a FASTA file with <code>[location=Nucleus;Cytosol]</code> in its definition
      lines, a TSV file with the columns <code>id</code>, <code>labels</code>, <code>sequence</code>, or a FASTA file together with a CSV of zeros and ones
      in the same order. The set stays on this machine.
    </p>
    <p>
      You will see the loss fall, or not, the attention over an RNA of your choice change with every epoch, and at the end
      how the network does on RNAs it never saw, beside guessing from the length alone.
    </p>
    <p class="hint">No set at hand? “Made-up set” has 160 random RNAs with a planted word per compartment for the network to find.</p>
  </section>`;
}
