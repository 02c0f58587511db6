import type { AudioStream } from '../audio/audio.js';
import { deinterleave } from '../audio/channels.js';
import type { MediaSource } from '../byte-source.js';
import { MediaError } from '../media-error.js';
import type { AudioFormat, ContainerFormat } from '../recognise/recognise.js';
import type { Ffmpeg } from './find.js';
import { asFile, inputArguments } from './input.js';
import { needFfmpeg, probeFile, type SoundStream } from './probe.js';
import { FfmpegRun, type FfmpegLimits } from './run.js';

export interface FfmpegAudioOptions extends FfmpegLimits {
  readonly format: AudioFormat | ContainerFormat;
  readonly ffmpeg?: Ffmpeg;
}

const MAX_CHANNELS = 8;
/** Samples of all channels in one piece, at most. */
const PIECE_SAMPLES = 32_768;

/**
 * The first sound of a file, as ffmpeg decodes it, at its own rate and with its own channels.
 * @throws MediaError `no-ffmpeg`, `unsupported` where there is no sound, `corrupt`, `too-large`, `timed-out`
 */
export async function openWithFfmpeg(source: MediaSource, options: FfmpegAudioOptions): Promise<AudioStream> {
  const ffmpeg = needFfmpeg(options.ffmpeg, options.format);
  const file = await asFile(source);
  try {
    const probe = await probeFile(file.path, options.format, ffmpeg, options);
    const sound = firstSound(probe.streams, options.format);
    const damage: string[] = [];
    return {
      format: options.format,
      decoder: 'ffmpeg',
      sampleRateHz: sound.sampleRateHz,
      nChannels: sound.nChannels,
      ...(probe.durationMs === undefined ? {} : { durationMs: probe.durationMs }),
      chunks: decode(file, sound, ffmpeg, options, damage),
      damage,
      close: file.remove,
    };
  } catch (cause) {
    await file.remove();
    throw cause;
  }
}

function firstSound(streams: readonly { readonly kind: string }[], format: string): SoundStream {
  const sound = streams.find((stream): stream is SoundStream => stream.kind === 'audio');
  if (!sound) throw new MediaError('unsupported', `There is no sound in the ${format} file.`);
  if (sound.nChannels > MAX_CHANNELS) {
    throw new MediaError('unsupported', `The sound has ${sound.nChannels} channels; at most ${MAX_CHANNELS} are read.`);
  }
  return sound;
}

async function* decode(
  file: Awaited<ReturnType<typeof asFile>>,
  { sampleRateHz, nChannels }: SoundStream,
  ffmpeg: Ffmpeg,
  options: FfmpegAudioOptions,
  damage: string[],
) {
  try {
    const output = [
      '-map',
      '0:a:0',
      '-vn',
      '-sn',
      '-dn',
      '-ac',
      String(nChannels),
      '-ar',
      String(sampleRateHz),
      '-f',
      'f32le',
      'pipe:1',
    ];
    const args = [
      '-hide_banner',
      '-nostdin',
      '-loglevel',
      'error',
      ...inputArguments(file.path, options.format),
      ...output,
    ];
    const run = new FfmpegRun(ffmpeg, ffmpeg.program, args, file.path, options);
    let any = false;
    for await (const samples of floats(run.output(), nChannels)) {
      any = true;
      yield deinterleave(samples, nChannels);
    }
    damage.push(...run.said());
    if (!any)
      throw new MediaError(
        'corrupt',
        `Nothing of the sound decodes${damage[0] === undefined ? '' : ` (${damage[0]})`}.`,
      );
  } finally {
    await file.remove();
  }
}

/** Bytes in pieces of any size as whole frames of 32-bit floats. */
async function* floats(pieces: AsyncIterable<Buffer>, nChannels: number) {
  const frameBytes = nChannels * 4;
  const most = Math.floor((PIECE_SAMPLES * 4) / frameBytes) * frameBytes;
  const held = Buffer.alloc(most);
  let filled = 0;
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length;) {
      const n = piece.copy(held, filled, at);
      at += n;
      filled += n;
      if (filled < most) continue;
      yield toFloats(held);
      filled = 0;
    }
  }
  const whole = filled - (filled % frameBytes);
  if (whole > 0) yield toFloats(held.subarray(0, whole));
}

/** Not-a-number and infinity come out of damaged files; they have no sound. */
function toFloats(bytes: Buffer): Float32Array {
  const samples = new Float32Array(bytes.length / 4);
  for (let i = 0; i < samples.length; i++) {
    const value = bytes.readFloatLE(i * 4);
    samples[i] = Number.isFinite(value) ? value : 0;
  }
  return samples;
}
