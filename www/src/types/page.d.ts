import type { Batch, Explanation, ModelInfo, Prediction, Problem } from './core.js';

/** A model the page can predict with, whether or not its file has been fetched yet. */
export interface ModelEntry {
  name: string;
  rna_class: string | null;
  species: string | null;
  compartments: string[];
  summary: string;
  /** 'site': listed in models/index.json; 'file': opened by the visitor; 'trained': made on this page. */
  origin: 'site' | 'file' | 'trained';
  /** File name below models/; only for origin 'site'. */
  file?: string;
}

/** A prediction as a table row: the sequence stays in the worker. */
export type Row = Omit<Prediction, 'sequence'>;

/** A problem with the file or text it was found in. */
export type SourcedProblem = Problem & { source: string };

export interface RunStart {
  model: ModelInfo;
  header: string;
  bytes_total: number;
}

export interface RunBatch {
  rows: Row[];
  problems: SourcedProblem[];
  bytes_read: number;
  done: boolean;
}

/** An explanation with what was explained. */
export type Explained = Explanation & { id: string; sequence: string };

export type { Batch };
