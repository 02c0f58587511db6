import type { PartFile } from './part-file.js';

/** Content that is wanted: its digest says when it is right, whoever sends it. */
export interface Pin {
  /** Names it in progress and errors. */
  readonly label: string;
  readonly sha256: string;
  /** Undefined where the publisher names none. */
  readonly sizeBytes: number | undefined;
  /** The publisher's address. */
  readonly url: string;
}

export interface FillOptions {
  readonly signal: AbortSignal;
  /** Called with a sentence where something did not work at once, and after every piece without one. */
  readonly onProgress: (message?: string) => void;
}

/** Where bytes come from: a server or a folder. */
export interface ContentSource {
  /**
   * Appends to the file until it has all bytes; may go on from what it has, or begin again. Whether they are the right
   * ones is not its concern.
   * @throws PullError where they cannot be had
   */
  fill(pin: Pin, part: PartFile, options: FillOptions): Promise<void>;
}
