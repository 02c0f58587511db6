import { invalidParameter } from '../refusals.js';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-tags.html (read 2026-11) */
const MAX_TAGS = 50;
const MAX_KEY_CHARACTERS = 128;
const MAX_VALUE_CHARACTERS = 256;

/**
 * Checks a queue's tags.
 * @throws InvalidParameterValue
 */
export function requireTags(tags: Readonly<Record<string, string>>): void {
  const entries = Object.entries(tags);
  if (entries.length > MAX_TAGS)
    throw invalidParameter(`Too many tags added for queue. Maximum number of tags: ${MAX_TAGS}.`);
  for (const [key, value] of entries) {
    if (key === '' || key.length > MAX_KEY_CHARACTERS || /^aws:/i.test(key))
      throw invalidParameter(
        `Tag keys must be between 1 and ${MAX_KEY_CHARACTERS} characters in length and not begin with aws:.`,
      );
    if (value.length > MAX_VALUE_CHARACTERS)
      throw invalidParameter(`Tag values must be between 0 and ${MAX_VALUE_CHARACTERS} characters in length.`);
  }
}
