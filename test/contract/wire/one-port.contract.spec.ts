import { contract } from '@lantern/testing';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { startSuite, type Suite } from '../../support/suite.js';

const ours = { evidence: 'ours' as const, source: 'Strict by default', read: '2026-11' };

const translation = JSON.stringify({ Text: 'Hello', SourceLanguageCode: 'en', TargetLanguageCode: 'de' });

describe('one port', () => {
  let suite: Suite;
  beforeAll(async () => {
    suite = await startSuite('wire');
  });
  afterAll(() => suite.close());

  const detect = (headers: Record<string, string>, body = '{"Text":"Hello, how are you today?"}') =>
    fetch(suite.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'Comprehend_20171127.DetectDominantLanguage',
        ...headers,
      },
      body,
    });
  const bearer = () => ({ authorization: `Bearer ${suite.credentials.apiKey}` });

  contract('answers an API key over plain HTTP', ours, async () => {
    const response = await detect(bearer());
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ Languages: [{ LanguageCode: 'en' }] });
    expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
  });

  contract('refuses a call without credentials, except health', ours, async () => {
    const refused = await detect({});
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ __type: 'MissingAuthenticationTokenException' });
    expect((await fetch(`${suite.url}/some-bucket/some-key`)).status).toBe(403);
    expect((await fetch(`${suite.url}/health`)).status).toBe(200);
  });

  contract('refuses a made-up API key', ours, async () => {
    expect((await detect({ authorization: 'Bearer lk_0000000000000000' })).status).toBe(403);
  });

  contract('says that it does not know an operation', ours, async () => {
    const response = await detect({ ...bearer(), 'x-amz-target': 'Comprehend_20171127.DetectWeather' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ __type: 'UnknownOperationException' });
  });

  contract('says of a started service that an operation is not done', ours, async () => {
    const response = await detect(
      { ...bearer(), 'x-amz-target': 'AWSShineFrontendService_20170701.TranslateText' },
      translation,
    );
    expect(response.status).toBe(501);
    expect(await response.json()).toMatchObject({ __type: 'NotImplemented' });
  });

  contract('calls broken JSON a serialization error', ours, async () => {
    const response = await detect(bearer(), '{"Text":');
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ __type: 'SerializationException' });
  });
});
