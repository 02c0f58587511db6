import {
  InvalidRequestException,
  KmsKeyValidationException,
  type InputDataConfig,
  type OutputDataConfig,
} from '../api/index.js';

/** The members that the starts of all families have in common, and that are not echoes alone. */
export interface CheckedRequest {
  readonly InputDataConfig: InputDataConfig;
  readonly OutputDataConfig: OutputDataConfig;
  readonly VolumeKmsKeyId?: string | undefined;
}

/**
 * Refuses what would be a lie to accept: keys that encrypt nothing, and a reader of documents that is not there.
 * @throws KmsKeyValidationException, InvalidRequestException
 */
export function checkAnalysisRequest(request: CheckedRequest): void {
  const { InputDataConfig, OutputDataConfig, VolumeKmsKeyId } = request;
  if (OutputDataConfig.KmsKeyId !== undefined || VolumeKmsKeyId !== undefined) {
    throw new KmsKeyValidationException(
      'Lantern has no key management: KmsKeyId and VolumeKmsKeyId would encrypt nothing. Leave them out and use an encrypted disk.',
    );
  }
  if (InputDataConfig.DocumentReaderConfig !== undefined) {
    throw new InvalidRequestException(
      'DocumentReaderConfig reads text out of images and PDF files; this operation takes plain text.',
    );
  }
}
