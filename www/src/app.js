// @ts-check
import { html } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';
import { StoreController } from './store.js';
import { View } from './view.js';
import { inWords, message, sentence } from './engine/words.js';
import { machineMenu } from './parts/machine-menu.js';
import { pageFooter } from './parts/page-footer.js';
import { hasSimd } from './engine/builds.js';
import { devices, predictingOn, prefetchForGpu, settleDevice, trainingOn, wantDevice } from './state/device.js';
import { engine } from './state/engine.js';
import { listModels, modelEntries, models, openModel } from './state/models.js';
import { pageIsLoaded, requests } from './state/requests.js';
import { VIEWS } from './state/address.js';
import { address, link, record, visit } from './state/address-bar.js';
import { isModelFile } from './state/files.js';
import { hasUpdate, reloadIntoUpdate } from './state/update.js';
import './views/predict-view.js';
import './views/train-view.js';
import './views/models-view.js';
import './views/help-view.js';

/** @import { PredictView } from './views/predict-view.js' */
/** @import { TrainView } from './views/train-view.js' */
/** @import { HelpView } from './views/help-view.js' */

const TITLES = { predict: 'Predict', train: 'Train', models: 'Models', help: 'Help' };
/** The name of the page, behind that of the view in the document's title. */
const PAGE = document.title;
/** What each view is for: its level-one heading. */
const HEADINGS = {
  predict: 'Predict where RNAs go in the cell',
  train: 'Train a model',
  models: 'Models',
  help: 'Help',
};

/** The page: header, the views (kept alive when hidden, so that runs go on), and dropped files. */
class RmlocnetApp extends View {
  static properties = {
    core: { state: true },
    dropping: { state: true },
    missing: { state: true },
    selected: { state: true },
  };

  constructor() {
    super();
    new StoreController(this, address, requests, devices, models, hasUpdate);
    /** @type {'starting' | 'ready' | { failed: string }} */
    this.core = 'starting';
    /** A model that the address named and that is not here. */
    this.missing = '';
    this.dropping = false;
    /** The model chosen in the Predict view. @type {string | null} */
    this.selected = address.get().model;
    /** The view that was drawn last. @type {import('./state/address.js').View | null} */
    this.shownView = null;
    /** @type {import('lit/directives/ref.js').Ref<PredictView>} */
    this.predictView = createRef();
    /** @type {import('lit/directives/ref.js').Ref<TrainView>} */
    this.trainView = createRef();
    /** @type {import('lit/directives/ref.js').Ref<HelpView>} */
    this.helpView = createRef();
    /** Ends what the page listens to. */
    this.listening = new AbortController();
    // For tests and the curious: the workers themselves, from the console.
    this.engine = engine;
  }

  connectedCallback() {
    super.connectedCallback();
    this.listening = new AbortController();
    const { signal } = this.listening;
    window.addEventListener('dragover', (event) => this.onDragOver(event), { signal });
    window.addEventListener('dragleave', (event) => this.onDragLeave(event), { signal });
    window.addEventListener('drop', (event) => this.onDrop(event), { signal });
    signal.addEventListener(
      'abort',
      address.subscribe(() => this.onAddress()),
    );
    this.load();
  }

  disconnectedCallback() {
    this.listening.abort();
    super.disconnectedCallback();
  }

  updated() {
    const { view } = address.get();
    if (view === this.shownView) return;
    document.title = `${TITLES[view]} · ${PAGE}`;
    // The first view is where the browser begins to read. Later ones begin at their heading, unless the
    // focus is on a link of the header.
    if (this.shownView && !this.querySelector('header')?.contains(document.activeElement)) {
      window.scrollTo(0, 0);
      this.querySelector('h1')?.focus();
    }
    this.shownView = view;
  }

  onAddress() {
    this.selected = address.get().model ?? this.selected;
    this.settle();
  }

  /** Everything the page will need, fetched now: nothing is asked of the network later. */
  async load() {
    this.core = 'starting';
    try {
      await Promise.all([this.fetchChosenModel(), engine.predictor.ready(), engine.trainer.ready(), fetchPictures()]);
      this.core = 'ready';
    } catch (error) {
      this.core = {
        failed: (await hasSimd())
          ? inWords(error)
          : 'This browser cannot run WebAssembly with SIMD, which the computation needs. Use a browser of 2023 or later.',
      };
    }
    await this.updateComplete;
    await this.idle();
    // The GPU's build is part of loading where there is a GPU, and comes behind everything else.
    await prefetchForGpu();
    pageIsLoaded();
    await this.settle();
  }

  /** Once the page has drawn itself and answered what was pressed meanwhile. */
  idle() {
    return new Promise((resolve) => {
      if ('requestIdleCallback' in window) requestIdleCallback(resolve, { timeout: 2000 });
      else setTimeout(resolve, 200);
    });
  }

  /** Settles what the chosen model is predicted on. */
  async settle() {
    if (this.core === 'ready' && this.selected) await settleDevice(this.selected);
  }

  async fetchChosenModel() {
    // Without a list, an opened model file can still be used.
    await listModels().catch(() => undefined);
    const names = modelEntries().map((model) => model.name);
    const wanted = this.selected;
    const name = wanted && names.includes(wanted) ? wanted : names[0];
    if (!name) return;
    this.selected = name;
    if (wanted && wanted !== name) {
      this.missing = wanted;
      record({ model: name });
    }
    // A failure here is told when the model is used: predicting opens it again.
    await openModel(name).catch(() => undefined);
  }

  /** @param {DragEvent} event */
  onDragOver(event) {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    this.dropping = true;
  }

  /** @param {DragEvent} event */
  onDragLeave(event) {
    if (!event.relatedTarget) this.dropping = false;
  }

  /** @param {DragEvent} event */
  onDrop(event) {
    this.dropping = false;
    const { files, folders } = dropped(event.dataTransfer);
    if (files.length === 0 && folders.length === 0) return;
    event.preventDefault();
    const { view } = address.get();
    (view === 'train' ? this.trainView : this.predictView).value?.addFiles(files, folders);
    // A model dropped beside the other models is to be looked at there.
    const stays = view === 'models' && files.every(({ name }) => isModelFile(name));
    if (view === 'help' || (view === 'models' && !stays)) visit('predict', { model: this.selected });
  }

  render() {
    const { view, hide } = address.get();
    return html`
      <a class="skip" href="#content" @click=${this.skip}>Skip to the content</a>
      <header>
        <span class="brand">rm<i>loc</i>net</span>
        <nav aria-label="Views">
          ${VIEWS.filter((name) => !hide.includes(name)).map((name) => html`<a href=${link(name, { model: this.selected })} aria-current=${name === view ? 'page' : 'false'}>${TITLES[name]}</a>`)}
        </nav>
        ${this.machine()}
      </header>
      <p class="update" role="status">${hasUpdate.get() ? this.updateNotice() : ''}</p>
      ${this.failures()}
      <main id="content" tabindex="-1">
        <h1 tabindex="-1" class=${view === 'predict' || view === 'train' ? 'sr-only' : ''}>${HEADINGS[view]}</h1>
        <predict-view ${ref(this.predictView)} ?hidden=${view !== 'predict'} .model=${this.selected} .missing=${this.missing} @model-chosen=${this.onModelChosen}></predict-view>
        <train-view ${ref(this.trainView)} ?hidden=${view !== 'train'} .shown=${view === 'train'} @model-chosen=${this.onModelChosen}></train-view>
        <models-view ?hidden=${view !== 'models'} @model-chosen=${this.onModelChosen}></models-view>
        <help-view ${ref(this.helpView)} ?hidden=${view !== 'help'}></help-view>
      </main>
      ${pageFooter(link('help', { model: this.selected }), () => this.cite())}
      <div class="drop-hint" ?hidden=${!this.dropping} aria-hidden="true">
        ${view === 'train' ? 'Drop a labelled set: FASTA, TSV, or FASTA with a CSV of labels' : 'Drop FASTA files, .gz too, a model file, or a run file'}
      </div>
    `;
  }

  updateNotice() {
    return html`A newer version of this page is ready. Reloading clears results that you have not saved.
      <button type="button" @click=${reloadIntoUpdate}>Reload</button>`;
  }

  machine() {
    const { device, hide } = address.get();
    return machineMenu({
      wanted: device,
      isFixed: hide.includes('device'),
      now: this.deviceNow(),
      requests: requests.get(),
      choose: wantDevice,
    });
  }

  failures() {
    return html`${typeof this.core === 'object' ? this.retry(this.core.failed) : ''} ${models.get().failure ? this.retry(models.get().failure) : ''}`;
  }

  /** Shows how to cite, once the Help view is on show. */
  async cite() {
    if (address.get().view !== 'help')
      await new Promise((resolve) => window.addEventListener('hashchange', resolve, { once: true }));
    await this.updateComplete;
    this.helpView.value?.show('cite');
  }

  /** @param {string} failure of the core or of the list of models */
  retry(failure) {
    return html`<p class="failure of-page" role="alert">
      ${sentence(failure)} <button type="button" @click=${() => this.load()}>Try again</button>
    </p>`;
  }

  deviceNow() {
    if (this.core !== 'ready') return cannotYet(this.core === 'starting' ? 'starting…' : 'cannot compute');
    return address.get().view === 'train' ? trainingOn() : predictingOn();
  }

  /** @param {Event} event */
  skip(event) {
    event.preventDefault();
    this.querySelector('main')?.focus();
  }

  /** @param {CustomEvent<string>} event */
  onModelChosen(event) {
    this.selected = event.detail;
    this.missing = '';
    record({ model: this.selected });
  }
}

/**
 * What was dropped: files, and the names of folders, which a page cannot read as files.
 * @param {DataTransfer | null} transfer
 */
function dropped(transfer) {
  const items = [...(transfer?.items ?? [])].filter(({ kind }) => kind === 'file');
  const isFolder = (/** @type {DataTransferItem} */ item) => item.webkitGetAsEntry?.()?.isDirectory ?? false;
  return {
    files: items.filter((item) => !isFolder(item)).flatMap((item) => item.getAsFile() ?? []),
    folders: items.filter(isFolder).map((item) => item.getAsFile()?.name ?? item.webkitGetAsEntry()?.name ?? ''),
  };
}

/** The parts of the page that draw. */
async function fetchPictures() {
  try {
    await Promise.all([
      import('./pictures/attention-map.js'),
      import('./pictures/deletion-chart.js'),
      import('./pictures/profile-chart.js'),
      import('./pictures/attention-history.js'),
      import('./pictures/loss-chart.js'),
    ]);
  } catch (error) {
    throw new Error(
      `A part of the page that draws could not be fetched. Reload the page: the connection broke off, or this site has a newer version. (${message(error)})`,
    );
  }
}

/** @param {string} words @returns {import('./types/page.js').DeviceWords} */
function cannotYet(words) {
  return { kind: 'cpu', words, details: '', checking: true };
}

customElements.define('rmlocnet-app', RmlocnetApp);
