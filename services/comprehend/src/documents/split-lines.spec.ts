import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { splitLines } from './split-lines.js';

async function linesOf(chunks: readonly (string | Buffer)[], maxBytes = 100): Promise<(string | undefined)[]> {
  const lines: (string | undefined)[] = [];
  for await (const { bytes } of splitLines(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), maxBytes))
    lines.push(bytes?.toString());
  return lines;
}

describe('splitLines', () => {
  it('ends lines at LF, CR and CRLF', async () => {
    expect(await linesOf(['a\nb\rc\r\nd'])).toEqual(['a', 'b', 'c', 'd']);
  });

  it('does not end a line at U+2028', async () => {
    expect(await linesOf(['a\u2028b\n'])).toEqual(['a\u2028b']);
  });

  it('keeps empty lines, but none behind the last end', async () => {
    expect(await linesOf(['a\n\n\r\rb\n'])).toEqual(['a', '', '', '', 'b']);
    expect(await linesOf([])).toEqual([]);
  });

  it('cuts the same lines wherever the chunks are cut', async () => {
    const text = Buffer.from('één\r\n\r\nтри\rdrei 😀\n\nlast');
    const whole = await linesOf([text]);
    expect(whole).toEqual(['één', '', 'три', 'drei 😀', '', 'last']);
    for (let cut = 0; cut <= text.length; cut++) {
      expect(await linesOf([text.subarray(0, cut), text.subarray(cut)])).toEqual(whole);
    }
    expect(await linesOf(Array.from(text, (byte) => Buffer.from([byte])))).toEqual(whole);
  });

  it('drops a line of more than the limit, and only that', async () => {
    expect(await linesOf(['12345\n123456\n', '123', '456', '7\nend'], 5)).toEqual([
      '12345',
      undefined,
      undefined,
      'end',
    ]);
  });

  it('keeps nothing of a line that never ends', async () => {
    const mebibyte = Buffer.alloc(1 << 20, 'x');
    function* endless() {
      for (let i = 0; i < 512; i++) yield mebibyte;
    }
    const before = process.memoryUsage().arrayBuffers;
    let lines = 0;
    for await (const { bytes } of splitLines(Readable.from(endless()), 1 << 20)) {
      expect(bytes).toBeUndefined();
      lines++;
    }
    expect(lines).toBe(1);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 << 20);
  });
});
