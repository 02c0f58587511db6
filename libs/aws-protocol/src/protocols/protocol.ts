import type { Readable } from 'node:stream';
import type { ServiceError } from '../errors.js';
import type { HttpRequest, HttpResponse } from '../http.js';
import type { Operation, ProtocolName, ServiceApi, StructureShape } from '../schema.js';

/** What a response carries beside its output. */
export interface ResponseContext {
  readonly requestId: string;
  /** The request's method; a HEAD response has no body. */
  readonly method: string;
  /** The path that was asked for; S3 names it in its errors. */
  readonly resource?: string;
}

/** How a protocol writes a structure as a document of its own; event payloads are such documents. */
export interface DocumentCodec {
  readonly contentType: string;
  /** @throws ServiceError where the bytes are no document of that shape */
  read(api: ServiceApi, shape: StructureShape, bytes: Buffer): Record<string, unknown>;
  /** @param shapeName names the document where the format wants a name (XML) */
  write(
    api: ServiceApi,
    shape: StructureShape,
    value: Readonly<Record<string, unknown>>,
    shapeName: string,
  ): Uint8Array;
}

/** One of AWS's wire protocols, seen from the server: requests in, responses and errors out. */
export interface Protocol {
  readonly name: ProtocolName;
  /** The form of event payloads; absent where the protocol has no event streams. */
  readonly documents?: DocumentCodec;
  /** Whether members beside an event stream travel in a first event of their own, as there is no other place for them. */
  readonly hasInitialMessages?: true;
  /**
   * Decodes a request into the operation's input.
   * @param body the verified body; a stream where the input has a streaming member
   * @param labels values of the path's labels, decoded, by member name
   * @throws ServiceError where the body is not what the protocol allows
   */
  readRequest(
    api: ServiceApi,
    operation: Operation,
    request: HttpRequest,
    body: Buffer | Readable,
    labels: Readonly<Record<string, string>>,
  ): Record<string, unknown>;
  /** Encodes an output. */
  writeResponse(
    api: ServiceApi,
    operation: Operation,
    output: Record<string, unknown>,
    context: ResponseContext,
  ): HttpResponse;
  /** Encodes a modelled or built-in error. `api` is undefined where no service was recognised. */
  writeError(api: ServiceApi | undefined, error: ServiceError, context: ResponseContext): HttpResponse;
}

const unit: StructureShape = { type: 'structure', members: {} };

/** The structure behind an operation's input or output name. */
export function structure(api: ServiceApi, name: string): StructureShape {
  const shape = api.shapes[name];
  return shape && (shape.type === 'structure' || shape.type === 'union') ? shape : unit;
}

/** The member that is a body stream, if the structure has one. */
export function streamingMember(api: ServiceApi, name: string): string | undefined {
  const { members } = structure(api, name);
  return Object.keys(members).find((key) => {
    const shape = api.shapes[members[key]?.shape ?? ''];
    return shape?.type === 'blob' && shape.streaming === true;
  });
}

/** The member that is a stream of events, if the structure has one. */
export function eventStreamMember(api: ServiceApi, name: string): { name: string; union: string } | undefined {
  const found = Object.entries(structure(api, name).members).find(([, { shape }]) => {
    const target = api.shapes[shape];
    return target?.type === 'union' && target.streaming === true;
  });
  return found && { name: found[0], union: found[1].shape };
}

/** Whether the operation reads its body as a stream. */
export const hasStreamingInput = (api: ServiceApi, operation: Operation): boolean =>
  streamingMember(api, operation.input) !== undefined;
