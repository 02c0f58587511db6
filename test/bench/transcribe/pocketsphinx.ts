import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Utterance } from '../../quality/transcribe/read-speech.js';

const models = '/usr/share/pocketsphinx/model/en-us';

/** Whether Debian's packages `pocketsphinx` and `pocketsphinx-en-us` are here. */
export const hasPocketSphinx = (): boolean =>
  spawnSync('pocketsphinx_batch', { stdio: 'ignore' }).error === undefined && existsSync(join(models, 'en-us.lm.bin'));

/**
 * What PocketSphinx hears in sentences, with its own models and settings; two processes share them, as two threads share ours.
 * @param folder empty; files of its own go there
 * @returns texts by the sentences' names, and the time from start to end, models loaded included
 */
export async function hearByPocketSphinx(utterances: readonly Utterance[], folder: string) {
  for (const { name, samples } of utterances) {
    const bytes = Buffer.alloc(samples.length * 2);
    samples.forEach((value, i) =>
      bytes.writeInt16LE(Math.max(-32_768, Math.min(32_767, Math.round(value * 32_768))), 2 * i),
    );
    writeFileSync(join(folder, `${name}.raw`), bytes);
  }
  const started = performance.now();
  await Promise.all([0, 1].map((half) => runHalf(utterances, folder, half)));
  const seconds = (performance.now() - started) / 1000;
  const texts = new Map<string, string>();
  for (const half of [0, 1]) {
    for (const line of readFileSync(join(folder, `${half}.hyp`), 'utf8').split('\n')) {
      const match = /^(.*)\((\S+) -?\d+\)$/.exec(line);
      if (match) texts.set(match[2] ?? '', (match[1] ?? '').trim());
    }
  }
  return { texts, seconds };
}

async function runHalf(utterances: readonly Utterance[], folder: string, half: number): Promise<void> {
  const names = utterances.filter((_, i) => i % 2 === half).map(({ name }) => name);
  writeFileSync(join(folder, `${half}.ctl`), names.join('\n') + '\n');
  const options = {
    adcin: 'yes',
    cepdir: folder,
    cepext: '.raw',
    ctl: join(folder, `${half}.ctl`),
    hyp: join(folder, `${half}.hyp`),
    hmm: join(models, 'en-us'),
    lm: join(models, 'en-us.lm.bin'),
    dict: join(models, 'cmudict-en-us.dict'),
    logfn: '/dev/null',
  };
  const program = spawn(
    'pocketsphinx_batch',
    Object.entries(options).flatMap(([name, value]) => [`-${name}`, value]),
    { stdio: 'ignore' },
  );
  const [code] = (await once(program, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`pocketsphinx_batch ended with ${code}`);
}
