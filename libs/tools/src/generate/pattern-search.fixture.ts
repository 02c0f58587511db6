import { Worker } from 'node:worker_threads';

/** Strings that start like what the models' patterns expect, repeat, and end in what none of them admits. */
const prefixes = ['', 'arn:aws:sagemaker:us-east-1:123456789012:', 'https://', 's3://', '123456789012.dkr.ecr.'];
const repeated = ['a', '0', '-', '.', 'a-', 'a.', 'a/', ' ', 'aA0', '-a0'];
const hostile = prefixes.flatMap((prefix) => repeated.map((unit) => `${prefix}${unit.repeat(60)}\u2028`));

const search = `
  const { workerData, parentPort } = require('node:worker_threads');
  for (const pattern of workerData.patterns) {
    parentPort.postMessage(pattern);
    const whole = new RegExp('^(?:' + pattern + ')$', 'u');
    for (const text of workerData.hostile) whole.test(text);
  }
  parentPort.postMessage(null);`;

/**
 * Matches every pattern against every hostile string and returns the pattern that did not end within `patienceMs`, or
 * undefined when all ended. Exponential matching takes longer than any patience, so a slow machine changes no verdict.
 */
export function findEndless(patterns: readonly string[], patienceMs: number): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(search, { eval: true, workerData: { patterns, hostile } });
    let current: string | undefined;
    let timer: NodeJS.Timeout | undefined;
    const finish = (verdict: string | undefined) => {
      clearTimeout(timer);
      void worker.terminate().then(() => resolve(verdict));
    };
    worker.on('message', (pattern: string | null) => {
      clearTimeout(timer);
      if (pattern === null) return finish(undefined);
      current = pattern;
      timer = setTimeout(() => finish(current), patienceMs);
    });
    worker.on('error', reject);
  });
}
