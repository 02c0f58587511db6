import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Rng } from '@lantern/core-ml';
import { speechSampleRateHz } from '@lantern/transcribe/speech';
import type { Utterance } from '../../quality/transcribe/read-speech.js';

/**
 * Writes an MP3 of sentences in random order with pauses of 0.2 to 3 s, until it is long enough. Each order is used up before the next.
 * @param ffmpeg a program with LAME
 */
export async function writeLongMp3(
  ffmpeg: string,
  path: string,
  utterances: readonly Utterance[],
  minutes: number,
): Promise<void> {
  const rng = new Rng(1);
  const input = ['-f', 's16le', '-ar', String(speechSampleRateHz), '-ac', '1', '-i', 'pipe:0'];
  const program = spawn(ffmpeg, ['-v', 'error', ...input, '-c:a', 'libmp3lame', '-b:a', '64k', '-y', path], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  const ended = once(program, 'exit');
  const nSamples = minutes * 60 * speechSampleRateHz;
  const order = Uint32Array.from(utterances.keys());
  for (let at = 0, n = 0; at < nSamples; n++) {
    if (n % order.length === 0) rng.shuffle(order);
    const { samples } = utterances[order[n % order.length]!]!;
    const pause = Math.round((0.2 + 2.8 * rng.float()) * speechSampleRateHz);
    const bytes = Buffer.alloc(2 * Math.min(samples.length + pause, nSamples - at));
    for (let i = 0; i < samples.length && 2 * i < bytes.length; i++)
      bytes.writeInt16LE(Math.max(-32_768, Math.min(32_767, Math.round(samples[i]! * 32_768))), 2 * i);
    if (!program.stdin.write(bytes)) await once(program.stdin, 'drain');
    at += bytes.length / 2;
  }
  program.stdin.end();
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}`);
}
