import { designFilter, type PolyphaseFilter, type ResampleQuality } from './filter.js';
import { rateRatio, type RateRatio } from './ratio.js';

/** Input samples that are filtered in one go; bounds what a resampler holds, whatever is pushed. */
const BLOCK = 8192;

/**
 * Changes the rate of one channel, piece by piece; the pieces' sizes make no difference to the samples. Output sample n
 * stands at the time n / toHz of the input: the filter's delay is taken out. Before its beginning and after its end the
 * input counts as silent.
 */
export class Resampler {
  private readonly ratio: RateRatio;
  private readonly filter: PolyphaseFilter;
  /** The input that is still needed; `filled` samples of it. */
  private readonly held: Float64Array;
  private filled: number;
  /** Place in `held` of the first sample that the next output sample sees, and its phase. */
  private start = 0;
  private phase = 0;
  private nIn = 0;
  private nOut = 0;

  /** @throws RangeError for rates that are not whole numbers from 1 to 10 million */
  constructor(fromHz: number, toHz: number, quality: ResampleQuality = 'high') {
    for (const hz of [fromHz, toHz]) {
      if (!Number.isInteger(hz) || hz < 1 || hz > 1e7) throw new RangeError(`a rate of ${hz} Hz cannot be`);
    }
    this.ratio = rateRatio(fromHz, toHz);
    this.filter = filterFor(this.ratio, quality);
    this.held = new Float64Array(this.filter.nTaps + BLOCK);
    this.filled = this.filter.nTaps / 2 - 1; // silence before the beginning
  }

  /** Takes the next samples. @returns the output samples that they complete */
  push(samples: Float32Array): Float32Array {
    this.nIn += samples.length;
    return this.run(samples);
  }

  /** Says that the input has ended. @returns the last output samples; altogether ceil(nIn * toHz / fromHz) */
  flush(): Float32Array {
    const { up, down } = this.ratio;
    const missing = Math.ceil((this.nIn * up) / down) - this.nOut;
    const tail = this.run(new Float32Array(this.filter.nTaps + Math.ceil(down / up)));
    return tail.subarray(0, missing);
  }

  private run(samples: Float32Array): Float32Array {
    const { up, down } = this.ratio;
    const out = new Float32Array(Math.ceil(((samples.length + this.filter.nTaps) * up) / down) + 2);
    let n = 0;
    for (let at = 0; at < samples.length; at += BLOCK) {
      this.hold(samples.subarray(at, at + BLOCK));
      n = this.produce(out, n);
    }
    this.nOut += n;
    return out.subarray(0, n);
  }

  private hold(samples: Float32Array): void {
    // `start` may lie beyond what is there: a step over many input samples.
    const drop = Math.min(this.start, this.filled);
    this.held.copyWithin(0, drop, this.filled);
    this.filled -= drop;
    this.start -= drop;
    this.held.set(samples, this.filled);
    this.filled += samples.length;
  }

  private produce(out: Float32Array, n: number): number {
    const { held, filled } = this;
    const { nTaps, nPhases, taps } = this.filter;
    const { up, down } = this.ratio;
    const exact = nPhases === up;
    const stepWhole = Math.floor(down / up);
    const stepPhase = down % up;
    let { start, phase } = this;
    while (start + nTaps <= filled) {
      out[n++] = exact
        ? dot(held, start, taps, phase * nTaps, nTaps)
        : between(held, start, this.filter, (phase / up) * nPhases);
      start += stepWhole;
      phase += stepPhase;
      if (phase >= up) {
        phase -= up;
        start++;
      }
    }
    this.start = start;
    this.phase = phase;
    return n;
  }
}

/** Four sums side by side: the processor need not wait for one addition to begin the next. */
function dot(a: Float64Array, aStart: number, b: Float64Array, bStart: number, length: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let i = 0; i < length; i += 4) {
    s0 += a[aStart + i]! * b[bStart + i]!;
    s1 += a[aStart + i + 1]! * b[bStart + i + 1]!;
    s2 += a[aStart + i + 2]! * b[bStart + i + 2]!;
    s3 += a[aStart + i + 3]! * b[bStart + i + 3]!;
  }
  return s0 + s1 + (s2 + s3);
}

/** An output sample whose phase lies between two rows of the table. */
function between(held: Float64Array, start: number, { nTaps, taps }: PolyphaseFilter, position: number): number {
  const row = Math.floor(position);
  const lower = dot(held, start, taps, row * nTaps, nTaps);
  const upper = dot(held, start, taps, (row + 1) * nTaps, nTaps);
  return lower + (position - row) * (upper - lower);
}

/** The last filters made: channels of a file share theirs, and most files have the same few rates. */
const filters = new Map<string, PolyphaseFilter>();

function filterFor(ratio: RateRatio, quality: ResampleQuality): PolyphaseFilter {
  const key = `${ratio.up}/${ratio.down}/${quality}`;
  let filter = filters.get(key);
  if (!filter) {
    filter = designFilter(ratio, quality);
    if (filters.size >= 8) filters.delete(filters.keys().next().value ?? '');
    filters.set(key, filter);
  }
  return filter;
}

/** Changes the rate of a whole channel. */
export function resample(samples: Float32Array, fromHz: number, toHz: number, quality?: ResampleQuality): Float32Array {
  if (fromHz === toHz) return samples;
  const resampler = new Resampler(fromHz, toHz, quality);
  const body = resampler.push(samples);
  const tail = resampler.flush();
  const out = new Float32Array(body.length + tail.length);
  out.set(body);
  out.set(tail, body.length);
  return out;
}
