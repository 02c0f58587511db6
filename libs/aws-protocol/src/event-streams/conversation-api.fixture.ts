import { textApi } from '../example-services.fixture.js';
import type { ServiceApi, ShapeTable } from '../schema.js';

const shapes: ShapeTable = {
  Text: { type: 'string', length: [1, 20] },
  Count: { type: 'integer' },
  Big: { type: 'long' },
  Flag: { type: 'boolean' },
  Time: { type: 'timestamp' },
  Bytes: { type: 'blob' },
  Detail: { type: 'structure', members: { Name: { shape: 'Text', required: true }, When: { shape: 'Time' } } },
  /** Bound headers and a payload of bytes. */
  Audio: {
    type: 'structure',
    members: {
      Chunk: { shape: 'Bytes', eventPayload: true },
      Name: { shape: 'Text', eventHeader: true },
      Count: { shape: 'Count', eventHeader: true },
      Big: { shape: 'Big', eventHeader: true },
      Flag: { shape: 'Flag', eventHeader: true },
      When: { shape: 'Time', eventHeader: true },
      Raw: { shape: 'Bytes', eventHeader: true },
    },
  },
  Note: { type: 'structure', members: { Text: { shape: 'Text', eventPayload: true } } },
  Boxed: { type: 'structure', members: { Detail: { shape: 'Detail', eventPayload: true } } },
  /** No binding at all: the payload is the document. */
  Plain: { type: 'structure', members: { Detail: { shape: 'Detail', required: true }, Count: { shape: 'Count' } } },
  Empty: { type: 'structure', members: {} },
  Busy: {
    type: 'structure',
    members: { Message: { shape: 'Text' }, Count: { shape: 'Count' } },
    error: 'client',
    httpError: 429,
  },
  Broken: { type: 'structure', members: { message: { shape: 'Text' } }, error: 'server', httpError: 500 },
  Events: {
    type: 'union',
    streaming: true,
    members: {
      Audio: { shape: 'Audio' },
      Note: { shape: 'Note' },
      Boxed: { shape: 'Boxed' },
      Plain: { shape: 'Plain' },
      Empty: { shape: 'Empty' },
      TooBusy: { shape: 'Busy' },
      Broken: { shape: 'Broken' },
    },
  },
  Conversation: {
    type: 'structure',
    members: {
      Name: { shape: 'Text', required: true, binding: { in: 'header', name: 'x-name' } },
      Events: { shape: 'Events', required: true, binding: { in: 'payload' } },
    },
  },
  RpcConversation: {
    type: 'structure',
    members: { Name: { shape: 'Text', required: true }, Events: { shape: 'Events' } },
  },
};

const http = { method: 'POST', uri: '/talk', code: 200 };

/** A service whose operations take events and answer with the same kind of events. */
export const conversationApi: ServiceApi = {
  ...textApi,
  name: 'conversation',
  protocols: ['restJson1'],
  target: 'Conversation',
  signingName: 'conversation',
  shapes,
  operations: {
    Talk: { name: 'Talk', input: 'Conversation', output: 'Conversation', errors: [], http },
    TalkRpc: { name: 'TalkRpc', input: 'RpcConversation', output: 'RpcConversation', errors: [] },
  },
};
