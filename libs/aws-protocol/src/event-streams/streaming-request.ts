import { ServiceError } from '../errors.js';
import type { HttpRequest } from '../http.js';
import { eventStreamMember, structure, type DocumentCodec, type Protocol } from '../protocols/protocol.js';
import type { Operation, ServiceApi } from '../schema.js';
import type { Authentication } from '../signing/authentication.js';
import { refusalName } from '../validate/refusal.js';
import { validateStructure } from '../validate/validate.js';
import { EventCodec, eventTypeOf, type StreamEvent } from './event-codec.js';
import { readEventValue } from './event-values.js';
import { FrameError } from './frame-error.js';
import { readMessages } from './frame-splitter.js';
import type { EventMessage, FrameLimits } from './frame.js';
import { openEnvelopes } from './signed-messages.js';

/** AWS's services take audio in pieces of tens of kilobytes; a message beyond this is refused. */
const limits: FrameLimits = { maxFrameBytes: 1024 * 1024 };

/** Whether the operation takes a stream of events. */
export const hasEventInput = (api: ServiceApi, operation: Operation): boolean =>
  eventStreamMember(api, operation.input) !== undefined;

/** Where a stream of events comes from. */
export interface EventSource {
  /** Pieces of any size: a request's body, or the messages of a WebSocket. Read only as fast as the handler takes events. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Whether events may come without signatures although the request was signed: those of a presigned WebSocket do. */
  readonly unsigned?: true;
}

/** An operation that takes or gives events, and how they are written. */
export interface StreamingOperation {
  readonly api: ServiceApi;
  readonly operation: Operation;
  readonly protocol: Protocol;
}

export interface StreamingRequest {
  /** What carries the members beside the stream; its body is not read. */
  readonly request: HttpRequest;
  readonly labels: Readonly<Record<string, string>>;
  readonly authentication: Pick<Authentication, 'payload'>;
  readonly source: EventSource;
}

/**
 * Decodes a request whose input has a stream of events. The stream is decoded, verified and validated while the handler
 * reads it, and throws a ServiceError where it is not what was promised.
 * @throws ServiceError
 */
export async function readStreamingRequest(
  { api, operation, protocol }: StreamingOperation,
  { request, labels, authentication, source }: StreamingRequest,
): Promise<Record<string, unknown>> {
  const stream = eventStreamMember(api, operation.input);
  const { documents } = protocol;
  if (!stream || !documents) throw new ServiceError('NotImplemented', `${protocol.name} has no event streams`, 501);
  const messages = inServicesWords(api, openMessages(authentication, source));
  const input = protocol.hasInitialMessages
    ? await readInitialRequest(api, operation, documents, messages)
    : protocol.readRequest(api, operation, request, Buffer.alloc(0), labels);
  input[stream.name] = new OnceIterable(
    readEvents(api, operation, new EventCodec(api, documents, stream.union), messages),
  );
  return input;
}

function openMessages(
  { payload }: Pick<Authentication, 'payload'>,
  { bytes, unsigned }: EventSource,
): AsyncGenerator<EventMessage> {
  // A hash of the whole body cannot be known before the stream has ended, and the handler acts on its first event.
  if (payload.checkSha256 && !unsigned)
    throw new ServiceError(
      'InvalidSignatureException',
      'A stream of events must be signed with x-amz-content-sha256 STREAMING-AWS4-HMAC-SHA256-EVENTS.',
      403,
    );
  return openEnvelopes(readMessages(bytes, limits), unsigned ? undefined : payload.events, limits);
}

/** Names broken frames and documents as the service names a bad request. */
async function* inServicesWords(
  api: ServiceApi,
  messages: AsyncIterable<EventMessage>,
): AsyncGenerator<EventMessage, void, undefined> {
  try {
    yield* messages;
  } catch (cause) {
    throw cause instanceof FrameError ? badRequest(api, `The event stream is malformed: ${cause.message}`) : cause;
  }
}

const badRequest = (api: ServiceApi, message: string) => new ServiceError(refusalName(api), message);

async function readInitialRequest(
  api: ServiceApi,
  operation: Operation,
  documents: DocumentCodec,
  messages: AsyncIterator<EventMessage>,
): Promise<Record<string, unknown>> {
  const first = await messages.next();
  if (first.done || eventTypeOf(first.value) !== 'initial-request')
    throw badRequest(api, 'The event stream does not begin with its initial-request');
  // The stream's own member is never in the document.
  return readEventValue(api, documents, operation.input, first.value);
}

async function* readEvents(
  api: ServiceApi,
  operation: Operation,
  codec: EventCodec,
  messages: AsyncIterable<EventMessage>,
): AsyncGenerator<StreamEvent, void, undefined> {
  for await (const message of messages) {
    let read: ReturnType<EventCodec['read']>;
    try {
      read = codec.read(message);
    } catch (cause) {
      const isForeign = cause instanceof ServiceError && cause.code === 'SerializationException';
      throw isForeign ? badRequest(api, cause.message) : cause;
    }
    const [value] = Object.values(read.event);
    if (Object.keys(structure(api, read.shape).members).length > 0)
      validateStructure(api, operation, read.shape, value as Record<string, unknown>);
    yield read.event;
  }
}

/** The stream can be read once. A handler that leaves its loop early ends the stream; it does not start again. */
class OnceIterable<T> implements AsyncIterable<T> {
  constructor(private readonly source: AsyncGenerator<T, void, undefined>) {}

  [Symbol.asyncIterator](): AsyncIterator<T> {
    return this.source;
  }
}
