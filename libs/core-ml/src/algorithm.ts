import type { Artifact } from './artifact/artifact.js';
import type { Schema, ValuesOf } from './hyperparameters/schema.js';
import type { Rng } from './random/rng.js';

/** The data of one channel: its content type and its files' bytes, which training leaves untouched. */
export interface Channel {
  readonly contentType: string;
  readonly files: readonly Uint8Array[];
}

/** Channels by SageMaker's names: train, validation, test, auxiliary. */
export type Channels = Readonly<Record<string, Channel>>;

/** Which channels an algorithm reads. */
export type ChannelSpec = Readonly<
  Record<string, { readonly required: boolean; readonly contentTypes: readonly string[] }>
>;

/** What training may use besides its data. */
export interface TrainContext {
  /** The only randomness. */
  readonly rng: Rng;
  /** The only way to stop; training rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /** Threads to use; 1, the default, gives the same bytes for the same seed. */
  readonly threads?: number;
  /** Incremental training and resume. */
  readonly startFrom?: Artifact;
  checkpoint(state: Artifact): Promise<void>;
  /** A metric under SageMaker's name; `step` counts from 1. */
  report(metric: string, value: number, step: number): void;
}

/** A trained model. */
export interface Model<In, Out> {
  predict(rows: readonly In[]): Out[];
  save(): Artifact;
}

/** One algorithm. Training returns a model; nothing is fitted in place. */
export interface Algorithm<S extends Schema, In, Out> {
  /** SageMaker's name. */
  readonly name: string;
  /** Papers and pages. */
  readonly sources: readonly string[];
  readonly hyperparameters: S;
  readonly channels: ChannelSpec;
  train(channels: Channels, hyperparameters: ValuesOf<S>, context: TrainContext): Promise<Model<In, Out>>;
  /** @throws ArtifactError if the artifact is not a model of this algorithm. */
  restore(artifact: Artifact): Promise<Model<In, Out>>;
}

/** Data that cannot be trained on; the message says which and why. */
export class TrainingDataError extends Error {
  override readonly name = 'TrainingDataError';
}

/** States an algorithm with its types inferred. */
export const defineAlgorithm = <S extends Schema, In, Out>(algorithm: Algorithm<S, In, Out>): typeof algorithm =>
  algorithm;

/**
 * A channel with its content type checked; undefined if an optional one is not there.
 * @throws TrainingDataError if the channel is not there or has a content type that is not accepted.
 */
export function channelOf(channels: Channels, name: string, spec: ChannelSpec): Channel | undefined {
  const channel = Object.hasOwn(channels, name) ? channels[name] : undefined;
  const rule = spec[name];
  if (channel === undefined) {
    if (rule?.required === true) throw new TrainingDataError(`The channel ${name} is required.`);
    return undefined;
  }
  const type = channel.contentType.split(';')[0]!.trim().toLowerCase();
  if (rule === undefined || !rule.contentTypes.includes(type)) {
    throw new TrainingDataError(`The channel ${name} does not accept ${channel.contentType}.`);
  }
  return { contentType: type, files: channel.files };
}
