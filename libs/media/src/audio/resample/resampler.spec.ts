import { describe, expect, it } from 'vitest';
import { besselI0 } from './kaiser.js';
import { rateRatio } from './ratio.js';
import { resample, Resampler } from './resampler.js';

const sine = (hz: number, rateHz: number, nSamples: number) =>
  Float32Array.from({ length: nSamples }, (_, n) => Math.sin((2 * Math.PI * hz * n) / rateHz));

/** Amplitude of a sine in the middle of a signal, by least squares, and the root mean square of what is left over. */
function fitSine(signal: Float32Array, hz: number, rateHz: number) {
  const from = Math.floor(signal.length * 0.2);
  const to = Math.ceil(signal.length * 0.8);
  let [cc, cs, ss, xc, xs] = [0, 0, 0, 0, 0];
  for (let n = from; n < to; n++) {
    const [c, s, x] = [
      Math.cos((2 * Math.PI * hz * n) / rateHz),
      Math.sin((2 * Math.PI * hz * n) / rateHz),
      signal[n]!,
    ];
    cc += c * c;
    cs += c * s;
    ss += s * s;
    xc += x * c;
    xs += x * s;
  }
  const determinant = cc * ss - cs * cs;
  const [a, b] = [(xc * ss - xs * cs) / determinant, (xs * cc - xc * cs) / determinant];
  let rest = 0;
  for (let n = from; n < to; n++) {
    rest +=
      (signal[n]! - a * Math.cos((2 * Math.PI * hz * n) / rateHz) - b * Math.sin((2 * Math.PI * hz * n) / rateHz)) ** 2;
  }
  return { amplitude: Math.hypot(a, b), sinePart: b, rest: Math.sqrt(rest / (to - from)) };
}
const rms = (signal: Float32Array) => {
  const middle = signal.subarray(Math.floor(signal.length * 0.2), Math.ceil(signal.length * 0.8));
  return Math.sqrt(middle.reduce((sum, x) => sum + x * x, 0) / middle.length);
};
const decibels = (ratio: number) => 20 * Math.log10(ratio);
const pairs = [
  [48_000, 16_000],
  [44_100, 16_000],
  [8_000, 16_000],
  [22_050, 16_000],
  [16_000, 8_000],
  [24_000, 44_100],
  // Prime to each other: 16,000 phases, between the rows of a coarser table.
  [47_999, 16_000],
] as const;

describe('a resampler', () => {
  it.each(pairs)('%i to %i Hz: the pass band is flat within 0.001 dB, in phase', (from, to) => {
    const edge = (Math.min(from, to) / 2) * 0.91;
    for (const part of [0.02, 0.3, 0.7, 0.9, 0.99]) {
      const hz = edge * part;
      const { amplitude, sinePart } = fitSine(resample(sine(hz, from, from / 4), from, to), hz, to);
      expect(Math.abs(decibels(amplitude)), `${hz} Hz`).toBeLessThan(0.001);
      // All of it is the sine that went in: no delay.
      expect(sinePart).toBeGreaterThan(0.9998);
    }
  });

  it.each(pairs)('%i to %i Hz: what could alias, and images, are below -100 dB', (from, to) => {
    if (to < from) {
      for (const part of [1.001, 1.05, 1.3, 1.9]) {
        const hz = (to / 2) * part;
        if (hz >= from / 2) continue;
        expect(decibels(rms(resample(sine(hz, from, from / 4), from, to)) * Math.SQRT2), `${hz} Hz`).toBeLessThan(-100);
      }
    }
    for (const part of [0.1, 0.6, 0.9]) {
      const hz = (Math.min(from, to) / 2) * part;
      const { amplitude, rest } = fitSine(resample(sine(hz, from, from / 4), from, to), hz, to);
      expect(decibels((rest * Math.SQRT2) / amplitude), `${hz} Hz`).toBeLessThan(-100);
    }
  });

  it('fast: 80 dB, flat to 0.85', () => {
    const flat = fitSine(resample(sine(6_800, 48_000, 12_000), 48_000, 16_000, 'fast'), 6_800, 16_000);
    expect(Math.abs(decibels(flat.amplitude))).toBeLessThan(0.005);
    expect(decibels(rms(resample(sine(8_050, 48_000, 12_000), 48_000, 16_000, 'fast')) * Math.SQRT2)).toBeLessThan(-80);
  });

  it('gives the same samples whatever the pieces', () => {
    const input = Float32Array.from({ length: 20_000 }, (_, n) => Math.sin(n * n * 1e-5) + ((n * 7919) % 13) / 26);
    for (const [from, to] of [...pairs, [192_000, 8_000], [8_000, 48_000]] as const) {
      const whole = resample(input, from, to);
      expect(whole.length).toBe(Math.ceil((input.length * to) / from));
      for (const size of [7, 1000, 19_999]) {
        const resampler = new Resampler(from, to);
        const pieces: Float32Array[] = [];
        for (let at = 0; at < input.length; at += size) pieces.push(resampler.push(input.subarray(at, at + size)));
        pieces.push(resampler.flush());
        const joined = Buffer.concat(pieces.map((p) => Buffer.from(p.buffer, p.byteOffset, p.byteLength)));
        expect(
          Buffer.compare(joined, Buffer.from(whole.buffer, whole.byteOffset, whole.byteLength)),
          `${from} ${to} ${size}`,
        ).toBe(0);
      }
    }
  });

  it('keeps a constant and the place of an impulse', () => {
    const constant = resample(new Float32Array(9600).fill(0.25), 48_000, 16_000);
    for (const value of constant.subarray(400, 2800)) expect(Math.abs(value - 0.25)).toBeLessThan(1e-7);
    const impulse = new Float32Array(4800);
    impulse[3000] = 1;
    const out = resample(impulse, 48_000, 16_000);
    expect(out.indexOf(Math.max(...out))).toBe(1000);
  });

  it('takes nothing, little, and odd rates', () => {
    expect(resample(new Float32Array(0), 44_100, 16_000).length).toBe(0);
    expect(resample(new Float32Array(1), 44_100, 16_000).length).toBe(1);
    expect(resample(new Float32Array(100), 47_999, 16_001).length).toBe(34);
    expect(() => new Resampler(0, 16_000)).toThrow(RangeError);
    expect(() => new Resampler(44_100.5, 16_000)).toThrow(RangeError);
  });
});

describe('rateRatio', () => {
  it('is in lowest terms for the rates in use', () => {
    expect(rateRatio(44_100, 16_000)).toEqual({ up: 160, down: 441 });
    expect(rateRatio(8_000, 16_000)).toEqual({ up: 2, down: 1 });
    expect(rateRatio(11_025, 48_000)).toEqual({ up: 640, down: 147 });
    expect(rateRatio(16_000, 16_000)).toEqual({ up: 1, down: 1 });
    expect(rateRatio(47_999, 16_000)).toEqual({ up: 16_000, down: 47_999 });
  });
});

describe('besselI0', () => {
  it('has the published values', () => {
    // Abramowitz and Stegun, table 9.8: I0(1), and I0(10) = e^10 * 0.12783 33372.
    expect(besselI0(1)).toBeCloseTo(1.2660658778, 10);
    expect(besselI0(10) / Math.exp(10)).toBeCloseTo(0.1278333372, 10);
  });
});
