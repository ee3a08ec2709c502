import type { Explanation, ModelInfo, Prediction, Problem } from './core.js';

/** The three builds of the core: SIMD, relaxed SIMD, and SIMD with WebGPU. */
export type Build = 'cpu' | 'relaxed' | 'webgpu';

/** What a worker is started as; its name. */
export type Role = 'coordinate' | 'read' | 'compute' | 'train';

/** What every worker is started with. */
export interface WorkerStart {
  /** Told how many network requests the worker has made. */
  onRequests: (count: number) => void;
  /** Name of the lock that the worker holds as long as it lives. */
  lock: string;
}

/** A prediction as a table row: the sequence stays in the coordinator. */
export type Row = Omit<Prediction, 'sequence'>;

/** The formats in which results are written. */
export type FileFormat = 'tsv' | 'json' | 'fasta' | 'gff3' | 'bedgraph';

/** A problem with the file or text it was found in, and the portion of the run that it is in; null before it has one. */
export type SourcedProblem = Problem & { source: string; portion: number | null };

/** Something to read: pasted text or a file, with the name that problems are listed under. */
export interface Source {
  name: string;
  content: string | File;
  size: number;
}

/** A model to predict with: all RNAs, or those that are likely to be of a class. */
export interface ChosenModel {
  /** The name of an open model. */
  name: string;
  /** Null: all RNAs. */
  rna_class: string | null;
}

/** What one model predicts of a run. */
export interface PortionStart {
  /** The coordinator's number for it. */
  id: number;
  name: string;
  model: ModelInfo;
}

/** A prediction run that has begun. */
export interface RunStart {
  /** The coordinator's number for it. */
  run: number;
  portions: PortionStart[];
  bytes_total: number;
}

/** Some results of a run. */
export interface RunBatch {
  /** Of each portion. */
  rows: Row[][];
  problems: SourcedProblem[];
  bytes_read: number;
  done: boolean;
  /** What the run has been computed on so far, in words. */
  device: string;
  /** Why the run left the GPU, if it did. */
  device_changed: string | null;
}

/** An RNA of the results. */
export interface Rna {
  id: string;
  sequence: string;
}

/** An explanation with the RNA that was explained. */
export type Explained = Explanation & Rna;

/** How the page provides and ends the workers that the coordinator gives work to. */
export interface Staff {
  /** Starts a worker and returns the port on which it listens. */
  hire(id: number, role: Role, build: Build | 'best'): Promise<MessagePort>;
  dismiss(id: number): void;
}
