// Work that computes without a pause. Run by run-in-thread.spec.ts.
import { JobFailure } from '../records/job-errors.js';
import { serveThread } from './serve-thread.js';

export type Burning =
  | { readonly kind: 'burn'; readonly ms: number; readonly isDeaf?: boolean }
  | { readonly kind: 'fail'; readonly isFailure: boolean }
  | { readonly kind: 'exit' }
  | { readonly kind: 'fill' };

serveThread<Burning, number>((work, { isCutOff, progress }) => {
  if (work.kind === 'fail') throw work.isFailure ? new JobFailure('No documents.') : new TypeError('bad shape');
  if (work.kind === 'exit') process.exit(3);
  if (work.kind === 'fill') {
    const kept: number[][] = [];
    for (;;) kept.push(new Array<number>(1e5).fill(kept.length));
  }
  const until = performance.now() + work.ms;
  let sum = 0;
  for (let round = 0; performance.now() < until; round++) {
    for (let index = 1; index < 1e5; index++) sum += 1 / index;
    if (round % 10 === 0) progress(round);
    if (!work.isDeaf && isCutOff()) throw new Error('cut off');
  }
  return sum;
});
