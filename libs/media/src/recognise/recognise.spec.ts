import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { id3Size, readMpegFrame } from './mpeg-audio.js';
import { recognise } from './recognise.js';

const bytes = (text: string) => Buffer.from(text, 'latin1');
const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const fixture = (name: string) => readFileSync(join(import.meta.dirname, '..', '..', 'fixtures', name));
const isoMedia = (...brands: string[]) => {
  const box = bytes(`\0\0\0\0ftyp${brands[0]}\0\0\0\0${brands.join('')}`);
  box.writeUInt32BE(box.length, 0);
  return Buffer.concat([box, bytes('\0\0\0\u0008mdat')]);
};

describe('recognise', () => {
  it.each([
    ['jpeg', hex('ffd8ffe0 0010')],
    ['png', hex('89504e470d0a1a0a 0000')],
    ['webp', bytes('RIFF\u0001\0\0\0WEBPVP8 ')],
    ['gif', bytes('GIF89a')],
    ['tiff', hex('49492a00 08000000')],
    ['avif', isoMedia('avif', 'mif1')],
    ['avif', isoMedia('mif1', 'avif')],
    ['heic', isoMedia('heic', 'mif1')],
    ['svg', bytes('<?xml version="1.0"?><!-- a --><svg width="1">')],
    ['wav', bytes('RIFF\u0001\0\0\0WAVEfmt ')],
    ['wav', bytes('RF64\u00ff\u00ff\u00ff\u00ffWAVEds64')],
    ['aiff', bytes('FORM\0\0\0\u0001AIFF')],
    ['amr', bytes('#!AMR-WB\n')],
    ['mp4', isoMedia('isom', 'mp42')],
    ['mp4', isoMedia('M4A ')],
    ['mp4', isoMedia('qt  ')],
    ['mp4', bytes('\0\0\0\u0008wide\0\0\0\0mdat')],
    ['matroska', hex('1a45dfa3 9f4286810142')],
    ['avi', bytes('RIFF\u0001\0\0\0AVI LIST')],
    ['ogg', bytes(`OggS\0\u0002${'\0'.repeat(20)}\u0001\u0007\u0080theora`)],
  ])('knows %s', (format, head) => {
    expect(recognise(head)?.format).toBe(format);
  });

  it.each([
    ['mono.mp3', 'mp3'],
    ['stereo.mp3', 'mp3'],
    ['mono.flac', 'flac'],
    ['flac.oga', 'ogg-flac'],
    ['stereo.ogg', 'ogg-vorbis'],
    ['stereo.opus', 'ogg-opus'],
    ['mono.m4a', 'mp4'],
  ])('knows %s', (name, format) => {
    expect(recognise(fixture(name).subarray(0, 4096))?.format).toBe(format);
  });

  it('looks behind tags, and past what an editor left of a frame', () => {
    const frames = fixture('mono.mp3').subarray(id3Size(fixture('mono.mp3')));
    const tag = Buffer.concat([bytes('ID3\u0004\0\0\0\0\u0001\u0000'), Buffer.alloc(128)]);
    expect(id3Size(tag)).toBe(138);
    expect(recognise(Buffer.concat([tag, frames]))?.format).toBe('mp3');
    expect(recognise(Buffer.concat([tag, fixture('mono.flac')]))?.format).toBe('flac');
    expect(recognise(frames.subarray(50))?.format).toBe('mp3');
  });

  it.each([
    ['a playlist', bytes('#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1/a.ts')],
    ['a list of files', bytes("ffconcat version 1.0\nfile '/etc/passwd'")],
    ['text', bytes('hello')],
    ['nothing', Buffer.alloc(0)],
    ['zeros', Buffer.alloc(5000)],
    ['ones', Buffer.alloc(5000, 255)],
    ['HTML', bytes('<!DOCTYPE html><html><body>svg</body></html>')],
  ])('knows nothing in %s', (_, head) => {
    expect(recognise(head)).toBeUndefined();
  });

  it('seldom takes noise for sound', () => {
    let seed = 42;
    const noise = () =>
      Buffer.from(Uint8Array.from({ length: 4096 }, () => (seed = (seed * 48_271) % 2_147_483_647) & 255));
    const taken = Array.from({ length: 300 }, () => recognise(noise())).filter(Boolean);
    expect(taken.length).toBeLessThan(6);
  });
});

describe('an MPEG audio frame', () => {
  // Worked out by hand: 144 * 128000 / 44100 = 417.96, with padding 418; layer 2 at 48 kHz and 192 kbit/s: 576.
  it.each([
    ['fffb9000', { layer: 3, sampleRateHz: 44_100, nChannels: 2, sizeBytes: 417 }],
    ['fffb92c0', { layer: 3, sampleRateHz: 44_100, nChannels: 1, sizeBytes: 418 }],
    ['fffda400', { layer: 2, sampleRateHz: 48_000, nChannels: 2, sizeBytes: 576 }],
    ['fff380c0', { layer: 3, sampleRateHz: 22_050, nChannels: 1, sizeBytes: 208 }],
    ['ffe338c0', { layer: 3, sampleRateHz: 8_000, nChannels: 1, sizeBytes: 216 }],
  ])('%s', (header, frame) => {
    expect(readMpegFrame(hex(header), 0)).toEqual(frame);
  });

  it('has no reserved values', () => {
    for (const header of ['ffeb9000', 'fff99000', 'fffbf000', 'fffb9c00', 'fffb90'])
      expect(readMpegFrame(hex(header), 0)).toBeUndefined();
  });
});
