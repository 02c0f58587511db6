import type { TokenBias } from '../search/token-scorer.js';

/** A phrase in tokens. */
export interface TokenPhrase {
  readonly tokens: readonly number[];
  /** Natural logarithm that each of its tokens gains. */
  readonly boost: number;
}

interface Node {
  readonly children: Map<number, Node>;
  /** The longest proper ending of this node's tokens that begins a phrase. */
  fail: Node | undefined;
  /** Gains from the root to here. */
  readonly credit: number;
  /** Whether a phrase ends here. */
  isEnd: boolean;
}

/** How far phrases match at the end of a text. */
export interface PhraseState {
  readonly node: Node;
  /** Gains that are taken back where the phrase does not go on. */
  readonly owed: number;
}

/** What of a token matters for where words begin and end. */
export interface TokenShape {
  /** Whether a word begins with it. */
  readonly beginsWord: boolean;
  /** Whether it has no letters or digits: a word may end before it. */
  readonly isPunctuation: boolean;
}

/**
 * Prefers phrases: each token that continues one gains at once, so that the beam does not lose it; what was gained is taken back where
 * the phrase breaks off or goes on inside a longer word. An automaton of Aho and Corasick (1975) follows all phrases together.
 */
export class PhraseBias implements TokenBias<PhraseState> {
  readonly start: PhraseState;
  private readonly root: Node = { children: new Map(), fail: undefined, credit: 0, isEnd: false };

  constructor(
    phrases: readonly TokenPhrase[],
    private readonly shapeOf: (token: number) => TokenShape,
  ) {
    for (const phrase of phrases) this.add(phrase);
    this.linkFailures();
    this.start = { node: this.root, owed: 0 };
  }

  *favourites({ node }: PhraseState): Iterable<number> {
    for (let at: Node | undefined = node; at; at = at.fail) yield* at.children.keys();
  }

  advance({ node, owed }: PhraseState, token: number): { state: PhraseState; gain: number } {
    const { beginsWord, isPunctuation } = this.shapeOf(token);
    const kept = beginsWord || isPunctuation ? creditKept(node, owed) : 0;
    const child = node.children.get(token);
    if (child) {
      const step = child.credit - node.credit;
      return { state: { node: child, owed: (node.isEnd && kept > 0 ? 0 : owed) + step }, gain: step };
    }
    let from = node.fail;
    while (from && !from.children.has(token)) from = from.fail;
    const next = from?.children.get(token) ?? this.root;
    return { state: { node: next, owed: next.credit }, gain: next.credit - owed + kept };
  }

  finish({ node, owed }: PhraseState): number {
    return creditKept(node, owed) - owed;
  }

  /** Phrases that begin alike share the larger gain. */
  private add({ tokens, boost }: TokenPhrase): void {
    let node = this.root;
    for (const token of tokens) {
      let child = node.children.get(token);
      if (!child) {
        child = { children: new Map(), fail: undefined, credit: node.credit + boost, isEnd: false };
        node.children.set(token, child);
      }
      node = child;
    }
    if (node !== this.root) node.isEnd = true;
  }

  private linkFailures(): void {
    const queue: Node[] = [this.root];
    for (const node of queue)
      for (const [token, child] of node.children) {
        let from = node.fail;
        while (from && !from.children.has(token)) from = from.fail;
        child.fail = from?.children.get(token) ?? this.root;
        queue.push(child);
      }
  }
}

/** Gains that stay where a word ends: those of the longest phrase that ends here, which may lie inside one that does not. */
function creditKept(node: Node, owed: number): number {
  for (let at: Node | undefined = node; at; at = at.fail) if (at.isEnd) return Math.min(at.credit, owed);
  return 0;
}
