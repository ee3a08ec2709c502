// @ts-check
import { View } from '../view.js';

/** A part of the page that is told when its size changes, as long as it is shown. */
export class Sized extends View {
  constructor() {
    super();
    this.resizes = new ResizeObserver(([entry]) => this.resized(entry));
  }

  /**
   * For those that extend this to act on.
   * @param {ResizeObserverEntry} _entry
   */
  resized(_entry) {}

  connectedCallback() {
    super.connectedCallback();
    this.resizes.observe(this);
  }

  disconnectedCallback() {
    this.resizes.disconnect();
    super.disconnectedCallback();
  }
}
