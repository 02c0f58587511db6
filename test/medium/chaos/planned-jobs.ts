import { createHash } from 'node:crypto';
import { seeded } from '../../support/malformed.js';

/** How a job is meant to go. */
export type Fate = 'good' | 'large' | 'no-input' | 'no-output' | 'stopped';

/** A job before it is started. */
export interface PlannedJob {
  /** Names the start: sent again after a failure, it is the same job. */
  readonly token: string;
  readonly fate: Fate;
  readonly input: string;
  readonly output: string;
}

export const sentence = 'Gestern Abend haben wir zusammen ein ausgezeichnetes Abendessen gekocht.';

/** Lines of the inputs. */
export const inputs = { small: 20, large: 3_000, endless: 60_000 } as const;

const places: Readonly<Record<Fate, Pick<PlannedJob, 'input' | 'output'>>> = {
  good: { input: 's3://documents/small', output: 's3://results/r' },
  large: { input: 's3://documents/large', output: 's3://results/r' },
  'no-input': { input: 's3://documents/none/', output: 's3://results/r' },
  'no-output': { input: 's3://documents/small', output: 's3://no-such-bucket/r' },
  stopped: { input: 's3://documents/endless', output: 's3://results/r' },
};

/** Jobs of mixed outcome; the same seed plans the same ones. */
export function planJobs(n: number, seed: string): PlannedJob[] {
  const random = seeded(seed);
  return Array.from({ length: n }, (_, i) => {
    const drawn = random();
    const fate: Fate =
      drawn < 0.6
        ? 'good'
        : drawn < 0.75
          ? 'large'
          : drawn < 0.85
            ? 'no-input'
            : drawn < 0.93
              ? 'no-output'
              : 'stopped';
    const token = createHash('sha256').update(`${seed} ${i}`).digest('hex').slice(0, 32);
    return { token, fate, ...places[fate] };
  });
}

/** The states in which a job of this fate may end. One that is stopped may have ended before. */
export const ends: Readonly<Record<Fate, readonly string[]>> = {
  good: ['COMPLETED'],
  large: ['COMPLETED'],
  'no-input': ['FAILED'],
  'no-output': ['FAILED'],
  stopped: ['STOPPED', 'COMPLETED'],
};

/** How many lines the archive of a job of this fate has when it has completed. */
export const nLines: Readonly<Record<Fate, number>> = {
  good: inputs.small,
  large: inputs.large,
  'no-input': 0,
  'no-output': 0,
  stopped: inputs.endless,
};
