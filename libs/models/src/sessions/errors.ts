/** Why a model could not be loaded. */
export type LoadFailure =
  /** Its file is not there or cannot be read. */
  | 'missing'
  /** Its bytes are not those that the digest names. */
  | 'digest'
  /** The runtime refuses it. */
  | 'rejected'
  /** It takes or gives what tensors cannot hold: sequences, maps, or an element type without an array. */
  | 'unsupported'
  /** It loads, but not with these batching settings. */
  | 'batching'
  /** It fails on its warm-up feeds. */
  | 'warm-up'
  /** It crashed the process that tried it. */
  | 'crash'
  /** It could not be tried: the process for that ended for another reason. */
  | 'untried'
  /** Trying it took too long. */
  | 'timeout'
  /** It needs more memory than there is for all models. */
  | 'memory';

/** A model that cannot be loaded, or must not be. */
export class ModelLoadError extends Error {
  constructor(
    /** The model's digest. */
    readonly digest: string,
    readonly reason: LoadFailure,
    message: string,
    options?: ErrorOptions,
  ) {
    super(`model ${digest.slice(0, 12)}: ${message}`, options);
    this.name = 'ModelLoadError';
  }
}

/** Feeds that do not fit a model's inputs, with everything that is wrong with them. */
export class FeedError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('; '));
    this.name = 'FeedError';
  }
}

/** The runtime's refusal of one run. */
export class ModelRunError extends Error {
  constructor(
    readonly digest: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(`model ${digest.slice(0, 12)}: ${message}`, options);
    this.name = 'ModelRunError';
  }
}

/** More requests wait for a model than its queue takes: the caller comes back later, or tells its own caller to. */
export class ModelBusyError extends Error {
  constructor(
    readonly digest: string,
    readonly nWaiting: number,
  ) {
    super(`model ${digest.slice(0, 12)}: ${nWaiting} requests wait already`);
    this.name = 'ModelBusyError';
  }
}

/** A run asked of a session, or a session asked of a pool, that is closed. */
export class SessionClosedError extends Error {
  constructor() {
    super('the session is closed');
    this.name = 'SessionClosedError';
  }
}
