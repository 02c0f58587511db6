import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { MediaSource } from '../byte-source.js';
import type { AudioFormat, ContainerFormat } from '../recognise/recognise.js';

/** ffmpeg's name for the reader of each format. */
const demuxers: Readonly<Record<AudioFormat | ContainerFormat, string>> = {
  wav: 'wav',
  mp3: 'mp3',
  flac: 'flac',
  'ogg-vorbis': 'ogg',
  'ogg-opus': 'ogg',
  'ogg-flac': 'ogg',
  ogg: 'ogg',
  aac: 'aac',
  amr: 'amr',
  aiff: 'aiff',
  au: 'au',
  mp4: 'mov',
  matroska: 'matroska',
  avi: 'avi',
  'mpeg-ts': 'mpegts',
  'mpeg-ps': 'mpeg',
  flv: 'flv',
  asf: 'asf',
  caf: 'caf',
};

/**
 * The arguments that name a file to ffmpeg or ffprobe. A media file must not make it read anything else:
 * - the format was recognised by the file's content and ffmpeg is told it, so that it cannot take the file for a playlist
 *   (HLS, DASH, concat, SDP), whose entries name other files and servers; nested formats are held to the same one
 * - the only protocol is `file`, and the name says it: no http, no concat:, no subfile:
 * - QuickTime's references to other files stay off, as they are by default
 */
export function inputArguments(path: string, format: AudioFormat | ContainerFormat): string[] {
  const demuxer = demuxers[format];
  const references = demuxer === 'mov' ? ['-enable_drefs', '0', '-use_absolute_path', '0'] : [];
  return [
    '-protocol_whitelist',
    'file',
    '-format_whitelist',
    demuxer,
    ...references,
    '-f',
    demuxer,
    '-i',
    `file:${path}`,
  ];
}

/** A file for ffmpeg to read: it jumps back and forth in most containers, so a pipe will not do. */
export async function asFile(
  source: MediaSource,
): Promise<{ readonly path: string; readonly remove: () => Promise<void> }> {
  if (!(source instanceof Uint8Array)) return { path: resolve(source.path), remove: () => Promise.resolve() };
  const folder = await mkdtemp(join(tmpdir(), 'lantern-media-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const path = join(folder, 'input');
    await writeFile(path, source, { mode: 0o600 });
    return { path, remove };
  } catch (cause) {
    await remove();
    throw cause;
  }
}
