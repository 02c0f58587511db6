import { ServiceError } from '../errors.js';
import type { Member, ServiceApi, StructureShape } from '../schema.js';
import { structure } from '../protocols/protocol.js';
import type { DocumentCodec } from '../protocols/protocol.js';
import type { EventHeader } from './event-headers.js';
import type { EventMessage } from './frame.js';

const empty = Buffer.alloc(0);
const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array) => Buffer.from(buffer, byteOffset, byteLength);

/** Reads an event's structure from its message: bound headers, and the payload as a whole or as a document. */
export function readEventValue(
  api: ServiceApi,
  codec: DocumentCodec,
  shapeName: string,
  { headers, payload }: EventMessage,
): Record<string, unknown> {
  const shape = structure(api, shapeName);
  const members = Object.entries(shape.members);
  const value: Record<string, unknown> = {};
  for (const [name, member] of members) {
    const header = member.eventHeader ? headers.get(name) : undefined;
    if (header !== undefined) value[name] = fromHeader(api, member, name, header);
  }
  const bound = members.find(([, member]) => member.eventPayload);
  if (bound) {
    value[bound[0]] = readPayload(api, codec, bound[1], asBuffer(payload));
  } else if (payload.length > 0) Object.assign(value, codec.read(api, withoutHeaders(shape), asBuffer(payload)));
  return value;
}

function readPayload(api: ServiceApi, codec: DocumentCodec, member: Member, payload: Buffer): unknown {
  const shape = api.shapes[member.shape];
  if (shape?.type === 'structure' || shape?.type === 'union') return codec.read(api, shape, payload);
  return shape?.type === 'blob' ? payload : payload.toString('utf8');
}

/** The members that are in the payload's document. */
function withoutHeaders(shape: StructureShape): StructureShape {
  const members = Object.entries(shape.members).filter(
    ([, { eventHeader, eventPayload }]) => !eventHeader && !eventPayload,
  );
  return { ...shape, members: Object.fromEntries(members) };
}

function fromHeader(api: ServiceApi, member: Member, name: string, { type, value }: EventHeader): unknown {
  const wanted = headerTypes[api.shapes[member.shape]?.type ?? 'string'] ?? ['string'];
  if (!wanted.includes(type))
    throw new ServiceError(
      'SerializationException',
      `The event header ${name} has the type ${type}, not ${wanted[0] ?? 'string'}`,
    );
  return typeof value === 'bigint' ? Number(value) : value;
}

/** The header types in which a value may come; the first is the one that we write. */
const headerTypes: Readonly<Record<string, readonly EventHeader['type'][]>> = {
  boolean: ['boolean'],
  byte: ['byte', 'short', 'integer'],
  short: ['short', 'byte', 'integer'],
  integer: ['integer', 'byte', 'short'],
  intEnum: ['integer', 'byte', 'short'],
  long: ['long', 'byte', 'short', 'integer'],
  blob: ['binary'],
  timestamp: ['timestamp'],
};

/** An event's own headers, its payload, and the payload's type where there is one. */
export interface WrittenValue {
  readonly headers: readonly (readonly [name: string, header: EventHeader])[];
  readonly contentType?: string;
  readonly payload: Uint8Array;
}

/** Writes an event's structure: the other way of `readEventValue`. */
export function writeEventValue(
  api: ServiceApi,
  codec: DocumentCodec,
  shapeName: string,
  value: Readonly<Record<string, unknown>>,
): WrittenValue {
  const shape = structure(api, shapeName);
  const members = Object.entries(shape.members);
  const headers = members.flatMap(([name, member]) => {
    const inner = value[name];
    return member.eventHeader && inner !== undefined && inner !== null
      ? [[name, toHeader(api, member, inner)] as const]
      : [];
  });
  const bound = members.find(([, member]) => member.eventPayload);
  if (bound) return { headers, ...writePayload(api, codec, bound[1], value[bound[0]]) };
  const document = withoutHeaders(shape);
  // Without members there is no document: S3's `Cont` and `End` have an empty payload.
  if (Object.keys(document.members).length === 0) return { headers, payload: empty };
  return { headers, contentType: codec.contentType, payload: codec.write(api, document, value, shapeName) };
}

function writePayload(
  api: ServiceApi,
  codec: DocumentCodec,
  member: Member,
  value: unknown,
): Pick<WrittenValue, 'contentType' | 'payload'> {
  const shape = api.shapes[member.shape];
  if (shape?.type === 'structure' || shape?.type === 'union') {
    // Handlers are typed by the same model.
    const inner = (value ?? {}) as Record<string, unknown>;
    return { contentType: codec.contentType, payload: codec.write(api, shape, inner, member.shape) };
  }
  if (shape?.type === 'blob')
    return { contentType: 'application/octet-stream', payload: (value as Uint8Array | undefined) ?? empty };
  return { contentType: 'text/plain', payload: Buffer.from((value as string | undefined) ?? '') };
}

function toHeader(api: ServiceApi, member: Member, value: unknown): EventHeader {
  const type = headerTypes[api.shapes[member.shape]?.type ?? 'string']?.[0] ?? 'string';
  // The table gives each shape's type the header of the same kind; values are typed by the model.
  return { type, value: type === 'long' ? BigInt(value as number) : value } as EventHeader;
}
