import {
  BatchDetectDominantLanguageCommand,
  DetectDominantLanguageCommand,
  DetectSentimentCommand,
  TextSizeLimitExceededException,
  type ComprehendClient,
} from '@aws-sdk/client-comprehend';
import { contract } from '@lantern/testing';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { startSuite, type Suite } from '../../support/suite.js';

const limits = 'https://docs.aws.amazon.com/comprehend/latest/dg/guidelines-and-limits.html';
const reference = 'https://docs.aws.amazon.com/comprehend/latest/APIReference/API_BatchDetectDominantLanguage.html';

describe('DetectDominantLanguage', () => {
  let suite: Suite;
  let comprehend: ComprehendClient;
  beforeAll(async () => {
    suite = await startSuite('comprehend');
    comprehend = suite.comprehend();
  });
  afterAll(() => suite.close());

  const detect = async (Text: string) =>
    (await comprehend.send(new DetectDominantLanguageCommand({ Text }))).Languages ?? [];

  contract(
    'names the language of a sentence first, with a score between 0 and 1',
    {
      evidence: 'documented',
      source: 'https://docs.aws.amazon.com/comprehend/latest/dg/how-languages.html',
      read: '2026-11',
    },
    async () => {
      const sentences: Record<string, string> = {
        en: 'The committee has not yet decided when the next meeting will take place.',
        fr: "Il fait très beau aujourd'hui et nous allons nous promener au bord de la rivière.",
        de: 'Gestern Abend haben wir zusammen ein ausgezeichnetes Abendessen gekocht.',
        ru: 'Сегодня утром поезд опоздал почти на полчаса из-за сильного снегопада.',
        ja: '昨日は友達と一緒に新しい映画を見に行きました。',
      };
      for (const [code, text] of Object.entries(sentences)) {
        const [first] = await detect(text);
        expect(first?.LanguageCode).toBe(code);
        expect(first?.Score).toBeGreaterThan(0.5);
        expect(first?.Score).toBeLessThanOrEqual(1);
      }
    },
  );

  contract(
    'lists several languages by falling score',
    {
      evidence: 'documented',
      source: 'https://docs.aws.amazon.com/comprehend/latest/dg/how-languages.html',
      read: '2026-11',
    },
    async () => {
      const languages = await detect(
        'Guten Morgen meine Damen und Herren. Good morning ladies and gentlemen, and welcome.',
      );
      expect(languages.length).toBeGreaterThan(0);
      const scores = languages.map(({ Score }) => Score ?? NaN);
      expect(scores).toEqual([...scores].sort((a, b) => b - a));
      expect(scores.reduce((sum, score) => sum + score, 0)).toBeLessThanOrEqual(1.000001);
    },
  );

  contract(
    'refuses a text over 100,000 bytes, counted in UTF-8',
    { evidence: 'documented', source: limits, read: '2026-11' },
    async () => {
      await expect(detect('é'.repeat(50_001))).rejects.toBeInstanceOf(TextSizeLimitExceededException);
      expect((await detect('été '.repeat(5_000))).length).toBeGreaterThan(0);
    },
  );

  contract(
    'refuses an empty text as a validation error',
    { evidence: 'example', source: 'Smithy model: Text has length min 1', read: '2026-11' },
    async () => {
      await expect(detect('')).rejects.toMatchObject({
        name: 'ValidationException',
        message: expect.stringMatching(
          /'text' ?failed to satisfy constraint: Member must have length greater than or equal to 1/,
        ) as string,
      });
    },
  );

  contract(
    'answers a batch by index, with empty items as errors beside the others',
    { evidence: 'documented', source: reference, read: '2026-11' },
    async () => {
      const TextList = [
        'Buenos días, ¿cómo está usted esta mañana?',
        'Where have all the flowers gone, long time passing?',
      ];
      const { ResultList, ErrorList } = await comprehend.send(new BatchDetectDominantLanguageCommand({ TextList }));
      expect(ErrorList).toEqual([]);
      expect(ResultList?.map(({ Index, Languages }) => [Index, Languages?.[0]?.LanguageCode])).toEqual([
        [0, 'es'],
        [1, 'en'],
      ]);
    },
  );

  contract('refuses a batch of 26 documents', { evidence: 'documented', source: limits, read: '2026-11' }, async () => {
    const call = comprehend.send(
      new BatchDetectDominantLanguageCommand({ TextList: Array.from({ length: 26 }, () => 'hello') }),
    );
    await expect(call).rejects.toMatchObject({ name: 'BatchSizeLimitExceededException' });
  });

  contract(
    'says of an operation that is not done that it is not, with 501',
    { evidence: 'ours', source: 'An honest error beats a canned answer', read: '2026-11' },
    async () => {
      const call = comprehend.send(new DetectSentimentCommand({ Text: 'hello', LanguageCode: 'en' }));
      await expect(call).rejects.toMatchObject({
        name: 'NotImplemented',
        message: expect.stringContaining('DetectSentiment') as string,
        $metadata: { httpStatusCode: 501 },
      });
    },
  );
});
