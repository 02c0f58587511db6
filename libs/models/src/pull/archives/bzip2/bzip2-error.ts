/** Bytes that are no bzip2 stream, or a damaged one. */
export class Bzip2Error extends RangeError {
  constructor(problem: string) {
    super(`the bzip2 stream ${problem}`);
    this.name = 'Bzip2Error';
  }
}
