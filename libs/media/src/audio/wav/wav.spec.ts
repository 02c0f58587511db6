import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { temporaryFolder } from '@lantern/testing';
import wavefile from 'wavefile';
import { describe, expect, it } from 'vitest';
import { openSource } from '../../byte-source.js';
import { openWav } from './read.js';
import { encodeWav } from './write.js';

async function read(bytes: Uint8Array) {
  const stream = await openWav(await openSource(bytes, 1e9));
  const channels: number[][] = Array.from({ length: stream.nChannels }, () => []);
  for await (const piece of stream.chunks) piece.forEach((samples, c) => channels[c]!.push(...samples));
  return { ...stream, channels };
}

/** A file with the given fields of its format chunk and data, written down byte by byte. */
function wav(
  fmt: { tag: number; channels?: number; rate?: number; block: number; bits: number; extra?: string },
  data: string,
  options: { id?: string; before?: string; dataSize?: number } = {},
) {
  const big = options.id === 'RIFX';
  const u16 = (value: number) => Buffer.from(big ? [value >> 8, value & 255] : [value & 255, value >> 8]);
  const u32 = (value: number) => {
    const buffer = Buffer.alloc(4);
    if (big) buffer.writeUInt32BE(value);
    else buffer.writeUInt32LE(value);
    return buffer;
  };
  const chunk = (id: string, content: Buffer, size = content.length) =>
    Buffer.concat([Buffer.from(id), u32(size), content, Buffer.alloc(content.length % 2)]);
  const { tag, channels = 1, rate = 8000, block, bits, extra = '' } = fmt;
  const format = Buffer.concat([
    u16(tag),
    u16(channels),
    u32(rate),
    u32(rate * block),
    u16(block),
    u16(bits),
    Buffer.from(extra, 'hex'),
  ]);
  const content = Buffer.from(data.replaceAll(' ', ''), 'hex');
  const body = Buffer.concat([
    Buffer.from('WAVE'),
    Buffer.from(options.before ?? '', 'hex'),
    chunk('fmt ', format),
    chunk('LIST', Buffer.from('INFOx')),
    chunk('data', content, options.dataSize ?? content.length),
  ]);
  return Buffer.concat([Buffer.from(options.id ?? 'RIFF'), u32(body.length), body]);
}

describe('a WAV file', () => {
  // Worked out by hand: full scale downwards, half of it upwards, zero.
  it.each([
    ['8 bits', { tag: 1, block: 1, bits: 8 }, '00 c0 80', [-1, 0.5, 0]],
    ['16 bits', { tag: 1, block: 2, bits: 16 }, '0080 0040 0000', [-1, 0.5, 0]],
    ['24 bits', { tag: 1, block: 3, bits: 24 }, '000080 000040 000000', [-1, 0.5, 0]],
    ['32 bits', { tag: 1, block: 4, bits: 32 }, '00000080 00000040 00000000', [-1, 0.5, 0]],
    ['12 bits in 16, at the upper end', { tag: 1, block: 2, bits: 12 }, '0080 0040 1000', [-1, 0.5, 16 / 32768]],
    ['20 bits in 24', { tag: 1, block: 3, bits: 20 }, '000080 000040 100000', [-1, 0.5, 16 / 2 ** 23]],
    ['32-bit float', { tag: 3, block: 4, bits: 32 }, '000080bf 0000003f 0000c07f', [-1, 0.5, 0]],
    [
      '64-bit float',
      { tag: 3, block: 8, bits: 64 },
      '000000000000f0bf 000000000000e03f 000000000000f07f',
      [-1, 0.5, 0],
    ],
    // G.711: 0x2a is the loudest negative A-law code, 0xd5 the smallest positive.
    ['A-law', { tag: 6, block: 1, bits: 8 }, '2a aa d5', [-32256 / 32768, 32256 / 32768, 8 / 32768]],
    ['mu-law', { tag: 7, block: 1, bits: 8 }, '00 80 ff', [-32124 / 32768, 32124 / 32768, 0]],
    [
      'extensible, 24 bits valid of 32',
      {
        tag: 0xfffe,
        block: 4,
        bits: 32,
        extra: '1600 1800 04000000 0100 000000001000800000aa00389b71'.replaceAll(' ', ''),
      },
      '00000080 00000040 00000000',
      [-1, 0.5, 0],
    ],
    [
      'extensible float',
      {
        tag: 0xfffe,
        block: 4,
        bits: 32,
        extra: '1600 2000 04000000 0300 000000001000800000aa00389b71'.replaceAll(' ', ''),
      },
      '000080bf 0000003f 00000000',
      [-1, 0.5, 0],
    ],
  ] as const)('reads %s', async (_, fmt, data, expected) => {
    const { channels, sampleRateHz, durationMs, damage } = await read(wav(fmt, data));
    expect(channels).toEqual([[...expected].map(Math.fround)]);
    expect([sampleRateHz, durationMs, damage]).toEqual([8000, 0.375, []]);
  });

  it('reads big-endian files', async () => {
    expect((await read(wav({ tag: 1, block: 3, bits: 24 }, '800000 400000', { id: 'RIFX' }))).channels).toEqual([
      [-1, 0.5],
    ]);
    expect((await read(wav({ tag: 3, block: 4, bits: 32 }, 'bf800000', { id: 'RIFX' }))).channels).toEqual([[-1]]);
  });

  it('reads channels apart', async () => {
    const { channels } = await read(wav({ tag: 1, channels: 3, block: 6, bits: 16 }, '0040 0020 0010 00c0 00e0 00f0'));
    expect(channels).toEqual([
      [0.5, -0.5],
      [0.25, -0.25],
      [0.125, -0.125],
    ]);
  });

  it('reads IMA ADPCM: by hand, two channels that take turns', async () => {
    // Left begins at 1000 with step 7 (index 0): code 4 adds 7 / 8 + 7 = 7 and moves the index to 2 (step 9); code 8 + 1
    // subtracts 9 / 8 + 9 / 4 = 1 + 2. Right begins at -1000 and code 0 adds step / 8 = 0 for every step up to 7.
    const data = 'e803 00 00 18fc 00 00 94 00 00 00 00 00 00 00';
    const { channels } = await read(wav({ tag: 0x11, channels: 2, block: 16, bits: 4, extra: '02000900' }, data));
    expect(channels[0]!.slice(0, 3).map((value) => value * 32768)).toEqual([1000, 1007, 1004]);
    expect(channels[1]!.map((value) => value * 32768)).toEqual(Array(9).fill(-1000));
  });

  it('takes what is there of a file that is cut short, and says so', async () => {
    const file = wav({ tag: 1, block: 2, bits: 16 }, '0040 0040 0040 0040');
    const { channels, damage } = await read(file.subarray(0, -3));
    expect(channels).toEqual([[0.5, 0.5]]);
    expect(damage).toEqual(['the file ends 3 bytes too early']);
  });

  it.each([0, 0xffffffff, 0x7ffffff0])(
    'reads to the end where the writer did not know its length (%i)',
    async (dataSize) => {
      const { channels, damage } = await read(wav({ tag: 1, block: 2, bits: 16 }, '0040 0040', { dataSize }));
      expect([channels, damage]).toEqual([[[0.5, 0.5]], []]);
    },
  );

  it('reads RF64: the length is in its first chunk', async () => {
    const ds64 = `${Buffer.from('ds64').toString('hex')}1c000000${'00'.repeat(8)}0400000000000000${'00'.repeat(12)}`;
    const file = wav({ tag: 1, block: 2, bits: 16 }, '0040 0040 0020 0020', {
      id: 'RF64',
      before: ds64,
      dataSize: 0xffffffff,
    });
    expect((await read(file)).channels).toEqual([[0.5, 0.5]]);
  });

  it.each([
    ['no data chunk', wav({ tag: 1, block: 2, bits: 16 }, '').subarray(0, 50), 'corrupt'],
    [
      'a short format chunk',
      Buffer.from('RIFF\u0010\0\0\0WAVEfmt \u0004\0\0\0\u0001\0\u0001\0data\0\0\0\0', 'latin1'),
      'corrupt',
    ],
    ['no channels', wav({ tag: 1, channels: 0, block: 2, bits: 16 }, '00'), 'corrupt'],
    ['no rate', wav({ tag: 1, rate: 0, block: 2, bits: 16 }, '0000'), 'corrupt'],
    ['frames of no bytes', wav({ tag: 1, block: 0, bits: 16 }, '0000'), 'corrupt'],
    ['samples of five bytes', wav({ tag: 1, block: 5, bits: 40 }, '0000000000'), 'corrupt'],
    ['a step that does not exist', wav({ tag: 0x11, block: 8, bits: 4 }, '0000 59 00 00000000'), 'corrupt'],
    ['blocks without room for samples', wav({ tag: 0x11, block: 4, bits: 4 }, '00000000'), 'corrupt'],
    ['GSM', wav({ tag: 0x31, block: 65, bits: 0 }, '00'), 'unsupported'],
    ['nothing', Buffer.alloc(0), 'corrupt'],
  ])('refuses %s', async (_, file, kind) => {
    await expect(read(file)).rejects.toMatchObject({ name: 'MediaError', kind });
  });

  it('reads what wavefile writes, in every width', async () => {
    const samples = Array.from({ length: 500 }, (_, n) => Math.sin(n / 9) * 0.7);
    for (const [code, scale, tolerance] of [
      ['8', 127, 0.01],
      ['16', 32767, 1e-4],
      ['24', 2 ** 23 - 1, 1e-6],
      ['32', 2 ** 31 - 1, 1e-6],
      ['32f', 1, 1e-6],
      ['64', 1, 1e-6],
    ] as const) {
      const file = new wavefile.WaveFile();
      file.fromScratch(
        1,
        16_000,
        code,
        samples.map((x) => (code === '8' ? Math.round(x * scale + 128) : scale > 1 ? Math.round(x * scale) : x)),
      );
      const { channels } = await read(file.toBuffer());
      expect(channels[0]).toHaveLength(500);
      channels[0]!.forEach((value, i) => expect(Math.abs(value - samples[i]!)).toBeLessThan(tolerance));
    }
  });

  it('holds only a piece of a file on disk', async () => {
    const folder = await temporaryFolder('media-wav');
    try {
      const path = `${folder.path}/long.wav`;
      writeFileSync(
        path,
        encodeWav({
          sampleRateHz: 16_000,
          channels: [Float32Array.from({ length: 200_000 }, (_, i) => (i % 100) / 200)],
        }),
      );
      const stream = await openWav(await openSource({ path }, 1e9));
      let [n, most] = [0, 0];
      for await (const [piece] of stream.chunks) {
        expect(Math.abs(piece![0]! - (n % 100) / 200)).toBeLessThan(1e-4);
        n += piece!.length;
        most = Math.max(most, piece!.length);
      }
      expect([n, most]).toEqual([200_000, 16_384]);
    } finally {
      await folder.remove();
    }
  });
});

describe('encodeWav', () => {
  const sound = {
    sampleRateHz: 22_050,
    channels: [Float32Array.of(0, 0.5, -1, 2), Float32Array.of(0.25, -0.5, 1, -3)],
  };

  it.each([
    ['int16', [0, 0.5, -1, 32767 / 32768], 44 + 16],
    ['int24', [0, 0.5, -1, 1 - 2 ** -23], 44 + 24],
    ['float32', [0, 0.5, -1, 2], 44 + 32],
  ] as const)('writes %s', async (width, left, size) => {
    const file = encodeWav(sound, width);
    expect(file.length).toBe(size);
    const back = await read(file);
    expect([back.sampleRateHz, back.channels[0]]).toEqual([22_050, left.map(Math.fround)]);
    expect(Buffer.from(encodeWav(sound, width)).readUInt32LE(4)).toBe(size - 8);
  });

  it.each(['a-law', 'mu-law'] as const)('writes %s within the step of its codes', async (width) => {
    const tone = Float32Array.from({ length: 400 }, (_, n) => Math.sin(n / 5) * 0.8);
    const back = await read(encodeWav({ sampleRateHz: 8000, channels: [tone] }, width));
    expect(back.channels[0]).toHaveLength(400);
    back.channels[0]!.forEach((value, i) =>
      expect(Math.abs(value - tone[i]!)).toBeLessThan(0.02 + Math.abs(tone[i]!) * 0.04),
    );
  });

  it('pads an odd length, and refuses channels that differ', async () => {
    const odd = encodeWav({ sampleRateHz: 8000, channels: [Float32Array.of(0.5)] }, 'int24');
    expect([odd.length, (await read(odd)).channels]).toEqual([48, [[0.5]]]);
    expect(() => encodeWav({ sampleRateHz: 8000, channels: [] })).toThrow(RangeError);
    expect(() => encodeWav({ sampleRateHz: 8000, channels: [new Float32Array(1), new Float32Array(2)] })).toThrow(
      RangeError,
    );
  });
});

describe('against sox', () => {
  const sox = (...args: string[]) => execFileSync('sox', args, { maxBuffer: 1e8, stdio: ['ignore', 'pipe', 'ignore'] });
  let present = true;
  try {
    sox('--version');
  } catch {
    present = false;
  }

  it.skipIf(!present)('decodes as sox does: A-law, mu-law, IMA ADPCM (skipped: no sox)', async () => {
    for (const [coding, nChannels] of [
      ['a-law', 1],
      ['u-law', 2],
      ['ima-adpcm', 1],
      ['ima-adpcm', 2],
    ] as const) {
      const file = sox(
        '-n',
        '-r',
        '8000',
        '-c',
        String(nChannels),
        '-e',
        coding,
        '-t',
        'wav',
        '-',
        'synth',
        '0.5',
        'sine',
        '300-1500',
        'gain',
        '-3',
      );
      const folder = await temporaryFolder('media-sox');
      writeFileSync(`${folder.path}/in.wav`, file);
      const raw = sox('-D', `${folder.path}/in.wav`, '-t', 'raw', '-e', 'signed', '-b', '16', '-');
      await folder.remove();
      const { channels } = await read(file);
      const nFrames = raw.length / 2 / nChannels;
      expect(nFrames).toBeGreaterThan(3900);
      const different = Array.from({ length: nFrames * nChannels }, (_, i) => i).filter((i) => {
        const ours = channels[i % nChannels]![Math.floor(i / nChannels)]! * 32768;
        return ours !== raw.readInt16LE(i * 2);
      });
      expect(different, `${coding}, ${nChannels} channels`).toEqual([]);
    }
  });
});
