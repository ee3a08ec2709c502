// @ts-check
import { html } from 'lit';
import { ABOUT } from '../content/about.js';

/**
 * The version, the licence and what to cite, at the end of every view.
 * @param {string} help address of the Help view
 * @param {() => void} onCite shows how to cite
 */
export function pageFooter(help, onCite) {
  return html`<footer>
    <span>${ABOUT.title} ${ABOUT.version}</span>
    <span>Free and open source: ${ABOUT.license.join(' or ')}</span>
    <span>Method: <a href=${ABOUT.method.address} rel="noreferrer">${ABOUT.method.short}</a></span>
    <a href=${help} @click=${onCite}>How to cite</a>
    <span>The browser stores only the page’s own files.</span>
  </footer>`;
}
