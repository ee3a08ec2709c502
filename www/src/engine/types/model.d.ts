/** What a model file holds, as the core describes it. */

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
  /** A probability nearer to its threshold than this is uncertain. */
  uncertain_margin: number;
  /** How often calls of each compartment were right; null if the model's file does not say it. */
  call_precision: CallPrecision[] | null;
  training: TrainingRecord | null;
  /** What a list of models says of it; null if nothing was measured. */
  figures: ModelFigures | null;
}

/** How good a model is, in one line of a list. */
export interface ModelFigures {
  /** RNAs in the labelled set. */
  records: number;
  /** Of the evaluation that tells most; null if the figures are those of the held-out part. */
  protocol: string | null;
  average_precision: number;
  /** 95 %. */
  interval: { low: number; high: number } | null;
  best_baseline: { name: string; average_precision: number } | null;
  /** Whether a baseline does better. */
  is_for_teaching: boolean;
}

/** How a model was trained, as its file records it. */
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
  /** How good networks that were trained in the same way are on other RNAs. */
  evaluations?: Evaluation[];
}

/** The six measures. */
export type Measures = Omit<Metrics, 'samples'>;

/** A number for each of the six measures; absent or null if it is not defined. */
export type PerMeasure<T> = Partial<Record<keyof Measures, T | null>>;

export interface Evaluation {
  protocol: string;
  folds: number;
  seeds: number;
  measures: Measures;
  /** 95 % bootstrap intervals over RNAs. */
  intervals: PerMeasure<{ low: number; high: number }>;
  /** By name. */
  baselines: Record<
    string,
    { measures: Measures; difference: PerMeasure<{ difference: number; low: number; high: number }> }
  >;
}

/** How often a compartment was called rightly for RNAs that the networks had not been trained on. */
export interface CallPrecision {
  calls: number;
  right: number;
  /** The share of the calls that were right; null if there were none. */
  precision: number | null;
  /** The share that calls made at random would reach. */
  by_chance: number | null;
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

/** Metrics of a model on the held-out RNAs, and of two baselines that read no nucleotide. */
export interface Figures {
  model: Metrics;
  prior: Metrics;
  length: Metrics;
}

/** Numbers of RNAs in the three parts of a split. */
export interface Parts {
  train: number;
  validation: number;
  test: number;
}
