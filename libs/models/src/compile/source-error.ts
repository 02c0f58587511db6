/** What was to be compiled cannot be found or read; the message names the path and the remedy. */
export class CompileSourceError extends Error {
  override readonly name = 'CompileSourceError';
}
