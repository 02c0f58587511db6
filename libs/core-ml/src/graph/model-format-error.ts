/** Bytes that are not a model, or a model that breaks a rule of the format. */
export class ModelFormatError extends Error {
  override readonly name = 'ModelFormatError';

  /**
   * @param reason   a sentence that says what is wrong, with names from the file
   * @param position the byte of the file where reading stopped; undefined where a rule is broken by several places
   */
  constructor(
    readonly reason: string,
    readonly position?: number,
  ) {
    super(
      position === undefined
        ? `Not a valid ONNX model: ${reason}`
        : `Not a valid ONNX model, byte ${position}: ${reason}`,
    );
  }
}
