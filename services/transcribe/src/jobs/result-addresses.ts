import { Injectable } from '@nestjs/common';
import { PublicUrl } from '@lantern/aws-protocol';
import { JobStatus } from '@lantern/jobs';
import { IdentityStore } from '@lantern/store';
import { isCustomersPlace, subtitlePlace, transcriptPlace } from './output-place.js';
import { objectUrl, presignedUrl } from './presigned-url.js';
import type { S3Location } from './s3-location.js';
import type { ResultAddresses } from './transcription-properties.js';
import type { TranscriptionRecord } from './transcription.js';

/** "The URI is valid for 15 minutes": https://docs.aws.amazon.com/transcribe/latest/dg/how-input.html (read 2026-11) */
const EXPIRES_SECONDS = 900;

/** Says where the files of jobs can be read: those in the service's bucket for fifteen minutes, by whoever has the address. */
@Injectable()
export class ResultAddressBook {
  constructor(
    private readonly identity: IdentityStore,
    private readonly publicUrl: PublicUrl,
  ) {}

  /** @returns undefined for a job that has not COMPLETED */
  async of(record: TranscriptionRecord): Promise<ResultAddresses | undefined> {
    if (record.status !== JobStatus.COMPLETED) return undefined;
    const transcript = transcriptPlace(record);
    const subtitles = (record.outcome?.subtitles ?? []).map((format) => subtitlePlace(record, format));
    const address = isCustomersPlace(record) ? this.plain : await this.presigned(record);
    return { transcript: address(transcript), subtitles: subtitles.map(address) };
  }

  private readonly plain = (location: S3Location): string => objectUrl(this.publicUrl.origin, location);

  private async presigned({ account, region }: TranscriptionRecord): Promise<(location: S3Location) => string> {
    const session = await this.identity.createSession({
      account,
      arn: `arn:aws:sts::${account}:assumed-role/transcribe/results`,
      userId: 'AROATRANSCRIBERESULTS:results',
      durationSeconds: EXPIRES_SECONDS,
    });
    const { origin } = this.publicUrl;
    const now = new Date();
    return (location) => presignedUrl({ origin, region, location, session, now, expiresSeconds: EXPIRES_SECONDS });
  }
}
