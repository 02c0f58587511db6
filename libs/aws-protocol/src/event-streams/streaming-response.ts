import { Readable } from 'node:stream';
import { ServiceError } from '../errors.js';
import type { HttpResponse } from '../http.js';
import { eventStreamMember, structure, type ResponseContext } from '../protocols/protocol.js';
import type { Operation, ServiceApi } from '../schema.js';
import { envelope, EventCodec, type StreamEvent } from './event-codec.js';
import { encodeFrame } from './frame.js';
import type { StreamingOperation } from './streaming-request.js';

/** Whether the operation answers with a stream of events. */
export const hasEventOutput = (api: ServiceApi, operation: Operation): boolean =>
  eventStreamMember(api, operation.output) !== undefined;

/** Turns whatever a handler's stream throws into what the client is told. */
export type ToServiceError = (cause: unknown) => ServiceError;

/**
 * The frames of an output's stream, in their order; an error within the stream becomes its last frame. A handler's events
 * are asked for only as fast as the frames are taken.
 */
export async function* writeEventFrames(
  { api, operation, protocol }: StreamingOperation,
  output: Readonly<Record<string, unknown>>,
  toError: ToServiceError,
): AsyncGenerator<Buffer, void, undefined> {
  const stream = eventStreamMember(api, operation.output);
  const { documents } = protocol;
  if (!stream || !documents) throw new TypeError(`${operation.name} has no event stream over ${protocol.name}`);
  const codec = new EventCodec(api, documents, stream.union);
  try {
    if (protocol.hasInitialMessages) {
      const payload = documents.write(
        api,
        structure(api, operation.output),
        { ...output, [stream.name]: undefined },
        '',
      );
      yield encodeFrame({ headers: new Map(envelope('event', 'initial-response', documents.contentType)), payload });
    }
    // Handlers are typed by the same model.
    for await (const event of (output[stream.name] ?? []) as AsyncIterable<StreamEvent>)
      yield encodeFrame(codec.write(event));
  } catch (cause) {
    yield encodeFrame(codec.writeError(toError(cause)));
  }
}

/** A frame that tells of an error where no stream was begun: on a WebSocket there is no other place for it. */
export function writeErrorFrame({ api, operation, protocol }: StreamingOperation, error: ServiceError): Buffer {
  const stream = eventStreamMember(api, operation.output);
  const { documents } = protocol;
  if (!stream || !documents) throw new TypeError(`${operation.name} has no event stream over ${protocol.name}`);
  return encodeFrame(new EventCodec(api, documents, stream.union).writeError(error));
}

/** Encodes an output that has a stream of events: the head at once, the frames as they come. */
export function writeStreamingResponse(
  streaming: StreamingOperation,
  output: Readonly<Record<string, unknown>>,
  context: ResponseContext,
  toError: ToServiceError,
): HttpResponse {
  const { api, operation, protocol } = streaming;
  const stream = eventStreamMember(api, operation.output);
  const rest = { ...output, ...(stream && { [stream.name]: undefined }) };
  const { status, headers } = protocol.writeResponse(api, operation, rest, context);
  headers['content-type'] = 'application/vnd.amazon.eventstream';
  const frames = writeEventFrames(streaming, output, toError);
  return { status, headers, duplex: true, body: Readable.from(frames, { objectMode: false }) };
}
