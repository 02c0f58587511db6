/** A vocabulary or filter that cannot be used. `message` is the sentence for `FailureReason`. */
export class VocabularyError extends Error {
  /** @param detail what is wrong and where, for the log and for whoever has to repair the file */
  constructor(
    message: string,
    readonly detail: string,
  ) {
    super(message);
    this.name = 'VocabularyError';
  }
}

/** AWS's sentence for every vocabulary whose content it refuses; it does not say which term. */
export const refusedTerms =
  'The vocabulary that you\u2019re trying to create contains invalid characters or incorrectly formatted terms. See the developer guide for more information.';

/** Size of a file of terms, of vocabularies and of filters. AWS: 50 Kb. */
export const maxFileBytes = 50 * 1024;
