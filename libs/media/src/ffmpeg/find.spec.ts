import { describe, expect, it } from 'vitest';
import { mediaCapabilities } from '../doctor.js';
import { findFfmpeg } from './find.js';

describe('findFfmpeg', () => {
  it.each(['/bin/true', '/nowhere/ffmpeg; touch /tmp/x'])('says what to do where a setting names %s', async (named) => {
    await expect(findFfmpeg(named)).rejects.toMatchObject({
      kind: 'no-ffmpeg',
      message: expect.stringMatching(
        /^LANTERN_FFMPEG names .*does not answer as ffmpeg does.*apt-get.*@ffmpeg-installer/,
      ) as string,
    });
  });
});

describe('mediaCapabilities', () => {
  it('says what is read, by what, and what to install', () => {
    const without = mediaCapabilities(undefined);
    expect(without.images.formats).toContain('jpeg');
    expect(without.images.decoder).toMatch(/^sharp \d+\.\d+.*libvips \d+/);
    expect(without.sound.map(({ format }) => format)).toEqual([
      'wav',
      'mp3',
      'flac',
      'ogg-flac',
      'ogg-vorbis',
      'ogg-opus',
    ]);
    expect(without.ffmpeg).toMatchObject({ found: false, advice: expect.stringContaining('LANTERN_FFMPEG') as string });
    const ffmpeg = {
      program: '/usr/bin/ffmpeg',
      version: '7.1',
      banner: 'ffmpeg version 7.1',
      origin: 'path',
    } as const;
    expect(mediaCapabilities(ffmpeg).ffmpeg).toMatchObject({
      found: true,
      program: '/usr/bin/ffmpeg',
      limits: 'memory is watched',
      probe: "ffmpeg's own words",
    });
  });
});
