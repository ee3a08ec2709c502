// @ts-check
import { html, nothing } from 'lit';
import { View } from '../view.js';
import { inWords, sentence } from '../engine/words.js';
import { save } from '../state/files.js';
import { svgFile } from './sheet.js';

/** @import { Picture } from './sheet.js' */

/** A PNG has so many dots in a unit of the SVG: enough for print. */
const DOTS = 2;

/** A picture as a file. @typedef {{ name: string, caption: string, svg: string }} PictureFile */

/**
 * The frame around a picture: its heading, what else can be asked there, and buttons that save it
 * as a file with its title and where it comes from. What it frames is inside it.
 */
export class PictureFrame extends View {
  static properties = {
    what: { type: String },
    heading: { attribute: false },
    controls: { attribute: false },
    picture: { attribute: false },
    file: { type: String },
    caption: { type: String },
    provenance: { type: String },
    ready: { type: Boolean },
    failure: { state: true },
  };

  constructor() {
    super();
    /** What it shows, in the buttons' names, such as "the loss chart". */
    this.what = '';
    /** @type {unknown} */
    this.heading = nothing;
    /** Stands before the buttons. Handlers in it must not need `this`. @type {unknown} */
    this.controls = nothing;
    /** What is saved; if not given, the first picture inside. @type {Picture | null} */
    this.picture = null;
    /** Name of the file, without its ending. */
    this.file = '';
    /** Title in the file. */
    this.caption = '';
    /** Tool, version, and model or training run. */
    this.provenance = '';
    /** Whether there is something to save. */
    this.ready = false;
    this.failure = '';
  }

  createRenderRoot() {
    // What it renders stands before what it frames.
    this.renderOptions.renderBefore = this.firstChild;
    return this;
  }

  /** @returns {Picture | null} */
  get framed() {
    const found = [...this.querySelectorAll('*')].find((inside) => 'blocks' in inside);
    return this.picture ?? /** @type {any} */ (found) ?? null;
  }

  /** What is saved; the name is without its ending. @returns {PictureFile} */
  toFile() {
    const svg = svgFile(this.caption, this.framed?.blocks() ?? [], this.provenance);
    return { name: this.file.replace(/[^\w.-]+/g, '_'), caption: this.caption, svg };
  }

  /** @param {'svg' | 'png'} kind */
  async save(kind) {
    this.failure = '';
    try {
      const { name, svg } = this.toFile();
      const file = new Blob([svg], { type: 'image/svg+xml' });
      save(`${name}.${kind}`, kind === 'svg' ? file : await png(file));
    } catch (error) {
      this.failure = inWords(error);
    }
  }

  render() {
    const button = (/** @type {'svg' | 'png'} */ kind) => {
      const name = `Save ${kind.toUpperCase()}`;
      return html`<button type="button" aria-label="${name} of ${this.what}" ?disabled=${!this.ready} @click=${() => this.save(kind)}>${name}</button>`;
    };
    return html`<div class="bar">
        ${this.heading}
        <div class="row small">
          ${this.controls}
          <div class="row" role="group" aria-label="Save ${this.what}">${button('svg')} ${button('png')}</div>
        </div>
      </div>
      ${this.failure ? html`<p class="failure" role="alert">${sentence(this.failure)}</p>` : nothing}`;
  }
}

/**
 * The pictures in an element that can be saved now, as files.
 * @param {Element} inside
 */
export function picturesIn(inside) {
  const frames = /** @type {PictureFrame[]} */ ([...inside.querySelectorAll('picture-frame')]);
  return frames.filter(({ ready }) => ready).map((frame) => frame.toFile());
}

/**
 * @param {Blob} svg
 * @returns {Promise<Blob>} the picture at twice its size, for print
 */
async function png(svg) {
  const address = URL.createObjectURL(svg);
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.width * DOTS;
    canvas.height = image.height * DOTS;
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
    if (!blob) throw new Error('The picture is too large for a PNG here. Save it as SVG.');
    return blob;
  } finally {
    URL.revokeObjectURL(address);
  }
}

customElements.define('picture-frame', PictureFrame);
