import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { decompressBzip2 } from './decompress.js';

interface Case {
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly packed: string;
}

const golden = new URL('../../../../src/pull/archives/golden/bzip2.json', import.meta.url);
// Written by bzip2 itself: see golden/PROVENANCE.md.
const cases = JSON.parse(readFileSync(golden, 'utf8')) as readonly Case[];

async function unpacked(pieces: Iterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of decompressBzip2(Readable.from(pieces))) all.push(piece);
  return Buffer.concat(all);
}

const packed = (name: string) => Buffer.from(cases.find((each) => each.name === name)?.packed ?? '', 'base64');
const inPieces = (bytes: Buffer, size: number) =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));

describe('decompressBzip2', () => {
  it.each(cases)("unpacks bzip2's $name", async ({ packed: base64, sizeBytes, sha256 }) => {
    const bytes = await unpacked([Buffer.from(base64, 'base64')]);
    expect([bytes.length, createHash('sha256').update(bytes).digest('hex')]).toEqual([sizeBytes, sha256]);
  });

  it.each([1, 7, 64])('does not mind input in pieces of %i bytes', async (size) => {
    expect((await unpacked(inPieces(packed('two streams in a row'), size))).toString()).toBe('firstsecond');
  });

  it('refuses every truncation', async () => {
    const whole = packed('five letters');
    expect(whole.length).toBeGreaterThan(30);
    for (let length = 0; length < whole.length; length++)
      await expect(unpacked([whole.subarray(0, length)]), `${length} bytes`).rejects.toThrow('the bzip2 stream');
  });

  it('refuses every changed bit', async () => {
    const whole = packed('five letters');
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const changed = Buffer.from(whole);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      const outcome = await unpacked([changed]).then(String, (error: Error) => error.name);
      // The level says how large blocks may be, and unused bits at the end say nothing: such changes are harmless.
      expect(['Bzip2Error', 'hello'], `bit ${bit}`).toContain(outcome);
    }
  });

  it('refuses what follows a stream and is none', async () => {
    await expect(unpacked([packed('five letters'), Buffer.from('rest')])).rejects.toThrow('does not begin as one');
  });
});
