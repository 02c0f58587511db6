/** A TensorFlow model that contradicts itself or its format; the message says where. */
export class SourceModelError extends Error {
  override readonly name = 'SourceModelError';
}

/** A use of an operator that has no converter, or an attribute or shape that its converter cannot express in ONNX. */
export interface UnsupportedUse {
  readonly operator: string;
  /** How many nodes of the network use it in this way. */
  readonly uses: number;
  /** The first node that does. */
  readonly node: string;
  /** Absent where the operator as a whole is unknown. */
  readonly reason?: string;
}

/** A well-formed network that cannot be compiled; lists every obstacle, not just the first. */
export class UnsupportedNetworkError extends Error {
  override readonly name = 'UnsupportedNetworkError';

  constructor(readonly unsupported: readonly UnsupportedUse[]) {
    super(`the network cannot be compiled: ${unsupported.map(describeUse).join('; ')}`);
  }
}

/** Thrown by a converter for one node; the compiler collects these into an UnsupportedNetworkError. */
export class UnsupportedUseError extends Error {
  override readonly name = 'UnsupportedUseError';
}

function describeUse({ operator, uses, node, reason }: UnsupportedUse): string {
  const where = uses === 1 ? `'${node}'` : `${uses} nodes, first '${node}'`;
  return reason === undefined ? `no converter for ${operator} (${where})` : `${operator} (${where}): ${reason}`;
}
