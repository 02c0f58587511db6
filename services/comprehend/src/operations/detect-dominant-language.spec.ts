import type { Call } from '@lantern/aws-protocol';
import { describe, expect, it } from 'vitest';
import { BatchSizeLimitExceededException, TextSizeLimitExceededException } from '../api/index.js';
import { LanguageEngine, type LanguageScore } from '../engines/language.engine.js';
import { BatchDetectDominantLanguageHandler } from './batch-detect-dominant-language.js';
import { DetectDominantLanguageHandler } from './detect-dominant-language.js';

/** Answers `de` for texts with an umlaut, else `en`, with two more guesses. */
class UmlautEngine extends LanguageEngine {
  readonly modelDigest = 'umlaut';
  readonly seen: string[] = [];
  async detect(text: string): Promise<readonly LanguageScore[]> {
    this.seen.push(text);
    const language = /[äöü]/.test(text) ? 'de' : 'en';
    return [
      { language: 'fr', probability: 0.2 },
      { language, probability: 0.79 },
      { language: 'sv', probability: 0.001 },
    ];
  }
}

const noted: Record<string, string | number> = {};
// Handlers use two members of a call; the others are the pipeline's business.
const call = {
  signal: new AbortController().signal,
  note: (field: string, value: string | number) => void (noted[field] = value),
} as unknown as Call;

describe('DetectDominantLanguage', () => {
  it('orders by falling score and leaves out the unlikely', async () => {
    const { Languages } = await new DetectDominantLanguageHandler(new UmlautEngine()).handle({ Text: 'hello' }, call);
    expect(Languages).toEqual([
      { LanguageCode: 'en', Score: 0.79 },
      { LanguageCode: 'fr', Score: 0.2 },
    ]);
    expect(noted).toEqual({ model: 'umlaut' });
  });

  it('counts the limit of 100,000 in UTF-8 bytes', async () => {
    const handler = new DetectDominantLanguageHandler(new UmlautEngine());
    await expect(handler.handle({ Text: 'ä'.repeat(50_000) }, call)).resolves.toBeTruthy();
    await expect(handler.handle({ Text: 'ä'.repeat(50_001) }, call)).rejects.toMatchObject({
      code: new TextSizeLimitExceededException('').code,
      message: expect.stringContaining('100000 bytes while in this request the text size is 100002 bytes') as string,
    });
  });
});

describe('BatchDetectDominantLanguage', () => {
  it('answers each document under its index, and lists those that are too long apart', async () => {
    const engine = new UmlautEngine();
    const { ResultList, ErrorList } = await new BatchDetectDominantLanguageHandler(engine).handle(
      { TextList: ['schön', 'x'.repeat(5_001), 'nice'] },
      call,
    );
    expect(ResultList.map(({ Index, Languages }) => [Index, Languages?.[0]?.LanguageCode])).toEqual([
      [0, 'de'],
      [2, 'en'],
    ]);
    expect(ErrorList).toEqual([
      {
        Index: 1,
        ErrorCode: 'TEXT_SIZE_LIMIT_EXCEEDED',
        ErrorMessage: expect.stringContaining('5000 bytes while in this request the text size is 5001') as string,
      },
    ]);
    expect(engine.seen).toEqual(['schön', 'nice']);
  });

  it('refuses 26 documents and answers 25', async () => {
    const handler = new BatchDetectDominantLanguageHandler(new UmlautEngine());
    const TextList = Array.from({ length: 25 }, () => 'x');
    expect((await handler.handle({ TextList }, call)).ResultList).toHaveLength(25);
    await expect(handler.handle({ TextList: [...TextList, 'x'] }, call)).rejects.toBeInstanceOf(
      BatchSizeLimitExceededException,
    );
  });
});
