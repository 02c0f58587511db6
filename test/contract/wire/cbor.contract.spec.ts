import {
  ComprehendClient,
  DetectDominantLanguageCommand,
  TextSizeLimitExceededException,
} from '@aws-sdk/client-comprehend';
import { ComprehendMedicalClient, DetectEntitiesV2Command } from '@aws-sdk/client-comprehendmedical';
import { AwsSmithyRpcV2CborProtocol } from '@aws-sdk/core/protocols';
import { contract } from '@lantern/testing';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { startSuite, type Suite } from '../../support/suite.js';

const specified = {
  evidence: 'documented' as const,
  source: 'https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html',
  read: '2026-11',
};

describe('the CBOR protocol', () => {
  let suite: Suite;
  beforeAll(async () => {
    suite = await startSuite('cbor');
  });
  afterAll(() => suite.close());

  const comprehend = () => new ComprehendClient({ ...suite.client(), protocol: AwsSmithyRpcV2CborProtocol });

  contract('answers the unmodified client for Comprehend', specified, async () => {
    const command = new DetectDominantLanguageCommand({ Text: 'Wie komme ich am schnellsten zum Bahnhof?' });
    const { Languages } = await comprehend().send(command);
    expect(Languages?.[0]?.LanguageCode).toBe('de');
    expect(Languages?.[0]?.Score).toBeGreaterThan(0.5);
  });

  contract("throws the service's own exceptions", specified, async () => {
    const command = new DetectDominantLanguageCommand({ Text: 'x'.repeat(100_001) });
    const error: unknown = await comprehend()
      .send(command)
      .catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(TextSizeLimitExceededException);
    expect(error).toMatchObject({ message: expect.stringContaining('100001 bytes') as string });
  });

  contract('refuses what the model forbids, and a wrong secret', specified, async () => {
    const empty = comprehend().send(new DetectDominantLanguageCommand({ Text: '' }));
    await expect(empty).rejects.toMatchObject({ name: 'ValidationException', $metadata: { httpStatusCode: 400 } });
    const stranger = new ComprehendClient({
      ...suite.client({ ...suite.credentials, secretAccessKey: 'x'.repeat(40) }),
      protocol: AwsSmithyRpcV2CborProtocol,
    });
    await expect(stranger.send(new DetectDominantLanguageCommand({ Text: 'x' }))).rejects.toMatchObject({
      name: 'InvalidSignatureException',
    });
  });

  contract('says of Comprehend Medical what is not done', specified, async () => {
    const client = new ComprehendMedicalClient({ ...suite.client(), protocol: AwsSmithyRpcV2CborProtocol });
    const error: unknown = await client
      .send(new DetectEntitiesV2Command({ Text: 'aspirin' }))
      .catch((cause: unknown) => cause);
    expect(error).toMatchObject({
      name: 'NotImplemented',
      message: expect.stringContaining('DetectEntitiesV2') as string,
      $metadata: { httpStatusCode: 501, attempts: 1 },
    });
  });

  contract('calls broken bytes a serialization error, in CBOR', specified, async () => {
    const response = await fetch(`${suite.url}/service/Comprehend_20171127/operation/DetectDominantLanguage`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${suite.credentials.apiKey}`,
        'smithy-protocol': 'rpc-v2-cbor',
        'content-type': 'application/cbor',
      },
      body: Buffer.of(0xbf, 0xff, 0x00),
    });
    expect([response.status, response.headers.get('content-type')]).toEqual([400, 'application/cbor']);
    expect(Buffer.from(await response.arrayBuffer()).toString('latin1')).toContain('SerializationException');
  });
});
