// @ts-check
import { html } from 'lit';
import { View } from '../view.js';
import { ABOUT } from '../content/about.js';
import { FEATURES, TOOLS } from '../content/features.js';
import { term } from '../explained-term.js';

/** Terms that a biologist may not know. */
const TERMS = [
  [
    'Attention',
    'A weight for every nucleotide, with sum 1: how much the network took from that position for its prediction. It shows where the network looked, not why; a large weight does not mean that a nucleotide decides anything. The curve “Does the attention matter?” tests it for the chosen RNA.',
  ],
  ['Head', 'One attention map. Some models have one for every compartment, others one for all.'],
  ['k-mer', 'A word of k nucleotides, such as GAUU. The network reads an RNA as a sequence of overlapping k-mers.'],
  [
    'Hop',
    'A step from one k-mer to a neighbouring one in the k-mer graph, from which the k-mers get their first vectors.',
  ],
  [
    'Threshold',
    'A compartment is called if its probability reaches its threshold. Each compartment has its own, chosen on RNAs that were not used for training. An RNA may have several compartments called, or none.',
  ],
  [
    'Cell picture',
    'A schematic cell: the more probable a compartment, the stronger its colour. A compartment that is called has a strong outline and a bold name; one that the model does not predict is grey. The drawing shows the answer of the model; it is no image of a real cell.',
  ],
  ['Uncertain', 'A probability within 0.05 of its threshold: a small change would flip the call.'],
  [
    'Warning',
    'A reason not to rely on a prediction: the RNA is shorter or longer than all training RNAs, more than a tenth of it is N, or its k-mers are unlike those of the training RNAs.',
  ],
  [
    'Mutagenesis',
    'Every nucleotide is replaced by each of the other three, and the RNA is predicted again. The picture shows the change of the probability. It tests the network directly, so it is stronger evidence than attention; it is about the network, not about the cell.',
  ],
  [
    'Integrated gradients',
    'The RNA is faded in, from an empty input to the complete RNA, and the contribution of each nucleotide to a compartment’s score along this path is summed. Red raises the score, blue lowers it. All contributions together equal the change of the score; the line under the tracks shows how closely. The score is the number from which the probability is computed: the higher, the more likely. Integrated gradients show what the network used as a whole; mutagenesis shows the effect of one change. Both are about the network, not about the cell.',
  ],
  [
    'Deletion curve',
    'The most attended windows are replaced by N, from 5 % to half of the RNA, and compared with 20 random choices of as many windows. If the two curves do not differ, the attention does not mark anything that matters.',
  ],
  [
    'Motif',
    'A short pattern that proteins are known to bind, from the literature, or your own in IUPAC letters (R is A or G, Y is C or U, N is any). The table shows how often it occurs, how often it would occur by chance in an RNA of this composition, and the attention on it.',
  ],
  ['Uniform attention', 'The weight that every nucleotide would have if the network looked everywhere equally.'],
];

/** The parts of this view in their order, with the names of their elements. */
const PARTS = { use: 'How it works', words: 'Words', keyboard: 'Keyboard', tools: 'Other tools', cite: 'How to cite' };

/** The meaning of the terms, the input and output files, a comparison with other tools, and how to cite. */
export class HelpView extends View {
  static properties = { copied: { state: true } };

  constructor() {
    super();
    /** What copying the citation came to, in words. */
    this.copied = '';
  }

  /** @param {keyof typeof PARTS} part shown and read next */
  show(part) {
    const section = this.querySelector(`#help-${part}`);
    section?.scrollIntoView();
    section?.querySelector('h2')?.focus({ preventScroll: true });
  }

  async copy() {
    try {
      await navigator.clipboard.writeText(ABOUT.bibtex);
      this.copied = 'Copied.';
    } catch {
      this.copied = 'The browser does not allow copying here. Select the text and copy it.';
    }
  }

  render() {
    return html`<div class="help">
      <nav aria-label="Parts of Help">
        ${Object.entries(PARTS).map(([part, name]) => html`<button type="button" class="link" @click=${() => this.show(/** @type {keyof typeof PARTS} */ (part))}>${name}</button>`)}
      </nav>
      <div class="help-parts">
      <section id="help-use" aria-label=${PARTS.use}>
        <h2 tabindex="-1">In short</h2>
        <p>Paste or drop RNA sequences, press Predict, and choose a row. Everything is computed in this browser: nothing is sent to a server, and the page’s security policy forbids other hosts.</p>
        <h2>What is read</h2>
        <p>
          FASTA, plain or gzipped, pasted or from any number of files. T is read as U, lower case as upper; IUPAC letters other than A, C, G, U become N; spaces, digits and alignment gaps are left out. A record that
          cannot be read is reported with its line, and all others are predicted. A model reads up to a certain number of nucleotides; if an RNA is cut, this is shown next to it.
        </p>
        <h2>What is written</h2>
        <ul>
          <li><b>TSV</b>: <code>id</code>, <code>length</code>, a probability per compartment, <code>compartments</code>, <code>uncertain</code> and <code>warnings</code>. Lines with <code>#</code> name the program, the model and, if they were changed, the thresholds. The command line writes the same bytes. Python: <code>csv.reader(…, delimiter="\\t")</code>; R: <code>read.delim(file, comment.char = "#")</code>.</li>
          <li><b>JSON</b>: the same with the model’s settings and the records that could not be read.</li>
          <li><b>GFF3, bedGraph</b>: attention on the RNAs’ own coordinates. In IGV load the FASTA written here as the genome, then these as tracks.</li>
          <li><b>Run file</b>: model, thresholds, and size and SHA-256 of every input. Drop it on the page together with the same files to repeat the run, or give it to <code>rmlocnet predict --run</code>. It contains sequences only if you choose so.</li>
          <li><b>Report</b>: one HTML page with the table, the pictures on show, all settings, the model’s card and the citation. <b>All files</b>: one zip.</li>
          <li><b>SVG, PNG</b>: every picture, with its title, and with program, model and version written in it.</li>
        </ul>
      </section>
      <section id="help-words" aria-label=${PARTS.words}>
        <h2 tabindex="-1">Words</h2>
        <dl>${TERMS.map(([term, meaning]) => html`<dt>${term}</dt><dd>${meaning}</dd>`)}</dl>
      </section>
      <section id="help-keyboard" aria-label=${PARTS.keyboard}>
        <h2 tabindex="-1">Keyboard</h2>
        <p>Arrow keys, Page Up and Down, Home and End move through the table; in the nucleotides, arrow keys, Page Up and Down, Home and End move along the RNA and read each nucleotide. In the cell picture and the table beside it, they move from one compartment to the next. Ctrl and the mouse wheel zoom the tracks, dragging moves them, and dragging with Shift sums a range. On a touch screen, a finger reads a nucleotide, and two fingers zoom and move.</p>
      </section>
      <section id="help-tools" aria-label=${PARTS.tools}>
        <h2 tabindex="-1">Comparison with other tools</h2>
        <p class="hint">● yes, ◐ partly, ○ no, ? not known. The table covers prediction, explanation, input and output. Other tools are described as in their papers, code and pages.</p>
        <div class="scroll" tabindex="0" role="region" aria-label="Feature table">
          <table class="features">
            <thead><tr><th scope="col">Feature</th>${TOOLS.map(({ name, title }) => html`<th scope="col">${term(name, title)}</th>`)}<th scope="col">here: how</th></tr></thead>
            <tbody>
              ${FEATURES.map(
                ({ name, marks, how }) =>
                  html`<tr><th scope="row">${name}</th>${[...marks].map((mark) => html`<td>${mark}</td>`)}<td class="how">${how}</td></tr>`,
              )}
            </tbody>
          </table>
        </div>
      </section>
      <section id="help-cite" aria-label=${PARTS.cite}>
        <h2 tabindex="-1">${PARTS.cite}</h2>
        <p>Cite this program with its version, ${ABOUT.version}, and the paper whose method it implements:</p>
        <p>${ABOUT.method.reference.replace(/ doi:.*/, '')} <a href=${ABOUT.method.address} rel="noreferrer">${ABOUT.method.address}</a></p>
        <pre tabindex="0" role="region" aria-label="BibTeX">${ABOUT.bibtex}</pre>
        <div class="row small">
          <button type="button" @click=${this.copy}>Copy BibTeX</button> <span class="hint" role="status">${this.copied}</span>
        </div>
        <p>Licence: ${ABOUT.license.join(' or ')}, as you choose.</p>
      </section>
      </div>
    </div>`;
  }
}

customElements.define('help-view', HelpView);
