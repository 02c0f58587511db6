import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readAudio } from '@lantern/media';
import { speechSampleRateHz } from '@lantern/transcribe/speech';
import { normaliseText } from './normalise.js';

/** A sentence that was read, with what it says. */
export interface Utterance {
  readonly name: string;
  readonly text: string;
  /** Normalised. */
  readonly words: readonly string[];
  /** Mono, 16 kHz. */
  readonly samples: Float32Array;
}

const datasets = process.env['LANTERN_DATASETS'] ?? '';

/** Folder of speech data; undefined where this machine has none. */
export const speechFolder: string | undefined =
  datasets !== '' && existsSync(join(datasets, 'speech', 'read-speech')) ? join(datasets, 'speech') : undefined;

/** Mono sound of a file at 16 kHz. */
export async function readMono(path: string): Promise<Float32Array> {
  const { channels } = await readAudio({ path }, { sampleRateHz: speechSampleRateHz, mono: true });
  return channels[0] ?? new Float32Array(0);
}

/** Every utterance of `read-speech` that has both sound and text, by name. */
export async function readUtterances(folder: string): Promise<Utterance[]> {
  const utterances: Utterance[] = [];
  for (const { path, text } of listUtterances(folder)) {
    utterances.push({
      name: basename(path, '.flac'),
      text,
      words: normaliseText(text),
      samples: await readMono(path),
    });
  }
  return utterances;
}

/** Files of `read-speech` and what they say, by name. */
export function listUtterances(folder: string): { readonly path: string; readonly text: string }[] {
  const sets = readdirSync(join(folder, 'read-speech')).map((set) => join(folder, 'read-speech', set));
  return sets
    .filter((set) => existsSync(join(set, 'manifest.json')))
    .flatMap((set) =>
      readFileSync(join(set, 'manifest.json'), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as { audio_filepath: string; text_no_preprocessing: string })
        .map(({ audio_filepath, text_no_preprocessing }) => ({
          path: join(set, 'flac16k', `${basename(audio_filepath, '.wav')}.flac`),
          text: text_no_preprocessing,
        })),
    )
    .filter(({ path }) => existsSync(path))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Clips without transcripts: every sound under `clips`. */
export function listClips(folder: string): string[] {
  return readdirSync(join(folder, 'clips'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(wav|flac)$/.test(name))
    .sort();
}
