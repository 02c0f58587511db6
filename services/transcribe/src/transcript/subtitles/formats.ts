import type { Transcript } from '../transcript.js';
import { cuesOf } from './cues.js';

export interface SubtitleSettings {
  /** Number of the first cue, AWS's `OutputStartIndex`. @default 0, as on AWS */
  readonly startIndex?: 0 | 1;
}

/**
 * The transcript as SubRip subtitles, or undefined where nothing was said: AWS then writes no file ("Creating video subtitles", AWS's
 * developer guide, read 2026-11).
 */
export function toSubRip(transcript: Transcript, { startIndex = 0 }: SubtitleSettings = {}): string | undefined {
  const cues = cuesOf(transcript);
  if (cues.length === 0) return undefined;
  return cues
    .map(({ startMs, endMs, lines }, i) => {
      const times = `${clock(startMs, ',')} --> ${clock(endMs, ',')}`;
      return `${i + startIndex}\n${times}\n${lines.join('\n')}\n`;
    })
    .join('\n');
}

/** The transcript as WebVTT subtitles, or undefined where nothing was said. Source: W3C, WebVTT, sections 4.1 and 4.2. */
export function toWebVtt(transcript: Transcript, { startIndex = 0 }: SubtitleSettings = {}): string | undefined {
  const cues = cuesOf(transcript);
  if (cues.length === 0) return undefined;
  const blocks = cues.map(({ startMs, endMs, lines }, i) => {
    const times = `${clock(startMs, '.')} --> ${clock(endMs, '.')}`;
    return `${i + startIndex}\n${times}\n${lines.map(escaped).join('\n')}\n`;
  });
  return ['WEBVTT\n', ...blocks].join('\n');
}

/** `00:01:02,345`; hours grow beyond two digits. */
function clock(ms: number, point: ',' | '.'): string {
  const whole = Math.round(ms);
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const seconds = whole / 1000;
  return `${two(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}${point}${String(whole % 1000).padStart(3, '0')}`;
}

/** Signs that begin markup in WebVTT. */
const escaped = (line: string): string => line.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
