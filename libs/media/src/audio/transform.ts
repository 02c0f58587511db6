import { MediaError } from '../media-error.js';
import type { AudioStream } from './audio.js';
import { mixToMono } from './channels.js';
import type { ResampleQuality } from './resample/filter.js';
import { Resampler } from './resample/resampler.js';

/** The same sound, its channels mixed into one. */
export function toMono(stream: AudioStream): AudioStream {
  if (stream.nChannels === 1) return stream;
  async function* chunks() {
    for await (const channels of stream.chunks) yield [mixToMono(channels)];
  }
  return { ...stream, nChannels: 1, chunks: chunks() };
}

/** The same sound at another rate. */
export function toRate(stream: AudioStream, sampleRateHz: number, quality: ResampleQuality = 'high'): AudioStream {
  if (stream.sampleRateHz === sampleRateHz) return stream;
  async function* chunks() {
    const resamplers = Array.from(
      { length: stream.nChannels },
      () => new Resampler(stream.sampleRateHz, sampleRateHz, quality),
    );
    for await (const channels of stream.chunks) {
      const changed = channels.map((channel, c) => resamplers[c]!.push(channel));
      if (changed[0]!.length > 0) yield changed;
    }
    const rest = resamplers.map((resampler) => resampler.flush());
    if (rest[0]!.length > 0) yield rest;
  }
  return { ...stream, sampleRateHz, chunks: chunks() };
}

/** The same sound, ended by an error where it is longer than it may be. */
export function limited(stream: AudioStream, maxDurationMs: number): AudioStream {
  const maxSamples = (maxDurationMs / 1000) * stream.sampleRateHz;
  const refuse = () =>
    new MediaError('too-large', `The sound is longer than ${maxDurationMs / 1000} s, which is the most accepted.`);
  // A header that is out by a little is no reason; the samples decide.
  if ((stream.durationMs ?? 0) > maxDurationMs * 1.1) throw refuse();
  async function* chunks() {
    let n = 0;
    for await (const channels of stream.chunks) {
      n += channels[0]!.length;
      if (n > maxSamples) throw refuse();
      yield channels;
    }
  }
  return { ...stream, chunks: chunks() };
}
