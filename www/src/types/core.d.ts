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
  /** How good networks trained in the same way are on RNAs they had not seen. */
  evaluations?: Evaluation[];
}

/** The six figures. */
export type Measures = Omit<Metrics, 'samples'>;

/** A number for each of the six figures; none where one cannot be told. */
export type PerMeasure<T> = Partial<Record<keyof Measures, T | null>>;

export interface Evaluation {
  protocol: string;
  folds: number;
  seeds: number;
  measures: Measures;
  /** 95 % bootstrap intervals over RNAs. */
  intervals: PerMeasure<{ low: number; high: number }>;
  /** By name. */
  baselines: Record<string, { measures: Measures; difference: PerMeasure<{ difference: number; low: number; high: number }> }>;
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
  renamed: string | null;
  /** Why the model should not be trusted here; none where it may be, or where the model cannot tell. */
  warnings?: Warning[];
}

export interface Warning {
  kind: string;
  /** In words. */
  message: string;
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

/** How many records have a note of one kind. */
export interface NoteCount {
  /** What happened, without details. */
  note: string;
  count: number;
}

/** Some of an input: its records in batches of similar length. */
export interface Window {
  batches: Item[][];
  problems: Problem[];
  /** What was changed or noticed while reading, counted by kind. */
  notes: NoteCount[];
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

/** Why the GPU was left for the CPU in the middle, without naming the CPU; absent or null while it was not. */
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
  /** The nucleotides read, from 0, end-exclusive. */
  read_from: number;
  read_to: number;
  /** What was cut to fit the model's length, in words; null when nothing was. */
  window: string | null;
}

/** What every single change of a stretch does. */
export interface MutationPart {
  /** From 0, end-exclusive. */
  start: number;
  end: number;
  /** Probabilities of the RNA as it is, [C]. */
  reference: Float32Array;
  /** Change of probability, [positions, 4, C], letters A C G U. */
  changes: Float32Array;
}

/** What some points of the way add to the integrated gradients of a compartment. */
export interface GradientPart {
  /** Points, end-exclusive. */
  start: number;
  end: number;
  /** One number per nucleotide of the whole RNA. */
  nucleotides: Float32Array;
  padding: number;
  /** The scores with every k-mer withheld and of the RNA; with the first point only. */
  ends: Float32Array | null;
}

/** One step of a deletion curve. */
export interface DeletionPoint {
  masked: number;
  whole: number;
  attended: number;
  random: number[];
}

export interface Verdict {
  finding: 'more' | 'same' | 'less';
  words: string;
}

/** A k-mer and the attention on it, as a multiple of uniform attention. */
export interface Word {
  word: string;
  count: number;
  attention: number;
}

/** A motif in one RNA. */
export interface FoundMotif {
  motif: { name: string; letters: string; about: string };
  /** Where it stands, from 0, rising. */
  starts: number[];
  /** Places that chance would give. */
  expected: number;
  /** Mean attention on the places read, as a multiple of uniform attention. */
  attention: number | null;
}

/** What a survey found for the RNAs called for one compartment. */
export interface SurveyPart {
  compartment: string;
  rnas: number;
  /** Mean attention along the RNA, as a multiple of uniform attention. */
  profile: number[];
  words: Word[];
}

/** A stretch of two RNAs side by side; positions from 0, end-exclusive. */
export interface Stretch {
  same: boolean;
  first: { start: number; end: number };
  second: { start: number; end: number };
}

/** Writes a file of results piece by piece. */
export interface Writer {
  begin(): string;
  add(predictions: Prediction[]): Promise<string>;
  end(problems: Problem[]): string;
  free(): void;
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
  predict(batch: Item[]): Promise<Predicted>;
  explain(sequence: string): Promise<Explanation>;
  mutagenesis(sequence: string, start: number, end: number): Promise<MutationPart>;
  mutations_tsv(id: string, sequence: string, parts: object[]): string;
  gradients(sequence: string, compartment: number, start: number, end: number): Promise<GradientPart>;
  gradients_tsv(id: string, compartment: string, sequence: string, attributions: Float32Array): string;
  deletion_point(sequence: string, compartment: number, step: number): Promise<DeletionPoint>;
  deletion_tsv(id: string, compartment: string, points: DeletionPoint[]): string;
  patterns(sequence: string, compartment: number, k: number): Promise<Word[]>;
  /** Those of the literature, then the person's own. */
  motifs(sequence: string, compartment: number, own: string[]): Promise<FoundMotif[]>;
  motifs_tsv(id: string, sequence: string, compartment: number, own: string[]): Promise<string>;
  comparison_tsv(first: string, second: string): Promise<string>;
  /** A survey is text to be given back; none starts one. */
  survey(batch: Item[], k: number, thresholds?: Float32Array, before?: string): Promise<string>;
  survey_report(survey: string): SurveyPart[];
  survey_tsv(survey: string): string;
  writer(form: string, thresholds?: Float32Array): Writer;
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
  gradient_points(): number;
  deletion_steps(): number;
  deletion_verdict(compartment: string, points: DeletionPoint[]): Verdict;
  clustered_order(values: Float32Array, width: number): Uint32Array;
  align_rnas(first: string, second: string): Stretch[];
  /** GeneticSeq2Vec alone: the JSON that `rmlocnet embed --json` prints. */
  embed(fasta: Uint8Array, options: EmbedOptions): string;
  /** cut: how many nucleotides the model reads of an RNA, where known. */
  Reader: { text(text: string, cut?: number): Reader; file(file: Blob, cut?: number): Reader };
  Model: { load(bytes: Uint8Array, options?: ModelOptions): Promise<Model> };
  LabelledSet: { new (data: Uint8Array, labels?: Uint8Array): LabelledSet };
  Training: { start(set: LabelledSet, options: TrainingOptions): Promise<Training> };
}
