import { Injectable } from '@nestjs/common';
import type { Call, Handler } from '@lantern/aws-protocol';
import type { ComprehendApi, DetectDominantLanguageRequest, DetectDominantLanguageResponse } from '../api/index.js';
import { LanguageEngine } from '../engines/language.engine.js';
import { toDominantLanguages } from '../text/dominant-languages.js';
import { refuseLongText } from '../text/text-limits.js';

/** https://docs.aws.amazon.com/comprehend/latest/dg/guidelines-and-limits.html (read 2026-11) */
const MAX_TEXT_BYTES = 100_000;

type Operation = (typeof ComprehendApi.operations)['DetectDominantLanguage'];

/** Names the languages of one text. */
@Injectable()
export class DetectDominantLanguageHandler implements Handler<Operation> {
  constructor(private readonly languages: LanguageEngine) {}

  async handle({ Text }: DetectDominantLanguageRequest, call: Call): Promise<DetectDominantLanguageResponse> {
    refuseLongText(Text, MAX_TEXT_BYTES);
    call.note('model', this.languages.modelDigest);
    return { Languages: toDominantLanguages(await this.languages.detect(Text, call.abandonment)) };
  }
}
