import {
  GetRecommendationsCommand,
  InvalidInputException,
  PersonalizeRuntimeClient,
} from '@aws-sdk/client-personalize-runtime';
import { PersonalizeEventsClient, PutEventsCommand } from '@aws-sdk/client-personalize-events';
import { PollyClient, SynthesizeSpeechCommand } from '@aws-sdk/client-polly';
import {
  InvokeEndpointCommand,
  InvokeEndpointWithResponseStreamCommand,
  SageMakerRuntimeClient,
} from '@aws-sdk/client-sagemaker-runtime';
import {
  BadRequestException,
  StartStreamTranscriptionCommand,
  TranscribeStreamingClient,
  type AudioStream,
} from '@aws-sdk/client-transcribe-streaming';
import { contract } from '@lantern/testing';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { contractTarget } from '../../support/external-suite.js';
import { converse, eventMessage, presignWebSocket } from '../../support/presigned-web-socket.js';
import { startSuite, type Suite } from '../../support/suite.js';

const ours = {
  evidence: 'ours' as const,
  source: 'An operation without a handler answers 501 with its reason, as every table says',
  read: '2026-11',
};
const documented = {
  evidence: 'documented' as const,
  source: 'https://docs.aws.amazon.com/transcribe/latest/dg/websocket.html',
  read: '2026-11',
};

/** What a client makes of an operation that is not done: an exception of its own kind, never retried (a stream counts no attempts). */
const notDone = (operation: string, metadata: object = { httpStatusCode: 501, attempts: 1 }) => ({
  name: 'NotImplemented',
  message: expect.stringContaining(operation) as string,
  $metadata: metadata,
});

// What stands in front of an installation may speak HTTP/1.1 alone.
describe.skipIf(contractTarget() !== undefined)('services that stream', () => {
  let suite: Suite;
  beforeAll(async () => {
    suite = await startSuite('streaming');
  });
  afterAll(() => suite.close());

  async function* audio(): AsyncGenerator<AudioStream> {
    yield { AudioEvent: { AudioChunk: new Uint8Array(3_200) } };
    await new Promise((resolve) => setTimeout(resolve, 20));
    yield { AudioEvent: { AudioChunk: new Uint8Array(3_200) } };
  }
  const transcription = (MediaSampleRateHertz: number) =>
    new StartStreamTranscriptionCommand({
      LanguageCode: 'en-US',
      MediaEncoding: 'pcm',
      MediaSampleRateHertz,
      AudioStream: audio(),
    });

  contract('Polly says over HTTP/2 what is not done', ours, async () => {
    const command = new SynthesizeSpeechCommand({ Text: 'Hello', VoiceId: 'Joanna', OutputFormat: 'mp3' });
    await expect(new PollyClient(suite.client()).send(command)).rejects.toMatchObject(notDone('SynthesizeSpeech'));
  });

  contract('Transcribe says over HTTP/2, while audio is sent, what is not done', ours, async () => {
    const sent = new TranscribeStreamingClient(suite.client()).send(transcription(16_000));
    await expect(sent).rejects.toMatchObject(notDone('StartStreamTranscription', { httpStatusCode: 501 }));
  });

  contract('Transcribe refuses what its model forbids with its own exception', ours, async () => {
    const error: unknown = await new TranscribeStreamingClient(suite.client())
      .send(transcription(1))
      .catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(BadRequestException);
  });

  const host = () => suite.url.replace('http://', '');
  const socketPath = '/stream-transcription-websocket';
  const query = { 'language-code': 'en-US', 'media-encoding': 'pcm', 'sample-rate': '16000' };
  const chunk = eventMessage('AudioEvent', Buffer.alloc(3_200));

  contract(
    'Transcribe says over a presigned WebSocket what is not done, in a message of its own',
    documented,
    async () => {
      const url = await presignWebSocket(host(), socketPath, query, suite.credentials);
      expect(await converse(url, [chunk])).toEqual({
        messages: [
          {
            headers: {
              ':message-type': 'error',
              ':error-code': 'NotImplemented',
              ':error-message': expect.stringContaining('StartStreamTranscription') as string,
            },
            body: '',
          },
        ],
        closeCode: 1000,
      });
    },
  );

  contract(
    'Transcribe refuses over a presigned WebSocket what its model forbids, as an exception',
    documented,
    async () => {
      const url = await presignWebSocket(host(), socketPath, { ...query, 'sample-rate': '1' }, suite.credentials);
      const { messages } = await converse(url, [chunk]);
      expect(messages).toEqual([
        {
          headers: {
            ':message-type': 'exception',
            ':exception-type': 'BadRequestException',
            ':content-type': 'application/json',
          },
          body: expect.stringContaining('mediaSampleRateHertz') as string,
        },
      ]);
    },
  );

  contract('lets nobody open a WebSocket whose address was signed with another secret', ours, async () => {
    const stranger = { ...suite.credentials, secretAccessKey: 'x'.repeat(40) };
    const url = await presignWebSocket(host(), socketPath, query, stranger);
    await expect(converse(url, [])).rejects.toThrow('Unexpected server response: 403');
  });

  contract('lets nobody open a WebSocket to what is no stream', ours, async () => {
    const url = await presignWebSocket(host(), '/v1/transcripts-websocket', query, suite.credentials);
    await expect(converse(url, [])).rejects.toThrow('Unexpected server response: 404');
  });

  contract('SageMaker says for a whole answer and for a stream what is not done', ours, async () => {
    const client = new SageMakerRuntimeClient(suite.client());
    const input = { EndpointName: 'my-endpoint', Body: Buffer.from('1,2,3'), ContentType: 'text/csv' };
    await expect(client.send(new InvokeEndpointCommand(input))).rejects.toMatchObject(notDone('InvokeEndpoint'));
    const streamed = client.send(new InvokeEndpointWithResponseStreamCommand(input));
    await expect(streamed).rejects.toMatchObject(notDone('InvokeEndpointWithResponseStream'));
  });

  contract('Personalize says at runtime and for events what is not done', ours, async () => {
    const runtime = new PersonalizeRuntimeClient(suite.client());
    const campaignArn = 'arn:aws:personalize:us-east-1:000000000000:campaign/c';
    await expect(runtime.send(new GetRecommendationsCommand({ campaignArn, userId: 'u' }))).rejects.toMatchObject(
      notDone('GetRecommendations'),
    );
    const events = new PersonalizeEventsClient(suite.client());
    const event = { eventType: 'click', sentAt: new Date(), properties: '{"a":1}' };
    const put = new PutEventsCommand({ trackingId: 't', sessionId: 's', eventList: [event] });
    await expect(events.send(put)).rejects.toMatchObject(notDone('PutEvents'));
  });

  contract('Personalize refuses what its model forbids', ours, async () => {
    const client = new PersonalizeRuntimeClient(suite.client());
    const error: unknown = await client
      .send(new GetRecommendationsCommand({ campaignArn: 'not an arn', userId: 'u' }))
      .catch((cause: unknown) => cause);
    expect(error).toMatchObject({ name: 'ValidationException', $metadata: { httpStatusCode: 400 } });
    expect(error).not.toBeInstanceOf(InvalidInputException);
  });
});
