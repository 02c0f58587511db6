import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { MediaError } from '../media-error.js';

const execute = promisify(execFile);

/** An ffmpeg on this machine. Plain data, so that it can be given to a worker thread. */
export interface Ffmpeg {
  /** Where the program lies. */
  readonly program: string;
  readonly version: string;
  /** The first line that it says of itself. */
  readonly banner: string;
  /** How it was found: named by a setting, on the PATH, or in the optional package `@ffmpeg-installer/ffmpeg`. */
  readonly origin: 'setting' | 'path' | 'package';
  /** The ffprobe that belongs to it, where there is one; what it tells is read from ffmpeg's own words otherwise. */
  readonly probeProgram?: string;
  /** util-linux's prlimit, which limits memory, processor time and written files; without it memory is watched only. */
  readonly prlimit?: string;
}

/** What to do where there is none. */
export const FFMPEG_ADVICE =
  'Install ffmpeg (Debian and Ubuntu: apt-get install ffmpeg; macOS: brew install ffmpeg), or name one with LANTERN_FFMPEG, ' +
  'or add the npm package @ffmpeg-installer/ffmpeg, which brings one.';

/**
 * Finds ffmpeg: the program that a setting names, else the one on the PATH, else that of `@ffmpeg-installer/ffmpeg`.
 * @param named the setting `LANTERN_FFMPEG`, where it is set
 * @returns undefined where there is none
 * @throws MediaError('no-ffmpeg') where the setting names a program that does not answer as ffmpeg does
 */
export async function findFfmpeg(named?: string): Promise<Ffmpeg | undefined> {
  if (named !== undefined && named !== '') {
    const found = await describe((await locate(named)) ?? named, 'setting');
    if (!found)
      throw new MediaError(
        'no-ffmpeg',
        `LANTERN_FFMPEG names ${named}, which does not answer as ffmpeg does. ${FFMPEG_ADVICE}`,
      );
    return found;
  }
  const onPath = await locate('ffmpeg');
  const system = onPath === undefined ? undefined : await describe(onPath, 'path');
  if (system) return system;
  const packaged = await packagedProgram();
  return packaged === undefined ? undefined : describe(packaged, 'package');
}

/** The absolute place of a program, as a shell would find it. */
async function locate(name: string): Promise<string | undefined> {
  try {
    const { stdout } = await execute('/bin/sh', ['-c', 'command -v -- "$1"', 'sh', name], { timeout: 5000 });
    const place = stdout.trim();
    return place.startsWith('/') ? place : undefined;
  } catch {
    return undefined;
  }
}

async function describe(program: string, origin: Ffmpeg['origin']): Promise<Ffmpeg | undefined> {
  const banner = await bannerOf(program, 'ffmpeg');
  if (banner === undefined) return undefined;
  const version = banner.split(' ')[2] ?? 'unknown';
  const beside = join(dirname(program), 'ffprobe');
  const probeProgram =
    (await isExecutable(beside)) && (await bannerOf(beside, 'ffprobe')) !== undefined ? beside : undefined;
  const prlimit = process.platform === 'linux' ? await locate('prlimit') : undefined;
  return {
    program,
    version,
    banner,
    origin,
    ...(probeProgram ? { probeProgram } : {}),
    ...(prlimit ? { prlimit } : {}),
  };
}

async function bannerOf(program: string, name: string): Promise<string | undefined> {
  try {
    const { stdout } = await execute(program, ['-version'], { timeout: 10_000 });
    return stdout.startsWith(`${name} version `) ? stdout.split('\n')[0] : undefined;
  } catch {
    return undefined;
  }
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** The optional package; its name is not written as an import, so that its absence is no error of the build. */
async function packagedProgram(): Promise<string | undefined> {
  const name = '@ffmpeg-installer/ffmpeg';
  try {
    const loaded = (await import(name)) as { readonly default?: { readonly path?: unknown } };
    return typeof loaded.default?.path === 'string' ? loaded.default.path : undefined;
  } catch {
    return undefined;
  }
}
