import type { Continuation, ScoreRows, TokenScorer } from './token-scorer.js';

/** Probabilities of the next token after a text; tokens that are not named share what is left. */
export type Table = (text: readonly number[]) => Readonly<Record<number, number>>;

/** A scorer whose probabilities stand in a table. It remembers a text for each row, as a network's memory does. */
export class TabledScorer implements TokenScorer {
  /** How many rows each step had. */
  readonly nRows: number[] = [];
  private texts: readonly (readonly number[])[] = [[]];

  constructor(
    readonly nTokens: number,
    private readonly table: Table,
  ) {}

  async step(continuations: readonly Continuation[]): Promise<ScoreRows> {
    this.nRows.push(continuations.length);
    this.texts = continuations.map(({ parent, token }) => [...(this.texts[parent] ?? []), token]);
    const data = Float32Array.from(this.texts.flatMap((text) => this.row(text.slice(1))));
    return { data, stride: this.nTokens };
  }

  /** Logarithms, moved by a constant: the search has to put rows into proportion itself. */
  private row(text: readonly number[]): number[] {
    const named = this.table(text);
    const left = 1 - Object.values(named).reduce((sum, each) => sum + each, 0);
    const nOthers = this.nTokens - Object.keys(named).length;
    return Array.from(
      { length: this.nTokens },
      (_, token) => 5 + Math.log(named[token] ?? Math.max(left / nOthers, 1e-9)),
    );
  }
}
