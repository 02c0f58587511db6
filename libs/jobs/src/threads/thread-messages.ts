/** What a thread is started with. */
export interface ThreadStart<Input> {
  readonly input: Input;
  /** One 32-bit number, which is 1 once the work is cut off: a loop without a pause hears no messages. */
  readonly cutOff: SharedArrayBuffer;
}

/** From the thread. */
export type ThreadMessage<Output> =
  | { readonly kind: 'progress'; readonly percent: number; readonly message: string | undefined }
  | { readonly kind: 'done'; readonly output: Output }
  | { readonly kind: 'failed'; readonly name: string; readonly message: string; readonly stack: string | undefined };

/** To the thread: the work is cut off. */
export const CUT_OFF = 'cut off';
