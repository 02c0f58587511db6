/** The mean of all channels; the channel itself where there is one. */
export function mixToMono(channels: readonly Float32Array[]): Float32Array {
  const [first] = channels;
  if (!first) throw new RangeError('no channels to mix');
  if (channels.length === 1) return first;
  const mono = new Float32Array(first.length);
  for (const channel of channels) for (let i = 0; i < mono.length; i++) mono[i]! += channel[i]!;
  const share = 1 / channels.length;
  for (let i = 0; i < mono.length; i++) mono[i]! *= share;
  return mono;
}

/** @param interleaved [frame, channel] @returns [channel][frame]; a last frame that is not whole is dropped */
export function deinterleave(interleaved: Float32Array, nChannels: number): Float32Array[] {
  const nFrames = Math.floor(interleaved.length / nChannels);
  return Array.from({ length: nChannels }, (_, c) => {
    const channel = new Float32Array(nFrames);
    for (let i = 0, at = c; i < nFrames; i++, at += nChannels) channel[i] = interleaved[at]!;
    return channel;
  });
}

/** @param channels [channel][frame] @returns [frame, channel] */
export function interleave(channels: readonly Float32Array[]): Float32Array {
  const nFrames = channels[0]?.length ?? 0;
  const interleaved = new Float32Array(nFrames * channels.length);
  for (const [c, channel] of channels.entries()) {
    for (let i = 0, at = c; i < nFrames; i++, at += channels.length) interleaved[at] = channel[i]!;
  }
  return interleaved;
}
