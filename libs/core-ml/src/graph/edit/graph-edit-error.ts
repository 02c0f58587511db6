/** An edit that a model does not allow: a name that is not there or taken, types that do not meet. */
export class GraphEditError extends Error {
  override readonly name = 'GraphEditError';
}
