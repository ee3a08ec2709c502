/**
 * The computing core's surface, as the page uses it. The core itself is the Rust
 * crate compiled to WebAssembly; what each value means is documented there.
 */

/** Settings of one network and its training (Table 2 of the paper). */
export interface Config {
  name: string;
  k: number;
  stride: number;
  hops: number;
  embedding_mode: string;
  embedding_dim: number;
  length_setting: string;
  kmer_dropout: number;
  dimension_dropout: number;
  lstm_layers: number;
  hidden_units: number;
  weight_dropout: number;
  attention_dim: number;
  attention_heads: string;
  dropout: number;
  loss: string;
  learning_rate: number;
  learning_rate_decay: number;
  weight_decay: number;
  batch_size: number;
  epochs: number;
  gradient_clip: number;
  checkpoint: string;
}

export interface Preset {
  name: string;
  rna_class: string;
  species: string;
  config: Config;
}

export interface ModelInfo {
  name: string;
  hash: string;
  version: string;
  compartments: string[];
  thresholds: number[];
  config: Config;
  fixed_length: number;
  training: TrainingRecord | null;
}

/** How a model came to be, as its file tells. */
export interface TrainingRecord {
  software: string;
  seed: number;
  data_sha256: string;
  records: number;
  /** RNAs in each compartment, whole set. */
  support: number[];
  /** Shortest, mean and longest RNA. */
  lengths: [number, number, number];
  parts: Parts;
  best_epoch: number;
  held_out: Figures | null;
}

export interface Prediction {
  index: number;
  id: string;
  length: number;
  sequence: string;
  probabilities: number[];
  /** Indices of the compartments at or above their thresholds. */
  called: number[];
  notes: string[];
  /** The row's line of the TSV file, newline included. */
  tsv: string;
}

export interface Problem {
  /** Which record of the input, counted from 0. */
  index: number;
  line: number | null;
  record: string | null;
  message: string;
  fatal: boolean;
}

/** A record of the input, as the reader hands it to a model. */
export interface Item {
  /** Which record of the input, counted from 0, bad ones included. */
  index: number;
  id: string;
  sequence: string;
  line: number;
  notes: string[];
  renamed: string | null;
}

/** Some of an input: its records in batches of similar length. */
export interface Window {
  batches: Item[][];
  problems: Problem[];
  bytes_read: number;
  done: boolean;
}

export interface Reader {
  window(max_records: number): Window;
  free(): void;
}

/** What is asked for: 'auto' takes the GPU where it is sound and faster. */
export type DeviceWanted = 'auto' | 'cpu' | 'webgpu';

/** What is computed on, and why. */
export interface DeviceInfo {
  kind: 'cpu' | 'webgpu';
  /** For a person, such as "CPU: the adapter is software". */
  reason: string;
  adapter: string | null;
  /** How many times as fast as the CPU it was, where both were measured. */
  speedup: number | null;
}

/** Why the device was left in the middle; absent or null while it was not. */
export interface MayChangeDevice {
  device_changed?: string | null;
}

export interface Predicted extends MayChangeDevice {
  predictions: Prediction[];
  problems: Problem[];
}

/** One attention head over one RNA: a weight per nucleotide, summing to 1. */
export interface Head {
  /** Null where one head serves every compartment. */
  compartment: string | null;
  weights: Float32Array;
}

export interface Explanation {
  length: number;
  probabilities: number[];
  heads: Head[];
  /** What was cut to fit the model's length, in words; null when nothing was. */
  window: string | null;
}

export interface ModelOptions {
  device?: DeviceWanted;
  /** What one representative batch of this model takes on one CPU worker, in milliseconds. */
  cpu_ms?: number;
  /** CPU workers the GPU is to be compared with. */
  workers?: number;
}

export interface Model {
  info(): ModelInfo;
  device(): DeviceInfo;
  tsv_header(): string;
  predict(batch: Item[]): Promise<Predicted>;
  explain(sequence: string): Promise<Explanation>;
  /** Milliseconds of one representative batch of this model on its device. */
  calibrate(): Promise<number>;
  /** k-mer ids in, probabilities [B*C] and attention [B*heads*T] out. */
  answer(tokens: Int32Array | Uint32Array, lengths: Uint32Array): Promise<{ probabilities: Float32Array; attention: Float32Array }>;
  free(): void;
}

export interface SetSummary {
  records: number;
  compartments: { name: string; count: number }[];
  shortest: number;
  mean: number;
  longest: number;
  /** cardinality[i]: RNAs with i compartments. */
  cardinality: number[];
  notes: string[];
  ids: string[];
}

export interface LabelledSet {
  summary(): SetSummary;
  free(): void;
}

export interface EmbedOptions {
  k: number;
  stride: number;
  hops: number;
  dim: number;
  mode: 'weighted' | 'as-written';
  seed: number;
}

export interface TrainingOptions {
  preset: string;
  epochs: number;
  seed: number;
  overrides?: Partial<Config>;
  device?: DeviceWanted;
  /** Where to go on from: what `Training.checkpoint` gave under the same set and options. */
  checkpoint?: Uint8Array;
}

export interface FinishedEpoch {
  epoch: number;
  training_loss: number;
  /** Null without a validation part. */
  validation_loss: number | null;
}

export interface TrainingStep extends MayChangeDevice {
  epoch: number;
  epochs: number;
  step: number;
  steps_per_epoch: number;
  training_loss: number;
  /** Of every step of this call. */
  losses: number[];
  /** Those that ended during this call. */
  finished_epochs: FinishedEpoch[];
  done: boolean;
}

export interface AttentionNow extends MayChangeDevice {
  id: string;
  sequence: string;
  heads: Head[];
}

export interface Metrics {
  average_precision: number;
  accuracy: number;
  coverage: number;
  ranking_loss: number;
  one_error: number;
  auroc: number | null;
  samples: number;
}

/** Held-out figures of a model beside those of two predictors that read no nucleotide. */
export interface Figures {
  model: Metrics;
  prior: Metrics;
  length: Metrics;
}

/** RNAs learnt from, used for the choice of epoch and thresholds, and held out. */
export interface Parts {
  train: number;
  validation: number;
  test: number;
}

export interface TrainingResult extends MayChangeDevice {
  /** Null where nothing was held out. */
  metrics: Figures | null;
  counts: Parts;
  best_epoch: number;
  /** The model file. */
  bytes: Uint8Array<ArrayBuffer>;
}

export interface Training {
  step(n: number): Promise<TrainingStep>;
  choose(index: number): void;
  attention(): Promise<AttentionNow>;
  finish(): Promise<TrainingResult>;
  device(): DeviceInfo;
  /** The last good point, the end of an epoch; null before the first. */
  checkpoint(): Uint8Array<ArrayBuffer> | null | Promise<Uint8Array<ArrayBuffer> | null>;
  free(): void;
}

export interface Core {
  version(): string;
  /** What this build's CPU code uses, in words. */
  device_name(): string;
  presets(): Preset[];
  /** GeneticSeq2Vec alone: the JSON that `rmlocnet embed --json` prints. */
  embed(fasta: Uint8Array, options: EmbedOptions): string;
  /** cut: how many nucleotides the model reads of an RNA, where known. */
  Reader: { text(text: string, cut?: number): Reader; file(file: Blob, cut?: number): Reader };
  Model: { load(bytes: Uint8Array, options?: ModelOptions): Promise<Model> };
  LabelledSet: { new (data: Uint8Array, labels?: Uint8Array): LabelledSet };
  Training: { start(set: LabelledSet, options: TrainingOptions): Promise<Training> };
}
