/**
 * Why a run is cut off: its user stops it, another worker has the job, it takes too long, or the worker closes. A job of
 * a worker that closes goes on elsewhere.
 */
export type CutOff = 'stop' | 'superseded' | 'timeout' | 'closing';

/** The reason of a run's signal. A runner that was told to stop may still write what it has, then throws this. */
export class JobCutOff extends Error {
  // As the platform's own reasons are called, so that what passes the signal on takes it for one.
  override readonly name = 'AbortError';

  constructor(readonly why: CutOff) {
    super(`The job was cut off: ${why}`);
  }
}
