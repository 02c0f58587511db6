import type { LoadFailure } from '../errors.js';

/** A failed load, inside a worker: its owner adds the model's digest. */
export class LoadFailed extends Error {
  constructor(
    readonly reason: LoadFailure,
    message: string,
  ) {
    super(message);
    this.name = 'LoadFailed';
  }
}
