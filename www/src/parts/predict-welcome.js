// @ts-check
import { html } from 'lit';
import './first-examples.js';

/** What the page does, how far to believe it, and where it is computed; for whoever sees it for the first time. */
export function predictWelcome() {
  return html`<section class="welcome" aria-label="What this page does">
    <h2>Where does an RNA go in the cell?</h2>
    <ul>
      <li>Paste RNA sequences, and the page predicts in which compartments of the cell each RNA is found and shows which nucleotides the network looked at.</li>
      <li>A prediction is an estimate: the <a href="#models">cards of the models</a> tell how often each model was right for RNAs that it had not seen, and where a simpler method does better.</li>
      <li>Everything is computed on your own machine: no sequence is sent anywhere, and the page also works without a network.</li>
    </ul>
  </section>`;
}
