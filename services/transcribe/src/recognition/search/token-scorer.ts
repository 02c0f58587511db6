/** A way to continue a text. */
export interface Continuation {
  /** Row of the last step that it continues; 0 before the first. */
  readonly parent: number;
  readonly token: number;
}

/** A network that says what comes next, with a memory for each text that it is asked about. */
export interface TokenScorer {
  /** Tokens that may come out, from 0 on. */
  readonly nTokens: number;
  /**
   * Takes one token for each text, and forgets the texts that none of them continues.
   * @returns [row, token], rows one after the other, of at least `nTokens` each; scores whose exponentials are in proportion to
   * probabilities (over whole rows). They belong to the scorer and are overwritten by the next step.
   */
  step(continuations: readonly Continuation[]): Promise<ScoreRows>;
}

export interface ScoreRows {
  readonly data: Float32Array;
  /** Length of a row. */
  readonly stride: number;
}

/** What is expected of a text beyond what the network hears: phrases, a language model. States are values. */
export interface TokenBias<State> {
  readonly start: State;
  /** Tokens which gain by this bias after a state; they are tried even where the network finds them unlikely. */
  favourites(state: State): Iterable<number>;
  /** Natural logarithm that a token gains, and the state after it. */
  advance(state: State, token: number): { readonly state: State; readonly gain: number };
  /** What a text gains where it ends. */
  finish(state: State): number;
}
