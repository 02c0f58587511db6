import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { env } from 'onnxruntime-node';
import type { LoadProblem, LoadRequest } from '../runtime/load-request.js';

/** What trying a model in a process of its own showed: nothing wrong, or why it must not be loaded. */
export type Verdict = { readonly isSafe: true } | ({ readonly isSafe: false } & LoadProblem);

/** A verdict holds for these bytes in this version of the runtime, with its graph rewritten in this way. */
export const verdictKey = ({ digest, options }: LoadRequest): string =>
  `${digest} onnxruntime-${env.versions.node ?? env.versions.common} ${options.optimisation ?? 'all'}`;

/** Failures that belong to the model's bytes; others belong to the machine of that moment, or to what the caller asked. */
const lasting: ReadonlySet<string> = new Set(['rejected', 'unsupported', 'crash']);

/** Remembers verdicts, in a file where one is named: a line of JSON for each, so that processes may add to it side by side. */
export class Verdicts {
  private readonly known = new Map<string, Verdict>();
  private loaded: Promise<void> | undefined;

  constructor(private readonly path: string | undefined) {}

  async get(key: string): Promise<Verdict | undefined> {
    await (this.loaded ??= this.read());
    return this.known.get(key);
  }

  /** Remembers a verdict that will be the same next time; others are dropped. */
  async set(key: string, verdict: Verdict): Promise<void> {
    if (!verdict.isSafe && !lasting.has(verdict.reason)) return;
    this.known.set(key, verdict);
    if (this.path === undefined) return;
    await mkdir(dirname(this.path), { recursive: true });
    await appendFile(this.path, `${JSON.stringify({ key, ...verdict })}\n`);
  }

  private async read(): Promise<void> {
    if (this.path === undefined) return;
    const lines = await readFile(this.path, 'utf8').catch(() => '');
    for (const line of lines.split('\n')) {
      const entry = parseLine(line);
      if (entry) this.known.set(entry.key, entry.verdict);
    }
  }
}

/** A line may have been cut by a crash: what cannot be read is tried again. */
function parseLine(line: string): { key: string; verdict: Verdict } | undefined {
  try {
    const { key, isSafe, reason, message } = JSON.parse(line) as Partial<Record<string, unknown>>;
    if (typeof key !== 'string') return undefined;
    if (isSafe === true) return { key, verdict: { isSafe } };
    if (isSafe !== false || typeof message !== 'string' || typeof reason !== 'string' || !lasting.has(reason))
      return undefined;
    // The set holds load failures only.
    return { key, verdict: { isSafe, reason: reason as LoadProblem['reason'], message } };
  } catch {
    return undefined;
  }
}
