// @ts-check
import { html, nothing } from 'lit';
import { View } from './view.js';

/** Pixels that stay free between an explanation and the edge of the window. */
const EDGE = 8;

/**
 * A word, or a question mark, with an explanation. The explanation is shown while the pointer or the
 * keyboard's focus is on it, and from one press to the next, so that mouse, keyboard and touch reach it.
 * Escape hides it.
 */
export class ExplainedTerm extends View {
  static properties = {
    words: { attribute: false },
    meaning: { attribute: false },
    reasons: { state: true },
  };

  constructor() {
    super();
    /** What is explained; a question mark stands there if it is empty. */
    this.words = '';
    this.meaning = '';
    /** Why the explanation is shown. @type {('pointer' | 'focus' | 'press')[]} */
    this.reasons = [];
    /** Ends what is listened to while the explanation is shown. @type {AbortController | null} */
    this.watch = null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.addEventListener('pointerenter', this.onEnter);
    this.addEventListener('pointerleave', this.onLeave);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.watch?.abort();
    this.watch = null;
    this.reasons = [];
  }

  /** @param {PointerEvent} event */
  onEnter({ pointerType }) {
    // A finger presses: what it touches is not pointed at.
    if (pointerType === 'mouse') this.showFor('pointer');
  }

  onLeave() {
    this.hideFor('pointer');
  }

  /** @param {FocusEvent} event */
  onFocus({ target }) {
    if (/** @type {HTMLElement} */ (target).matches(':focus-visible')) this.showFor('focus');
  }

  /** @param {Event} event */
  onPress(event) {
    // A word may stand where a press means something else, such as in a label.
    event.preventDefault();
    event.stopPropagation();
    if (this.reasons.includes('press')) this.hideFor('press');
    else this.showFor('press');
  }

  /** @param {'pointer' | 'focus' | 'press'} reason */
  showFor(reason) {
    if (!this.reasons.includes(reason)) this.reasons = [...this.reasons, reason];
  }

  /** @param {'pointer' | 'focus' | 'press'} reason */
  hideFor(reason) {
    this.reasons = this.reasons.filter((other) => other !== reason);
  }

  hide() {
    this.reasons = [];
  }

  updated() {
    const bubble = this.bubble;
    if (bubble && !this.watch) this.show(bubble);
    if (!bubble) {
      this.watch?.abort();
      this.watch = null;
    }
  }

  get bubble() {
    return /** @type {HTMLElement | null} */ (this.querySelector('.meaning'));
  }

  /** @param {HTMLElement} bubble */
  show(bubble) {
    this.watch = new AbortController();
    const { signal } = this.watch;
    // Above everything, whatever the part around it cuts off.
    bubble.showPopover?.();
    this.place();
    document.addEventListener('scroll', () => this.place(), { signal, capture: true, passive: true });
    document.addEventListener(
      'keydown',
      ({ key }) => {
        if (key === 'Escape') this.hide();
      },
      { signal, capture: true },
    );
    document.addEventListener(
      'pointerdown',
      ({ target }) => {
        if (!this.contains(/** @type {Node} */ (target))) this.hide();
      },
      { signal, capture: true },
    );
  }

  /** Puts the explanation under the word, or above it where there is no room below. */
  place() {
    const { bubble } = this;
    const word = this.querySelector('button')?.getBoundingClientRect();
    if (!bubble || !word) return;
    const { width, height } = bubble.getBoundingClientRect();
    const left = Math.max(EDGE, Math.min(word.left, document.documentElement.clientWidth - width - EDGE));
    const isBelow = word.bottom + height <= window.innerHeight || word.top < height;
    bubble.style.left = `${left}px`;
    bubble.style.top = `${isBelow ? word.bottom : word.top - height}px`;
  }

  render() {
    const { words, meaning } = this;
    const shown = this.reasons.length > 0;
    return html`<button
        type="button"
        class=${words ? 'term' : 'term mark'}
        aria-label=${words ? nothing : 'What is this?'}
        aria-description=${meaning}
        aria-expanded=${shown}
        @click=${this.onPress}
        @focus=${this.onFocus}
        @blur=${() => this.hide()}
      >${words || '?'}</button>${shown ? html`<span class="meaning" popover="manual"><span>${meaning}</span></span>` : nothing}`;
  }
}

/**
 * A word with its explanation.
 * @param {string} words
 * @param {string} meaning
 */
export function term(words, meaning) {
  return html`<explained-term .words=${words} .meaning=${meaning}></explained-term>`;
}

/**
 * A question mark, for what stands beside it.
 * @param {string} meaning
 */
export function questionMark(meaning) {
  return html`<explained-term .meaning=${meaning}></explained-term>`;
}

customElements.define('explained-term', ExplainedTerm);
