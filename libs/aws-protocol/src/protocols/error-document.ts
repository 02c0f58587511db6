import type { ServiceError } from '../errors.js';
import type { Member, ServiceApi, StructureShape } from '../schema.js';

/** An error as a structure to be written, in whatever form a protocol writes structures. */
export interface ErrorDocument {
  readonly shape: StructureShape;
  readonly value: Readonly<Record<string, unknown>>;
}

/** Written as it is, whatever the API; a name that no model has. */
const plain: Member = { shape: '$plain' };

/**
 * The members of an error: its message, under `message` and as its model spells it, and what the model has beside it.
 * Members that no model knows are written as documents.
 * @param extra members that the protocol adds, all of them text
 */
export function errorDocument(
  api: ServiceApi | undefined,
  error: ServiceError,
  extra: Readonly<Record<string, string>> = {},
): ErrorDocument {
  const known = api?.shapes[error.code];
  const modelled = known?.type === 'structure' ? known.members : {};
  const names = [...Object.keys(extra), 'message', ...Object.keys(error.members)];
  const members = { ...Object.fromEntries(names.map((name) => [name, plain])), ...modelled };
  // Some models spell the member `Message`; clients read whichever the model names.
  const spelt = 'Message' in modelled ? { Message: error.message } : {};
  return {
    shape: { type: 'structure', members },
    value: { ...extra, message: error.message, ...spelt, ...error.members },
  };
}
