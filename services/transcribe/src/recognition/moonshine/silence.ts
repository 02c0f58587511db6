/** About -70 dB of full scale: below the noise of any microphone, above that of rounding to 16 bits. */
const silentPeak = 3e-4;

/** Whether a sound is too soft for anything to be heard in it; networks write words for some such sounds. */
export function isSilent(samples: Float32Array): boolean {
  for (const sample of samples) if (Math.abs(sample) > silentPeak) return false;
  return true;
}
