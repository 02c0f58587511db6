/** What a compilation is at. */
export type CompileStage = 'find' | 'read' | 'compile' | 'compare' | 'measure';

export interface CompileProgress {
  readonly stage: CompileStage;
  /** Of the stage's parts, where it has any: the files while reading. */
  readonly done: number;
  readonly total: number;
}
