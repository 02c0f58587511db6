import { ServiceError } from '../errors.js';
import { structure, type DocumentCodec } from '../protocols/protocol.js';
import type { ServiceApi } from '../schema.js';
import type { EventHeader } from './event-headers.js';
import { readEventValue, writeEventValue } from './event-values.js';
import type { EventMessage } from './frame.js';

/** An event as handlers see it: one member of the streaming union, e.g. `{ AudioEvent: { AudioChunk } }`. */
export type StreamEvent = Readonly<Record<string, unknown>>;

const text = (value: string): EventHeader => ({ type: 'string', value });

function textOf({ headers }: EventMessage, name: string): string | undefined {
  const header = headers.get(name);
  return header?.type === 'string' ? header.value : undefined;
}

/** What a message is called: its event type, where it is an event. @throws ServiceError where it is none */
export function eventTypeOf(message: EventMessage): string {
  const kind = textOf(message, ':message-type');
  const type = textOf(message, ':event-type');
  if (kind === 'event' && type !== undefined) return type;
  if (kind === 'exception' || kind === 'error')
    throw new ServiceError('SerializationException', `The client ended its stream with an ${kind}`);
  throw new ServiceError('SerializationException', 'A message has no :message-type or no :event-type');
}

/** The events of one streaming union in one protocol's documents. */
export class EventCodec {
  constructor(
    private readonly api: ServiceApi,
    private readonly documents: DocumentCodec,
    /** Name of the streaming union. */
    private readonly union: string,
  ) {}

  /** @throws ServiceError where the message is no event of the union */
  read(message: EventMessage): { readonly event: StreamEvent; readonly shape: string } {
    const type = eventTypeOf(message);
    const { members } = structure(this.api, this.union);
    const member = Object.hasOwn(members, type) ? members[type] : undefined;
    if (!member) throw new ServiceError('SerializationException', `The stream has no event '${type.slice(0, 128)}'`);
    const value = readEventValue(this.api, this.documents, member.shape, message);
    return { event: { [type]: value }, shape: member.shape };
  }

  /** Writes an event, or an exception where the union's member is an error. @throws TypeError where it is none of the union's */
  write(event: StreamEvent): EventMessage {
    const [name, value] = Object.entries(event).find(([, inner]) => inner !== undefined) ?? [];
    const member = name === undefined ? undefined : structure(this.api, this.union).members[name];
    if (name === undefined || !member) throw new TypeError(`${this.union} has no member ${name ?? ''}`);
    // Handlers are typed by the same model.
    const inner = value as Readonly<Record<string, unknown>>;
    if (structure(this.api, member.shape).error) return this.exception(name, member.shape, inner);
    const { headers, contentType, payload } = writeEventValue(this.api, this.documents, member.shape, inner);
    return { headers: new Map([...envelope('event', name, contentType), ...headers]), payload };
  }

  /**
   * The message that ends a stream with an error: an exception where the union has it, else an unmodelled error.
   * https://smithy.io/2.0/aws/amazon-eventstream.html
   */
  writeError(error: ServiceError): EventMessage {
    const name = this.exceptionNamed(error);
    const shape = name === undefined ? undefined : structure(this.api, this.union).members[name]?.shape;
    if (name !== undefined && shape !== undefined)
      return this.exception(name, shape, { message: error.message, Message: error.message, ...error.members });
    const headers: [string, EventHeader][] = [
      [':message-type', text('error')],
      [':error-code', text(error.code)],
      [':error-message', text(error.message.slice(0, 1_024))],
    ];
    return { headers: new Map(headers), payload: Buffer.alloc(0) };
  }

  /** The member for an error: the one of its name; for an unforeseen failure the union's own internal failure. */
  private exceptionNamed({ code }: ServiceError): string | undefined {
    const members = Object.entries(structure(this.api, this.union).members);
    const own = members.find(([, { shape }]) => shape === code);
    if (own || code !== 'InternalFailure') return own?.[0];
    return members.find(([, { shape }]) => {
      const { error, httpError } = structure(this.api, shape);
      return error === 'server' && (httpError ?? 500) === 500;
    })?.[0];
  }

  private exception(name: string, shape: string, value: Readonly<Record<string, unknown>>): EventMessage {
    const { documents } = this;
    // Handlers may yield the class that they would throw; models spell its message either way.
    const spelt =
      value instanceof ServiceError ? { ...value.members, message: value.message, Message: value.message } : value;
    const payload = documents.write(this.api, structure(this.api, shape), spelt, shape);
    return { headers: new Map(envelope('exception', name, documents.contentType)), payload };
  }
}

/** The headers that say what a message is. */
export function envelope(
  kind: 'event' | 'exception',
  type: string,
  contentType: string | undefined,
): [name: string, header: EventHeader][] {
  return [
    [':message-type', text(kind)],
    [kind === 'event' ? ':event-type' : ':exception-type', text(type)],
    ...(contentType === undefined ? [] : [[':content-type', text(contentType)] as [string, EventHeader]]),
  ];
}
