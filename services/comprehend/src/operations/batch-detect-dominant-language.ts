import { Injectable } from '@nestjs/common';
import type { Abortable, Call, Handler } from '@lantern/aws-protocol';
import {
  BatchSizeLimitExceededException,
  type BatchDetectDominantLanguageItemResult,
  type BatchDetectDominantLanguageRequest,
  type BatchDetectDominantLanguageResponse,
  type BatchItemError,
  type ComprehendApi,
} from '../api/index.js';
import { LanguageEngine } from '../engines/language.engine.js';
import { toDominantLanguages } from '../text/dominant-languages.js';
import { textSizeMessage } from '../text/text-limits.js';

/** https://docs.aws.amazon.com/comprehend/latest/dg/guidelines-and-limits.html (read 2026-11) */
const MAX_DOCUMENTS = 25;
const MAX_TEXT_BYTES = 5_000;

type Operation = (typeof ComprehendApi.operations)['BatchDetectDominantLanguage'];

/** Names the languages of up to 25 texts. A text that cannot be answered becomes an entry of ErrorList; the others are answered. */
@Injectable()
export class BatchDetectDominantLanguageHandler implements Handler<Operation> {
  constructor(private readonly languages: LanguageEngine) {}

  async handle(
    { TextList }: BatchDetectDominantLanguageRequest,
    call: Call,
  ): Promise<BatchDetectDominantLanguageResponse> {
    if (TextList.length > MAX_DOCUMENTS) {
      // https://docs.aws.amazon.com/comprehend/latest/APIReference/API_BatchDetectDominantLanguage.html (read 2026-11)
      throw new BatchSizeLimitExceededException(
        `The number of documents in the request exceeds the limit of ${MAX_DOCUMENTS}. Try your request again with fewer documents.`,
      );
    }
    call.note('model', this.languages.modelDigest);
    const ErrorList: BatchItemError[] = [];
    const answers: Promise<BatchDetectDominantLanguageItemResult>[] = [];
    TextList.forEach((text, Index) => {
      const bytes = Buffer.byteLength(text);
      if (bytes > MAX_TEXT_BYTES) ErrorList.push(tooLong(Index, bytes));
      else answers.push(this.answer(text, Index, call.abandonment));
    });
    return { ResultList: await Promise.all(answers), ErrorList };
  }

  private async answer(text: string, Index: number, wanted: Abortable) {
    return { Index, Languages: toDominantLanguages(await this.languages.detect(text, wanted)) };
  }
}

/** The code's spelling is ours: AWS's model leaves it open, and no recording of one was found. */
const tooLong = (Index: number, bytes: number): BatchItemError => ({
  Index,
  ErrorCode: 'TEXT_SIZE_LIMIT_EXCEEDED',
  ErrorMessage: textSizeMessage(MAX_TEXT_BYTES, bytes),
});
