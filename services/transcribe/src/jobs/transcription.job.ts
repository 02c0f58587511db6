import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { JobFailure, type JobRun, type JobRunner } from '@lantern/jobs';
import { findFfmpeg } from '@lantern/media';
import { Database, ObjectStore } from '@lantern/store';
import { FinishedWindows } from './finished-windows.js';
import { hearChannel } from './hear-channel.js';
import {
  formatMismatchFailure,
  mediaFailure,
  noEngineFailure,
  rateMismatchFailure,
  readFailure,
  tooManyChannelsFailure,
  writeFailure,
} from './job-failures.js';
import { downloadObject, inspectMedia, isFormat, type MediaFile, type ReadOptions } from './media-file.js';
import { SpeechModels } from './speech-models.js';
import {
  transcriptionJob,
  type TranscriptionOutcome,
  type TranscriptionRecord,
  type TranscriptionRequest,
} from './transcription.js';
import { writeResults } from './write-results.js';

/** Channels that can be identified: https://docs.aws.amazon.com/transcribe/latest/dg/channel-id.html (read 2026-11) */
const MAX_CHANNELS = 2;

type Run = JobRun<TranscriptionRequest, TranscriptionOutcome>;

/**
 * Writes down what is said in a recording. What was heard is kept window by window, so that a run that was cut off is taken up by
 * the next one after the last window that was finished.
 */
@Injectable()
export class TranscriptionJobRunner implements JobRunner<TranscriptionRequest, TranscriptionOutcome> {
  static readonly job = transcriptionJob;

  constructor(
    private readonly objects: ObjectStore,
    private readonly database: Database,
    private readonly models: SpeechModels,
  ) {}

  async run(run: Run): Promise<TranscriptionOutcome> {
    const finished = new FinishedWindows(this.database, run.record);
    const folder = await mkdtemp(join(tmpdir(), 'lantern-transcribe-'));
    try {
      const outcome = await this.transcribe(run, finished, join(folder, 'media'));
      await finished.clear();
      return outcome;
    } catch (cause) {
      const failure = mediaFailure(cause);
      if (failure instanceof JobFailure) await finished.clear();
      throw failure;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  private async transcribe(run: Run, finished: FinishedWindows, path: string): Promise<TranscriptionOutcome> {
    const { record, signal } = run;
    const language = record.request.asked.LanguageCode ?? '';
    const engine = await this.models.engineFor(language);
    if (!engine) throw noEngineFailure(language);
    const media = { account: record.account, ...record.request.media };
    await downloadObject(this.objects, media, path, signal).catch((cause: unknown) => {
      throw readFailure(cause);
    });
    const read: ReadOptions = { ffmpeg: await findFfmpeg(), signal };
    const file = await inspectMedia(path, read);
    checkMedia(record, file);
    const hearing = { engine, detector: await this.models.voiceDetector(), read, finished, language };
    const channels = channelsOf(record, file);
    const heard: Awaited<ReturnType<typeof hearChannel>>[] = [];
    for (const [index, channel] of channels.entries()) {
      const progress = progressOf(run, file, index, channels.length);
      heard.push(await hearChannel(hearing, { path, channel, nBest: nBestOf(record), progress }));
    }
    const durationMs = Math.max(...heard.map((one) => one.durationMs));
    const transcript = {
      durationMs,
      language: { code: language },
      channels: heard.map(({ windows }, index) => ({ index, windows })),
    };
    const subtitles = await writeResults(this.objects, record, transcript, signal).catch((cause: unknown) => {
      throw writeFailure(cause);
    });
    return {
      durationMs,
      sampleRateHz: file.sampleRateHz,
      mediaFormat: record.request.asked.MediaFormat ?? file.mediaFormat ?? 'wav',
      subtitles,
      nWindows: heard.reduce((sum, { windows }) => sum + windows.length, 0),
      model: engine.modelDigest,
    };
  }
}

/** @throws JobFailure where the file is not what the request says it is */
function checkMedia({ request }: TranscriptionRecord, file: MediaFile): void {
  const { MediaFormat, MediaSampleRateHertz, Settings } = request.asked;
  if (MediaFormat !== undefined && !isFormat(MediaFormat, file.mediaFormat)) throw formatMismatchFailure();
  if (MediaSampleRateHertz !== undefined && MediaSampleRateHertz !== file.sampleRateHz) throw rateMismatchFailure();
  if (Settings?.ChannelIdentification && file.nChannels > MAX_CHANNELS) throw tooManyChannelsFailure();
}

/** The channels to hear one by one, or undefined for all of them mixed. */
function channelsOf({ request }: TranscriptionRecord, { nChannels }: MediaFile): readonly (number | undefined)[] {
  if (!request.asked.Settings?.ChannelIdentification) return [undefined];
  return Array.from({ length: nChannels }, (_, channel) => channel);
}

/** Readings of each window. */
const nBestOf = ({ request }: TranscriptionRecord): number =>
  (request.asked.Settings?.ShowAlternatives && request.asked.Settings.MaxAlternatives) || 1;

/** Tells how much of all channels is heard; nothing where the file does not say how long it is. */
function progressOf({ progress }: Run, { durationMs }: MediaFile, index: number, nChannels: number) {
  return (doneMs: number) => {
    if (!durationMs) return;
    progress((100 * (index + Math.min(1, doneMs / durationMs))) / nChannels, `${Math.round(doneMs / 1_000)} s heard`);
  };
}
