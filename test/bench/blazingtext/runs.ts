import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { blazingText, encodeArtifact, parseHyperparameters, Rng, trainClassifier } from '@lantern/core-ml';
import type { Task } from './tasks.js';

/** Seconds from the file of lines to the saved model, and the share of test lines that are right. */
export interface Run {
  readonly seconds: number;
  readonly accuracy: number;
}

/** Ours: reads the file, trains, writes the artifact. Node itself is running already (about 0.05 s). */
export async function runOurs(task: Task, threads: number, epochs: number): Promise<Run> {
  return inFolder(task, async (folder) => {
    const start = performance.now();
    const values = parseHyperparameters(blazingText.hyperparameters, {
      mode: 'supervised',
      epochs: String(epochs),
      learning_rate: String(task.learningRate),
      vector_dim: String(task.dim),
      word_ngrams: String(task.wordNgrams),
      min_char: String(task.minChar),
      max_char: String(task.maxChar),
      buckets: String(task.buckets),
      min_count: '1',
    });
    const train = { contentType: 'text/plain', files: [readFileSync(join(folder, 'train.txt'))] };
    const model = await trainClassifier({ train }, values, {
      rng: new Rng(1),
      signal: new AbortController().signal,
      threads,
      checkpoint: async () => undefined,
      report: () => undefined,
    });
    writeFileSync(join(folder, 'ours'), encodeArtifact(model.save()));
    const seconds = (performance.now() - start) / 1000;
    const lines = task.test.trimEnd().split('\n');
    const right = lines.filter((line) => {
      const space = line.indexOf(' ');
      return model.top(line.slice(space + 1), 1).label[0] === line.slice(0, space);
    });
    return { seconds, accuracy: right.length / lines.length };
  });
}

/** The peer: Debian's fasttext 0.9.2, the whole process. It writes the model and also the word vectors as text. */
export async function runPeer(task: Task, threads: number, epochs: number): Promise<Run> {
  return inFolder(task, async (folder) => {
    const options = {
      ...{ input: 'train.txt', output: 'peer', epoch: epochs, lr: task.learningRate, dim: task.dim, minCount: 1 },
      ...{ wordNgrams: task.wordNgrams, minn: task.minChar, maxn: task.maxChar, bucket: task.buckets, thread: threads },
    };
    const flags = Object.entries(options).flatMap(([name, value]) => [`-${name}`, String(value)]);
    const start = performance.now();
    execFileSync('fasttext', ['supervised', ...flags], { cwd: folder, stdio: 'ignore' });
    const seconds = (performance.now() - start) / 1000;
    const lines = task.test.trimEnd().split('\n');
    const answers = execFileSync('fasttext', ['predict', 'peer.bin', 'test.txt'], { cwd: folder, encoding: 'utf8' });
    const right = answers
      .trimEnd()
      .split('\n')
      .filter((label, i) => lines[i]!.startsWith(`${label} `));
    return { seconds, accuracy: right.length / lines.length };
  });
}

async function inFolder(task: Task, work: (folder: string) => Promise<Run>): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'blazingtext-bench-'));
  try {
    writeFileSync(join(folder, 'train.txt'), task.train);
    // fasttext predict must not see the label as a word.
    writeFileSync(join(folder, 'test.txt'), task.test.replace(/^__label__\S+ /gm, ''));
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
