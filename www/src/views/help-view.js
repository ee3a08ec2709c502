// @ts-check
import { html } from 'lit';
import { View } from '../view.js';
import { FEATURES, TOOLS } from '../state/features.js';

/** Words a biologist need not know. */
const TERMS = [
  ['Attention', 'A weight for every nucleotide, 1 in all, that says how much the network took from that place for its answer. It says where the network looked, not why; a large weight does not mean that this nucleotide alone decides anything. The curve “Does the attention matter?” tests it for the RNA at hand.'],
  ['Head', 'One map of attention. Some models have one for every compartment, some one for all.'],
  ['k-mer', 'A word of k nucleotides, such as GAUU. The network reads an RNA as a row of overlapping k-mers.'],
  ['Hop', 'A step from one k-mer to a neighbouring one in the graph from which the k-mers get their vectors, before training.'],
  ['Threshold', 'The probability from which a compartment is called. Each compartment has its own, chosen on RNAs the network did not learn from. An RNA may have several compartments called, or none.'],
  ['Uncertain', 'A probability within 0.05 of its threshold: a hair would decide otherwise.'],
  ['Warning', 'A reason not to trust the model with this RNA: it is shorter or longer than all the model learnt from, too much of it is N, or its k-mers are unlike theirs.'],
  ['Mutagenesis', 'Every nucleotide is replaced by each of the other three, and the RNA is predicted again: the change of the probability is drawn. It asks the network itself, so it is evidence where attention is a hint; about the network, not about the cell.'],
  ['Integrated gradients', 'The RNA is faded in, from every k-mer withheld to all of it as it is, and what each nucleotide adds to a compartment’s score on the way is added up. Red raises the score, blue lowers it; all nucleotides together make what the score gains, and the line under the tracks says by how much they do. The score is the number that the probability is made of: the higher, the likelier. They show what the network used, as a whole; mutagenesis shows what one change would do. About the network, not about the cell.'],
  ['Deletion curve', 'The most-attended windows are replaced by N, from 5 % to half of the RNA, beside 20 random choices of as many windows. Where the two curves do not part, the attention marks nothing that matters.'],
  ['Motif', 'A short pattern that proteins are known to bind, from the literature, or your own in IUPAC letters (R is A or G, Y is C or U, N any). Beside the number of places stands the number that chance would give in an RNA of such letters, and the attention on them.'],
  ['Even share', 'The weight every nucleotide would have if the network looked everywhere alike.'],
];

/** What the words mean, what is read and written, and what other tools do. */
export class HelpView extends View {
  render() {
    return html`<div class="help">
      <section aria-label="How it works">
        <h2>In short</h2>
        <p>Paste or drop RNA sequences, press Predict, choose a row. All is computed in this browser: there is no server to send anything to, and the page’s security policy forbids other hosts.</p>
        <h2>What is read</h2>
        <p>
          FASTA, plain or gzipped, pasted or from any number of files. T is read as U, lower case as upper; IUPAC letters other than A, C, G, U become N; spaces, digits and alignment gaps are left out. A record that
          cannot be read is reported with its line, and all others are predicted. A model reads up to a certain number of nucleotides; what is cut is said beside the RNA.
        </p>
        <h2>What is written</h2>
        <ul>
          <li><b>TSV</b>: <code>id</code>, <code>length</code>, a probability per compartment, <code>compartments</code>, and <code>warnings</code>. Lines with <code>#</code> name program, model and, where they were moved, thresholds. The command line writes the same bytes. Python: <code>csv.reader(…, delimiter="\\t")</code>; R: <code>read.delim(file, comment.char = "#")</code>.</li>
          <li><b>JSON</b>: the same with the model’s settings and the records that could not be read.</li>
          <li><b>GFF3, bedGraph</b>: attention on the RNAs’ own coordinates. In IGV load the FASTA written here as the genome, then these as tracks.</li>
          <li><b>Run file</b>: model, thresholds, and size and SHA-256 of every input. Dropped on the page together with the same files it repeats the run. Sequences go into it only where you choose that.</li>
          <li><b>SVG, PNG</b> of every picture, with program, model and version written in them.</li>
        </ul>
      </section>
      <section aria-label="Words">
        <h2>Words</h2>
        <dl>${TERMS.map(([term, meaning]) => html`<dt>${term}</dt><dd>${meaning}</dd>`)}</dl>
      </section>
      <section aria-label="Keyboard">
        <h2>Keyboard</h2>
        <p>Arrow keys, Page Up and Down, Home and End move through the table; the nucleotides take the arrow keys too and read out their weight. Ctrl with the wheel zooms the tracks, dragging moves them, Shift and a drag sums a range.</p>
      </section>
      <section aria-label="Other tools">
        <h2>Beside other tools</h2>
        <p class="hint">● yes, ◐ partly, ○ no, ? not known. Of prediction, explanation, input and output; other tools as their papers, code and pages show them.</p>
        <div class="scroll" tabindex="0" role="region" aria-label="Feature table">
          <table class="features">
            <thead><tr><th scope="col">Feature</th>${TOOLS.map(({ name, title }) => html`<th scope="col" title=${title}>${name}</th>`)}<th scope="col">here: how</th></tr></thead>
            <tbody>
              ${FEATURES.map(
                ({ name, marks, how }) => html`<tr><th scope="row">${name}</th>${[...marks].map((mark) => html`<td>${mark}</td>`)}<td class="how">${how}</td></tr>`,
              )}
            </tbody>
          </table>
        </div>
      </section>
    </div>`;
  }
}

customElements.define('help-view', HelpView);
