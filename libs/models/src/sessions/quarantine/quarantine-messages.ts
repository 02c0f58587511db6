import type { LoadProblem, LoadRequest } from '../runtime/load-request.js';

/** What the quarantine asks its child: try this model. */
export interface Trial {
  readonly trial: number;
  readonly request: LoadRequest;
}

/** What the child says once, when it can be asked. */
export const childIsReady = 'ready';

/** What the child answers; it ends itself where a model takes more memory than it may. */
export interface TrialResult {
  readonly trial: number;
  /** Absent where the model loads and runs. */
  readonly problem?: LoadProblem;
}
