import { ServiceError } from '@lantern/aws-protocol';
import type { ObjectStore } from '@lantern/store';
import type { SubtitleFormat } from '../api/index.js';
import { toSubRip, toTranscriptFile, toWebVtt, type Transcript } from '../transcript/index.js';
import { isCustomersPlace, subtitleFormats, subtitlePlace, transcriptPlace } from './output-place.js';
import type { S3Location } from './s3-location.js';
import type { TranscriptionRecord } from './transcription.js';

const subtitleTypes: Readonly<Record<SubtitleFormat, string>> = {
  vtt: 'text/vtt',
  srt: 'application/x-subrip',
};

/**
 * Writes a job's transcript, and its subtitles before it: who finds the transcript finds them all. A second run writes the same
 * objects again.
 * @returns the formats of the subtitles that were written: none where nothing was said
 * @throws what the store throws
 */
export async function writeResults(
  objects: ObjectStore,
  record: TranscriptionRecord,
  transcript: Transcript,
  signal: AbortSignal,
): Promise<SubtitleFormat[]> {
  const { account, region, name = '', request } = record;
  const { Settings, Subtitles } = request.asked;
  const write = async (place: S3Location, contentType: string, text: string) => {
    const attributes = { contentType, metadata: {} };
    await objects.put({ account, ...place }, Buffer.from(text), { attributes, signal });
  };
  const place = transcriptPlace(record);
  if (!isCustomersPlace(record)) await ensureBucket(objects, account, place.bucket, region);
  // The model allows no other.
  const startIndex = Subtitles?.OutputStartIndex === 1 ? 1 : 0;
  const written: SubtitleFormat[] = [];
  for (const format of subtitleFormats(record)) {
    const text = format === 'vtt' ? toWebVtt(transcript, { startIndex }) : toSubRip(transcript, { startIndex });
    if (text === undefined) continue;
    await write(subtitlePlace(record, format), subtitleTypes[format], text);
    written.push(format);
  }
  const file = toTranscriptFile(name, account, transcript, {
    channelIdentification: Settings?.ChannelIdentification ?? false,
    ...(Settings?.ShowAlternatives && { maxAlternatives: Settings.MaxAlternatives ?? 2 }),
  });
  await write(place, 'application/json', JSON.stringify(file));
  return written;
}

async function ensureBucket(objects: ObjectStore, account: string, bucket: string, region: string): Promise<void> {
  try {
    await objects.createBucket({ account, bucket }, region);
  } catch (cause) {
    if (!(cause instanceof ServiceError && cause.code === 'BucketAlreadyOwnedByYou')) throw cause;
  }
}
