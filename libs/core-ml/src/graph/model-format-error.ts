import { printableText } from './printable-text.js';

/** Bytes that are not a model, or a model that breaks a rule of the format. */
export class ModelFormatError extends Error {
  override readonly name = 'ModelFormatError';
  /** A sentence that says what is wrong, with names from the file; short and printable whatever the names are. */
  readonly reason: string;

  /**
   * @param reason   what is wrong
   * @param position the byte of the file where reading stopped; undefined where a rule is broken by several places
   */
  constructor(
    reason: string,
    readonly position?: number,
  ) {
    const printable = printableText(reason);
    super(`Not a valid ONNX model${position === undefined ? '' : `, byte ${position}`}: ${printable}`);
    this.reason = printable;
  }
}
