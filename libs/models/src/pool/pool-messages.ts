/** What a pool sends a worker. */
export interface WorkerBatch<Item> {
  readonly items: readonly Item[];
}

/** What a worker sends its pool: once that it has loaded, then one answer per batch, by index. */
export type WorkerAnswer<Result> =
  | 'loaded'
  | {
      readonly results: readonly (Result | undefined)[];
      /** Messages of the items that failed; absent where none did. */
      readonly errors?: readonly (string | undefined)[];
    };
