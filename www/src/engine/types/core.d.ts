/**
 * What the computing core offers to the engine. The core is the Rust crate, compiled to
 * WebAssembly; its documentation explains each value.
 */

import type { Config, Preset, Measures, ModelInfo, Figures, Parts, PerMeasure } from './model.js';

export * from './model.js';

export interface Prediction {
  index: number;
  id: string;
  length: number;
  sequence: string;
  probabilities: number[];
  /** Indices of the compartments at or above their thresholds. */
  called: number[];
  /** Indices of the compartments near their thresholds. */
  uncertain: number[];
  /** Whether every k-mer that the model reads contains N, so that no compartment is called. */
  unreadable: boolean;
  notes: string[];
  renamed: string | null;
  /** The definition line, if it names compartments in `[location=…]`. */
  definition?: string;
  /** Why this prediction should not be relied on; absent or empty if the model knows no reason. */
  warnings?: Warning[];
}

export interface Warning {
  kind: string;
  /** In words. */
  message: string;
}

export interface Problem {
  /** Position in the input, counted from 0. */
  index: number;
  line: number | null;
  record: string | null;
  message: string;
  fatal: boolean;
}

/** A record of the input, as the reader hands it to a model. */
export interface Item {
  /** Position in the input, counted from 0; records that cannot be read are counted, too. */
  index: number;
  id: string;
  sequence: string;
  line: number;
  notes: string[];
  renamed: string | null;
  /** The class that the RNA is likely to be of, if the reader divides RNAs by class. */
  rna_class?: string;
  definition?: string;
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

/** How many RNAs are likely to be of a class. */
export interface ClassCount {
  rna_class: string;
  count: number;
  /** Classes whose models suit them. */
  suitable: string[];
  /** Classes whose models are offered, the likeliest first. */
  candidates: string[];
}

/** What the beginning of an input is like. */
export interface Peek {
  /** About how many records there are; exactly, if all were looked at. */
  records: number;
  whole: boolean;
  shortest: number;
  median: number;
  longest: number;
  /** About how many nucleotides there are. */
  nucleotides: number;
  problems: number;
  /** What the first problem is, and in which source; empty if there is none. */
  problem: string;
  /** Records looked at. */
  looked: number;
  /** Of the records looked at. */
  notes: NoteCount[];
  /** The classes that they are likely to be of. */
  classes: ClassCount[];
  /** The class of most of them; null without any. */
  commonest: string | null;
  /** What tells mRNAs from lncRNAs among them, as a sentence without its full stop; null if no RNA is long. */
  frames: string | null;
  /** The likely classes, as a sentence without its full stop; null unless their lengths suggest several classes. */
  mixture: string | null;
}

/** Looks at the beginning of each source of an input. */
export interface Peeking {
  text(name: string, text: string): void;
  file(name: string, file: Blob): void;
  /** Adds a source that cannot be opened. */
  problem(name: string, message: string): void;
  /** Ends and frees it. */
  finish(): Peek;
  free(): void;
}

export interface Reader {
  window(max_records: number): Window;
  /** The same reader, which makes batches of RNAs of one likely class. It replaces this one. */
  divide_by_class(): Reader;
  /** Continues with another source; IDs stay unique over all of them. */
  next_text(text: string): void;
  next_file(file: Blob): void;
  free(): void;
}

/** The device that a person prefers: 'auto' takes a GPU if its results match the CPU's and it is faster. */
export type DeviceWanted = 'auto' | 'cpu' | 'webgpu';

/** The device that computes, and the reason for it. */
export interface DeviceInfo {
  kind: 'cpu' | 'webgpu';
  /** For a person, such as "CPU: the adapter is software". */
  reason: string;
  adapter: string | null;
  /** How many times as fast as the CPU it was, if both were measured. */
  speedup: number | null;
}

/** Why the computation went on on the CPU, in words that do not name the CPU; absent or null if it did not. */
export interface MayChangeDevice {
  device_changed?: string | null;
}

export interface Predicted extends MayChangeDevice {
  predictions: Prediction[];
  problems: Problem[];
}

/** One attention head over one RNA: a weight per nucleotide, summing to 1. */
export interface Head {
  /** Null if one head serves every compartment. */
  compartment: string | null;
  weights: Float32Array;
  /** Whether no k-mer stands out: every one has from 2/3 to 1.5 times uniform attention. */
  is_even: boolean;
}

/** Nucleotides of an RNA, from 0, end-exclusive. */
export interface Span {
  start: number;
  end: number;
}

/** The coding sequence of a messenger RNA, which divides it; empty if it has no start codon. */
export interface MessageRegions {
  coding: Span;
  has_stop: boolean;
  /** Nucleotides without the tail. */
  length: number;
}

/** The parts of a compartment's score, which add up to it. */
export interface ScoreParts {
  score: number;
  /** The score of an average RNA of which nothing is read. */
  start: number;
  /** What the k-mers that are read add. */
  reading: number;
  regions: { region: string; nucleotides: Span; contribution: number }[];
}

export interface Explanation {
  length: number;
  probabilities: number[];
  heads: Head[];
  /** The parts that were read. */
  read: Span[];
  /** Nucleotides of a poly-A tail that was cut. */
  tail: number;
  /** The regions of a messenger RNA; null if the model does not look for them. */
  regions: MessageRegions | null;
  /** What was cut to fit the model's length, in words; null if nothing was. */
  window: string | null;
}

/** The effect of every single-nucleotide substitution in a part of an RNA. */
export interface MutationPart {
  /** From 0, end-exclusive. */
  start: number;
  end: number;
  /** Probabilities of the RNA without a substitution, [C]. */
  reference: Float32Array;
  /** Change of probability, [positions, 4, C], letters A C G U. */
  changes: Float32Array;
}

/** The contribution of some points of the path to the integrated gradients of a compartment. */
export interface GradientPart {
  /** Points, end-exclusive. */
  start: number;
  end: number;
  /** One number per nucleotide of the whole RNA. */
  nucleotides: Float32Array;
  padding: number;
  /** The scores of the empty input and of the RNA; with the first point only. */
  ends: Float32Array | null;
}

/** One step of a deletion curve. */
export interface DeletionPoint {
  masked: number;
  whole: number;
  attended: number;
  random: number[];
}

/** How predictions agree with the labels in their definition lines. */
export interface Agreement {
  /** The RNAs with labels. */
  rnas: RnaAgreement[];
  /** Names among the labels that the model does not have. */
  unknown: string[];
  /** Null if there is nothing to measure, or the measures cannot be computed. */
  score: AgreementScore | null;
  /** Why there are no measures, in words; null if nothing went wrong. */
  failure: string | null;
}

export interface RnaAgreement {
  index: number;
  labels: string[];
  /** Whether the compartments called are the labels: all of them and no other, some, or none. */
  verdict: 'all' | 'some' | 'none';
}

/** The measures that `rmlocnet evaluate --model` prints. */
export interface AgreementScore {
  measures: Measures;
  intervals: PerMeasure<{ low: number; high: number }>;
  judged: number;
  labelled: number;
  /** Why the measures are not an evaluation; null if they are. */
  warning: string | null;
  notes: string[];
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
  /** Positions of its occurrences, from 0, in ascending order. */
  starts: number[];
  /** Number of occurrences by chance. */
  expected: number;
  /** Mean attention on the occurrences that were read, as a multiple of uniform attention. */
  attention: number | null;
}

/** The summary of the attention over the RNAs called for one compartment. */
export interface SurveyPart {
  compartment: string;
  rnas: number;
  /** Mean attention along the RNA, as a multiple of uniform attention. */
  profile: number[];
  words: Word[];
}

/** A part of two aligned RNAs; positions from 0, end-exclusive. */
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
  /** Milliseconds that one CPU worker needs for a representative batch of this model. */
  cpu_ms?: number;
  /** The number of CPU workers that the GPU is compared with. */
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
  score_parts(sequence: string, compartment: number): Promise<ScoreParts>;
  score_parts_tsv(id: string, sequence: string, compartment: number): Promise<string>;
  agreement(predictions: Prediction[], thresholds?: Float32Array): Agreement;
  deletion_point(sequence: string, compartment: number, step: number): Promise<DeletionPoint>;
  deletion_tsv(id: string, compartment: string, points: DeletionPoint[]): string;
  patterns(sequence: string, compartment: number, k: number): Promise<Word[]>;
  /** The motifs of the literature, then a person's own. */
  motifs(sequence: string, compartment: number, own: string[]): Promise<FoundMotif[]>;
  motifs_tsv(id: string, sequence: string, compartment: number, own: string[]): Promise<string>;
  comparison_tsv(first: string, second: string): Promise<string>;
  /** Adds RNAs to a summary of attention, which is text for the next call. Without `before`, it starts one. */
  survey(batch: Item[], k: number, thresholds?: Float32Array, before?: string): Promise<string>;
  survey_report(survey: string): SurveyPart[];
  survey_tsv(survey: string): string;
  writer(form: string, thresholds?: Float32Array): Writer;
  /** Milliseconds that this model's device needs for a representative batch. */
  calibrate(): Promise<number>;
  /** Takes tokens; returns probabilities [B*C] and attention [B*heads*T]. */
  answer(tokens: Uint32Array, lengths: Uint32Array): Promise<{ probabilities: Float32Array; attention: Float32Array }>;
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
  /** The class of RNA that most of them are likely to be of. */
  commonest: string | null;
}

/** A setting of networks and their training, from the list that the command line prints, too. */
export interface SettingDescription {
  name: keyof Config;
  label: string;
  /** The part of the method, with its place in the paper. */
  group: string;
  /** The place in the paper that has its values; null if the paper does not have this setting. */
  paper: string | null;
  meaning: string;
  /** The values that are allowed, in words. */
  allowed: string;
  /** Of whole numbers. */
  least: number | null;
  most: number | null;
  kind: 'whole' | 'number' | 'switch' | 'choice';
  choices: { name: string; meaning: string }[];
}

/** What is in a labelled set, and what is odd about it. */
export interface SetReport {
  records: number;
  compartments: { name: string; rnas: number }[];
  cardinality: number[];
  /** The histogram of lengths; both ends belong to a bin. */
  lengths: { from: number; to: number; rnas: number }[];
  /** The number of groups of near-identical RNAs, and the size of the largest. */
  groups: [number, number];
  findings: Finding[];
}

/** Something odd about a labelled set: what was found, what it means and what to do. */
export interface Finding {
  kind: string;
  message: string;
}

export interface LabelledSet {
  summary(): SetSummary;
  report(seed: number): SetReport;
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
  /** The checkpoint to resume from, of a training with the same set and options. */
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
  /** The loss of every step of this call. */
  losses: number[];
  /** The epochs that ended during this call. */
  finished_epochs: FinishedEpoch[];
  done: boolean;
}

export interface AttentionNow extends MayChangeDevice {
  id: string;
  sequence: string;
  heads: Head[];
  /** The parts that were read. */
  read: Span[];
}

export interface TrainingResult extends MayChangeDevice {
  /** Null if nothing was held out. */
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
  /** What a person should know before the training begins. */
  notes(): string[];
  /** The state at the end of the last epoch; undefined before the first has ended. */
  checkpoint(): Uint8Array | undefined;
  free(): void;
}

/** An input of a run. */
export interface RunInput {
  name: string;
  sha256: string;
}

/** A run, to be written to a run file with its inputs. */
export interface DescribedRun {
  /** When, as ISO 8601. */
  made: string;
  model: { name: string; sha256: string };
  thresholds: Record<string, number>;
  /** Whether the file is to contain the inputs. */
  has_sequences: boolean;
}

/** What a run file contains. */
export interface SavedRun {
  model: { name: string; sha256: string };
  thresholds: Record<string, number>;
  inputs: RunInput[];
  /** The bytes of each input; null if the file does not contain them. */
  contents: (Uint8Array<ArrayBuffer> | null)[];
}

export interface FoundInputs {
  /** Indices of the files, in the order of the inputs. */
  found: number[];
  /** Names of the inputs that are not among the files. */
  missing: string[];
}

export interface Core {
  version(): string;
  /** What this build's CPU code uses, in words. */
  device_name(): string;
  presets(): Preset[];
  settings(): SettingDescription[];
  gradient_points(): number;
  deletion_steps(): number;
  deletion_verdict(compartment: string, points: DeletionPoint[]): Verdict;
  clustered_order(values: Float32Array, width: number): Uint32Array;
  align_rnas(first: string, second: string): Stretch[];
  /** GeneticSeq2Vec alone: the JSON that `rmlocnet embed --json` prints. */
  embed(fasta: Uint8Array, options: EmbedOptions): string;
  read_run_file(bytes: Uint8Array): SavedRun;
  write_run_file(run: DescribedRun, names: string[], contents: Blob[]): string;
  /** The run's inputs among files, found by their content. */
  find_run_inputs(inputs: RunInput[], files: Blob[]): FoundInputs;
  /** cut: how many nucleotides of an RNA the model reads, if that is known. */
  Reader: { text(text: string, cut?: number): Reader; file(file: Blob, cut?: number): Reader };
  /** max_records: of each source, at most. */
  Peek: { new (max_records: number): Peeking };
  Model: { load(bytes: Uint8Array, options?: ModelOptions): Promise<Model> };
  LabelledSet: { new (data: Uint8Array, labels?: Uint8Array): LabelledSet };
  Training: { start(set: LabelledSet, options: TrainingOptions): Promise<Training> };
}
