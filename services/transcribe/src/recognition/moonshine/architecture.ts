import type { InferenceSession } from 'onnxruntime-node';

/** Sizes of a Moonshine network, and the tokens that begin and end a text. */
export interface MoonshineArchitecture {
  readonly nLayers: number;
  readonly nHeads: number;
  readonly headSize: number;
}

export const beginToken = 1;
export const endToken = 2;

/** Tokens a second that people do not exceed; the network's own makers stop it there. Short sounds get some more. */
const tokensPerSecond = 6.5;
const tokensMore = 10;

/** Longest text that a sound of so many samples at 16 kHz may have, in tokens. */
export const nMostTokens = (nSamples: number): number => Math.trunc((nSamples / 16_000) * tokensPerSecond) + tokensMore;

/** Fewest samples for which the encoder's first layers have something to look at. */
export const nFewestSamples = 1_600;

const memoryName = /^past_key_values\.(\d+)\.decoder\.key$/;

/** @throws Error where the decoder is not one of Moonshine's merged ones */
export function architectureOf(decoder: InferenceSession): MoonshineArchitecture {
  let nLayers = 0;
  let shape: readonly (number | string)[] = [];
  for (const value of decoder.inputMetadata) {
    if (!memoryName.test(value.name) || !value.isTensor) continue;
    nLayers++;
    shape = value.shape;
  }
  const [, nHeads, , headSize] = shape;
  if (typeof nHeads !== 'number' || typeof headSize !== 'number')
    throw new Error(
      'the decoder has no memory of the form past_key_values.<layer>.decoder.key [text, head, token, value]',
    );
  return { nLayers, nHeads, headSize };
}
