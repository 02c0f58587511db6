/** A node that cannot be: wrong shapes, element types, attributes or number of inputs. The message is a whole sentence. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';

  constructor(
    /** The operator, e.g. 'Conv'. */
    readonly op: string,
    /** The node's name; empty where it has none. */
    readonly node: string,
    readonly problem: string,
  ) {
    super(`${op}${node === '' ? '' : ` "${node}"`}: ${problem}`);
  }
}
