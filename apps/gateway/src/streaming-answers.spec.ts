import { Readable } from 'node:stream';
import { PollyClient, SynthesizeSpeechCommand } from '@aws-sdk/client-polly';
import { S3Client, SelectObjectContentCommand } from '@aws-sdk/client-s3';
import {
  InternalStreamFailure,
  InvokeEndpointCommand,
  InvokeEndpointWithResponseStreamCommand,
  ModelStreamError,
  SageMakerRuntimeClient,
} from '@aws-sdk/client-sagemaker-runtime';
import { ServiceError } from '@lantern/aws-protocol';
import { polly } from '@lantern/polly';
import { s3 } from '@lantern/s3';
import { sagemakerRuntime } from '@lantern/sagemaker';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keys, StreamingDoor, type TestHandler } from './streaming-door.fixture.js';

const handlers: Record<string, TestHandler> = {};
const part = (text: string) => ({ PayloadPart: { Bytes: Buffer.from(text) } });

describe('answers that stream', () => {
  let door: StreamingDoor;
  let settings: { endpoint: string; region: string; credentials: typeof keys; maxAttempts: number };
  beforeEach(async () => {
    door = new StreamingDoor([polly, s3, sagemakerRuntime], handlers);
    settings = { endpoint: `http://${await door.open()}`, region: 'us-east-1', credentials: keys, maxAttempts: 1 };
  });
  afterEach(() => {
    door.close();
    for (const name of Object.keys(handlers)) delete handlers[name];
  });

  describe('of SageMaker over HTTP/1.1', () => {
    const invoke = async () => {
      const { Body, ContentType } = await new SageMakerRuntimeClient(settings).send(
        new InvokeEndpointWithResponseStreamCommand({ EndpointName: 'e', Body: Buffer.from('question') }),
      );
      const parts: string[] = [];
      const reading = (async () => {
        for await (const { PayloadPart } of Body ?? []) parts.push(Buffer.from(PayloadPart?.Bytes ?? []).toString());
      })();
      return { parts, ContentType, error: await reading.catch((cause: unknown) => cause) };
    };

    it('arrive as parts, with the content type in a header of its own', async () => {
      handlers['InvokeEndpointWithResponseStream'] = async ({ Body }: { Body: Uint8Array }) => {
        async function* parts() {
          yield part(`answer to ${Buffer.from(Body).toString()}`);
          yield part('');
          yield part('é');
        }
        return { ContentType: 'text/plain', Body: parts() };
      };
      expect(await invoke()).toEqual({
        parts: ['answer to question', '', 'é'],
        ContentType: 'text/plain',
        error: undefined,
      });
    });

    it.each([
      [
        new ServiceError('ModelStreamError', 'out of memory', 424, { ErrorCode: 'ModelInvocationTimeExceeded' }),
        ModelStreamError,
      ],
      [new Error('secret'), InternalStreamFailure],
    ])('end with the exception %s', async (thrown, expected) => {
      handlers['InvokeEndpointWithResponseStream'] = async () => {
        async function* parts() {
          yield part('begun');
          throw thrown;
        }
        return { Body: parts() };
      };
      const { parts, error } = await invoke();
      expect(parts).toEqual(['begun']);
      expect(error).toBeInstanceOf(expected);
      if (error instanceof ModelStreamError) expect(error.ErrorCode).toBe('ModelInvocationTimeExceeded');
      else expect(JSON.stringify(error)).not.toContain('secret');
    });
  });

  it('of SageMaker take bytes and give bytes, with every header', async () => {
    handlers['InvokeEndpoint'] = async (input: {
      EndpointName: string;
      Body: Uint8Array;
      CustomAttributes: string;
    }) => ({
      Body: Buffer.concat([Buffer.from(input.Body), Buffer.of(0, 255)]),
      ContentType: 'application/x-test',
      InvokedProductionVariant: input.EndpointName,
      CustomAttributes: input.CustomAttributes,
    });
    const output = await new SageMakerRuntimeClient(settings).send(
      new InvokeEndpointCommand({
        EndpointName: 'my-endpoint',
        Body: Buffer.of(1, 2),
        CustomAttributes: 'c000b4f9=1, 2',
      }),
    );
    expect(output).toMatchObject({
      ContentType: 'application/x-test',
      InvokedProductionVariant: 'my-endpoint',
      CustomAttributes: 'c000b4f9=1, 2',
    });
    expect(Buffer.from(output.Body)).toEqual(Buffer.of(1, 2, 0, 255));
  });

  it('of Polly over HTTP/2 carry audio and its type', async () => {
    const audio = Buffer.alloc(300_000, 7);
    handlers['SynthesizeSpeech'] = async ({ Text }: { Text: string }) => ({
      AudioStream: Readable.from([audio.subarray(0, 1), audio.subarray(1)]),
      ContentType: 'audio/mpeg',
      RequestCharacters: Text.length,
    });
    const output = await new PollyClient(settings).send(
      new SynthesizeSpeechCommand({ Text: 'Hello', VoiceId: 'Joanna', OutputFormat: 'mp3' }),
    );
    expect(output).toMatchObject({ ContentType: 'audio/mpeg', RequestCharacters: 5 });
    const received = Buffer.from((await output.AudioStream?.transformToByteArray()) ?? []);
    expect(received.equals(audio)).toBe(true);
  });

  it('of S3 Select carry records as bytes and statistics as XML', async () => {
    handlers['SelectObjectContent'] = async () => {
      async function* events() {
        yield { Records: { Payload: Buffer.from('a,b\n') } };
        yield { Cont: {} };
        yield { Stats: { Details: { BytesScanned: 512, BytesProcessed: 1_024, BytesReturned: 4 } } };
        yield { End: {} };
      }
      return { Payload: events() };
    };
    const client = new S3Client({ ...settings, forcePathStyle: true });
    const { Payload } = await client.send(
      new SelectObjectContentCommand({
        Bucket: 'b',
        Key: 'k',
        Expression: 'select *',
        ExpressionType: 'SQL',
        InputSerialization: { CSV: {} },
        OutputSerialization: { CSV: {} },
      }),
    );
    const events: unknown[] = [];
    for await (const event of Payload ?? []) events.push(event);
    expect(events).toEqual([
      { Records: { Payload: expect.objectContaining({ length: 4 }) as unknown } },
      { Cont: {} },
      { Stats: { Details: { BytesScanned: 512, BytesProcessed: 1_024, BytesReturned: 4 } } },
      { End: {} },
    ]);
  });

  it('tell the handler when nobody listens any more', async () => {
    let ended: () => void;
    const hasEnded = new Promise<void>((resolve) => (ended = resolve));
    handlers['InvokeEndpointWithResponseStream'] = async () => {
      async function* parts() {
        try {
          for (;;) {
            yield part('more');
            await new Promise((resolve) => setTimeout(resolve, 5));
          }
        } finally {
          ended();
        }
      }
      return { Body: parts() };
    };
    const leaving = new AbortController();
    const { Body } = await new SageMakerRuntimeClient(settings).send(
      new InvokeEndpointWithResponseStreamCommand({ EndpointName: 'e', Body: Buffer.from('q') }),
      { abortSignal: leaving.signal },
    );
    // The loop ends after one part, and the client closes its connection with it.
    for await (const _ of Body ?? []) break;
    leaving.abort();
    await hasEnded;
    await expect.poll(() => door.pipeline.nInFlight).toBe(0);
  });
});
