import { describe, expect, it } from 'vitest';
import { claimedChannels, pieceLength } from './bombs.js';

describe('pieceLength', () => {
  it('cuts FLAC where eight frames are in a piece', () => {
    const frame = Buffer.concat([Buffer.from('fff8', 'hex'), Buffer.alloc(12)]);
    const silence = Buffer.concat(Array(500).fill(frame));
    expect(pieceLength(silence, 'flac')).toBe(8 * 14);
    expect(pieceLength(Buffer.alloc(5000), 'flac')).toBe(5000);
  });

  it('cuts Ogg at its second next page, and MP3 nowhere', () => {
    const page = Buffer.concat([Buffer.from('OggS'), Buffer.alloc(96)]);
    const pages = Buffer.concat(Array(10).fill(page));
    expect(pieceLength(pages, 'ogg-opus')).toBe(200);
    expect(pieceLength(pages.subarray(0, 150), 'ogg-vorbis')).toBe(150);
    expect(pieceLength(pages, 'mp3')).toBe(1000);
  });
});

describe('claimedChannels', () => {
  it('reads the headers of Opus and Vorbis', () => {
    expect(claimedChannels(Buffer.from('OggS....OpusHead\u0001\u00ff', 'latin1'), 'ogg-opus')).toBe(255);
    expect(claimedChannels(Buffer.from('OggS....\u0001vorbis\0\0\0\0\u0006', 'latin1'), 'ogg-vorbis')).toBe(6);
    expect(claimedChannels(Buffer.from('OggS'), 'ogg-opus')).toBe(0);
  });
});
