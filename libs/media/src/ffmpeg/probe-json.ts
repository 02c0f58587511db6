import { MediaError } from '../media-error.js';
import type { MediaProbe, SoundStream, VideoStream } from './probe.js';
import { seenSize } from './seen-size.js';

/** The members of ffprobe's JSON that are read. */
interface ProbeJson {
  readonly format?: { readonly duration?: string };
  readonly streams?: readonly ProbeStream[];
}

interface ProbeStream {
  readonly codec_type?: string;
  readonly codec_name?: string;
  readonly width?: number;
  readonly height?: number;
  readonly sample_aspect_ratio?: string;
  readonly avg_frame_rate?: string;
  readonly sample_rate?: string;
  readonly channels?: number;
  readonly disposition?: { readonly attached_pic?: number };
  readonly tags?: { readonly rotate?: string };
  readonly side_data_list?: readonly { readonly rotation?: number }[];
}

/** Reads what `ffprobe -print_format json -show_format -show_streams` writes. */
export function parseProbeJson(text: string): Omit<MediaProbe, 'format'> {
  let json: ProbeJson;
  try {
    json = JSON.parse(text) as ProbeJson;
  } catch (cause) {
    throw new MediaError('corrupt', 'ffprobe does not describe the file.', { cause });
  }
  const seconds = Number(json.format?.duration);
  const streams = (json.streams ?? []).flatMap((stream) => toVideo(stream) ?? toSound(stream) ?? []);
  return { ...(seconds > 0 ? { durationMs: seconds * 1000 } : {}), streams };
}

function toVideo(stream: ProbeStream): VideoStream | undefined {
  const { codec_type, codec_name = 'unknown', width = 0, height = 0, disposition } = stream;
  if (codec_type !== 'video' || disposition?.attached_pic === 1 || !(width > 0 && height > 0)) return undefined;
  // The side data turns anticlockwise, the older tag clockwise.
  const turn = stream.side_data_list?.find(({ rotation }) => rotation !== undefined)?.rotation;
  const clockwise = turn === undefined ? Number(stream.tags?.rotate ?? 0) : -turn;
  const [n = 0, d = 0] = (stream.avg_frame_rate ?? '').split('/').map(Number);
  const framesPerSecond = n > 0 && d > 0 ? n / d : undefined;
  return {
    kind: 'video',
    codec: codec_name,
    ...seenSize(width, height, stream.sample_aspect_ratio ?? '1:1', clockwise),
    ...(framesPerSecond === undefined ? {} : { framesPerSecond }),
  };
}

function toSound({
  codec_type,
  codec_name = 'unknown',
  sample_rate,
  channels = 0,
}: ProbeStream): SoundStream | undefined {
  const sampleRateHz = Number(sample_rate);
  if (codec_type !== 'audio' || !(sampleRateHz > 0 && channels > 0)) return undefined;
  return { kind: 'audio', codec: codec_name, sampleRateHz, nChannels: channels };
}
