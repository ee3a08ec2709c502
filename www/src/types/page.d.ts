import type { ModelFigures } from '../engine/types/model.js';

/** A model that the page can predict with, whether or not its file has been fetched yet. */
export interface ModelEntry {
  name: string;
  rna_class: string | null;
  species: string | null;
  compartments: string[];
  summary: string;
  /** Null if nothing was measured. */
  figures?: ModelFigures | null;
  /** 'site': listed in models/index.json; 'file': opened by the visitor; 'trained': made on this page. */
  origin: 'site' | 'file' | 'trained';
  /** File name below models/; only for origin 'site'. */
  file?: string;
}

/** What the page computes on, for the line that says so. */
export interface DeviceWords {
  kind: 'cpu' | 'webgpu';
  words: string;
  /** Instructions and workers, if there is room to name them. */
  details: string;
  /** Whether the question is still open. */
  checking: boolean;
}
