import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mountedServices } from '@lantern/gateway';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..', '..');
const tracked = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).split('\n').filter(Boolean);
const read = (path: string) => readFileSync(join(root, path), 'utf8');

const acceptedLicences = new Set([
  'MIT',
  'Apache-2.0',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'Python-2.0',
  'PostgreSQL',
  'Unlicense',
  'MPL-2.0',
  // Used as they are published, as libraries of their own that whoever runs the suite can replace (libvips, codec-parser).
  'LGPL-3.0-or-later',
]);

describe('the repository', () => {
  it('keeps files small enough to read', () => {
    const long = tracked
      .filter((path) => path.endsWith('.ts') && !path.includes('/src/api/') && existsSync(join(root, path)))
      .map((path) => ({ path, lines: read(path).split('\n').length }))
      .filter(({ path, lines }) => lines > (path.endsWith('.spec.ts') ? 800 : 500));
    expect(tracked.length).toBeGreaterThan(100);
    expect(long).toEqual([]);
  });

  it('gives every package a README', () => {
    const packages = tracked.filter((path) => /^(libs|services|apps)\/[^/]+\/package\.json$/.test(path));
    expect(packages.length).toBeGreaterThan(15);
    expect(packages.filter((path) => !existsSync(join(root, path, '..', 'README.md')))).toEqual([]);
  });

  it('depends only on packages under accepted licences', () => {
    const lock = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { license?: string; dev?: boolean; link?: boolean }>;
    };
    const unknown = Object.entries(lock.packages)
      .filter(([path, { link }]) => path.startsWith('node_modules/') && !link)
      .map(([path, { license }]) => `${path.replace(/^.*node_modules\//, '')}: ${license}`)
      .filter((entry) => {
        const licences = entry.split(': ')[1]?.replace(/[()]/g, '').split(' OR ')[0]?.split(' AND ') ?? [];
        return licences.length === 0 || licences.some((licence) => !acceptedLicences.has(licence));
      });
    expect(unknown).toEqual([]);
  });

  it('mounts a table for each of the seven services', () => {
    const mounted = new Set(mountedServices.map(({ api }) => api.name));
    for (const service of [
      'rekognition',
      'comprehend',
      'transcribe',
      'polly',
      'translate',
      'personalize',
      'forecast',
    ]) {
      expect(mounted).toContain(service);
    }
  });

  it('gives every operation a handler or a reason', () => {
    const silent = mountedServices.flatMap(({ api, table }) =>
      Object.keys(api.operations).filter((name) => {
        const entry = table[name];
        return entry === undefined || (typeof entry !== 'function' && entry.notImplemented.length < 10);
      }),
    );
    expect(silent).toEqual([]);
  });

  it('keeps data sets and build output out', () => {
    expect(tracked.filter((path) => /(^|\/)(dist|node_modules)\/|\.(xz|parquet|zip|tgz)$/.test(path))).toEqual([]);
  });
});
