/** What a pull is doing. */
export type PullPhase = 'waiting' | 'downloading' | 'copying' | 'unpacking' | 'compiling';

/** One look at the progress of one file. */
export interface PullProgress {
  readonly phase: PullPhase;
  /** The file, archive or model. */
  readonly label: string;
  readonly doneBytes: number;
  /** Undefined where nobody knows it yet. */
  readonly totalBytes: number | undefined;
  /** Said once in a while, such as why a download is tried again. */
  readonly message?: string;
}

export type OnProgress = (progress: PullProgress) => void;
