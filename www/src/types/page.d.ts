import type { DeviceWanted, Explanation, Item, ModelInfo, NoteCount, Prediction, Problem } from './core.js';

/** The three builds of the core: SIMD, relaxed SIMD, and SIMD with WebGPU. */
export type Build = 'cpu' | 'relaxed' | 'webgpu';

/** What a worker is started as; its name. */
export type Role = 'coordinate' | 'read' | 'compute' | 'train';

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

/** The forms results are written in. */
export type FileForm = 'tsv' | 'json' | 'fasta' | 'gff3' | 'bedgraph';

/** What the beginning of an input is like. */
export interface Peek {
  /** About how many records there are; exactly, where all were looked at. */
  records: number;
  whole: boolean;
  shortest: number;
  median: number;
  longest: number;
  /** About how many nucleotides there are. */
  nucleotides: number;
  problems: number;
  /** Records looked at. */
  looked: number;
  /** Of the records looked at. */
  notes: NoteCount[];
}

/** A problem with the file or text it was found in. */
export type SourcedProblem = Problem & { source: string };

/** Something to read: pasted text or a file, with the name problems are listed under. */
export interface Source {
  name: string;
  content: string | File;
  size: number;
}

export interface RunStart {
  model: ModelInfo;
  bytes_total: number;
}

export interface RunBatch {
  rows: Row[];
  problems: SourcedProblem[];
  bytes_read: number;
  done: boolean;
  /** What the run has been computed on so far, in words. */
  device: string;
  /** Why the run left the GPU, where it did; without the device it went to. */
  device_changed: string | null;
}

/** An explanation with what was explained. */
export type Explained = Explanation & { id: string; sequence: string };

/** What the page computes on, for the line that says so. */
export interface DeviceWords {
  kind: 'cpu' | 'webgpu';
  words: string;
  /** Instructions and workers, where there is room to name them. */
  details: string;
  /** Whether the question is still open. */
  checking: boolean;
}

/** How the page provides and ends the workers that others ask work of. */
export interface Staff {
  /** Starts a worker and gives the port it listens on. */
  hire(id: number, role: Role, build: Build | 'best'): Promise<MessagePort>;
  dismiss(id: number): void;
}

export type { DeviceWanted, Item };
