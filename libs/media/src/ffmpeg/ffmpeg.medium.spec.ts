import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '@lantern/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAudio } from '../audio/open-audio.js';
import { findFfmpeg, type Ffmpeg } from './find.js';
import { openFrames, type FrameChoice } from './frames.js';
import { probeMedia } from './probe.js';
import { withReference } from './quicktime-reference.fixture.js';
import { FfmpegRun } from './run.js';
import { inputArguments } from './input.js';

const execute = promisify(execFile);
const found = await findFfmpeg(process.env['LANTERN_FFMPEG']);
const folder = await temporaryFolder('media-ffmpeg');
const place = (name: string) => join(folder.path, name);
const make = (...args: string[]) => execute(found!.program, ['-hide_banner', '-v', 'error', '-y', ...args]);
const kindOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'fine',
    (error: { kind?: string }) => error.kind,
  );
/** This installation without its ffprobe. */
const wordsOnly = ({ probeProgram: _, ...ffmpeg }: Ffmpeg): Ffmpeg => ffmpeg;

afterAll(() => folder.remove());

describe('findFfmpeg', () => {
  it.skipIf(!found)('takes the program that a setting names (skipped: no ffmpeg)', async () => {
    expect(await findFfmpeg(found!.program)).toMatchObject({
      program: found!.program,
      origin: 'setting',
      version: found!.version,
    });
  });
});

describe.skipIf(!found)('ffmpeg (skipped: no ffmpeg)', () => {
  const ffmpeg = found!;

  beforeAll(async () => {
    // Grey that grows lighter by 4 with each of 50 frames, 25 a second; a tone of 440 Hz.
    const grey = 'color=black:size=64x48:rate=25:duration=2,geq=lum=16+4*N:cb=128:cr=128';
    await make(
      '-f',
      'lavfi',
      '-i',
      grey,
      '-f',
      'lavfi',
      '-i',
      'sine=440:sample_rate=22050:duration=2,volume=4',
      '-c:v',
      'mpeg4',
      '-q:v',
      '2',
      '-g',
      '12',
      '-c:a',
      'aac',
      place('a.mp4'),
    );
    await make('-i', place('a.mp4'), '-c', 'copy', place('a.mkv'));
    await make('-i', place('a.mp4'), '-vn', '-c:a', 'adpcm_ms', place('ms.wav'));
    await make('-i', place('a.mp4'), '-an', '-c:v', 'copy', place('silent.mp4'));
  });

  it('probes the same with ffprobe and without', async () => {
    for (const name of ['a.mp4', 'a.mkv', 'ms.wav']) {
      const [probed, words] = [
        await probeMedia({ path: place(name) }, { ffmpeg }),
        await probeMedia({ path: place(name) }, { ffmpeg: wordsOnly(ffmpeg) }),
      ];
      expect(words.streams).toEqual(probed.streams);
      expect(Math.abs(probed.durationMs! - 2000)).toBeLessThan(150);
      expect(Math.abs(words.durationMs! - probed.durationMs!)).toBeLessThan(11);
    }
    const { streams, format } = await probeMedia(readFileSync(place('a.mp4')), { ffmpeg });
    expect(format).toBe('mp4');
    expect(streams).toEqual([
      { kind: 'video', codec: 'mpeg4', widthPx: 64, heightPx: 48, rotationDegrees: 0, framesPerSecond: 25 },
      { kind: 'audio', codec: 'aac', sampleRateHz: 22_050, nChannels: 1 },
    ]);
  });

  it('decodes sound: from a file and from bytes, MP4, Matroska, a coding of WAV that is not read here', async () => {
    for (const source of [
      { path: place('a.mp4') },
      new Uint8Array(readFileSync(place('a.mkv'))),
      { path: place('ms.wav') },
    ]) {
      const { channels, sampleRateHz } = await readAudio(source, { ffmpeg, sampleRateHz: 16_000, mono: true });
      expect(sampleRateHz).toBe(16_000);
      expect(Math.abs(channels[0]!.length - 32_000)).toBeLessThan(2400); // AAC begins and ends in padding
      const middle = channels[0]!.subarray(8000, 24_000);
      const crossings = middle.filter((value, i) => i > 0 && value >= 0 && middle[i - 1]! < 0).length;
      expect(crossings).toBeGreaterThan(436);
      expect(crossings).toBeLessThan(444);
      expect(Math.abs(Math.max(...middle) - 0.5)).toBeLessThan(0.05);
    }
  });

  it('leaves no file behind, read to its end or not', async () => {
    const left = () =>
      readdirSync(tmpdir())
        .filter((name) => /^lantern-media-[A-Za-z0-9]{6}$/.test(name))
        .sort();
    const before = left();
    const bytes = new Uint8Array(readFileSync(place('a.mp4')));
    await readAudio(bytes, { ffmpeg });
    await readAudio(bytes, { ffmpeg, maxDurationMs: 500 }).catch(() => undefined);
    const { frames } = await openFrames(bytes, { ffmpeg, frames: 'all' });
    for await (const _ of frames) break;
    await probeMedia(bytes.subarray(0, 500), { ffmpeg }).catch(() => undefined);
    expect(left()).toEqual(before);
  });

  const frames = async (choice: FrameChoice, name = 'a.mp4') => {
    const video = await openFrames({ path: place(name) }, { ffmpeg, frames: choice });
    const seen: { atMs: number; grey: number }[] = [];
    for await (const { atMs, image } of video.frames) {
      expect(image.data.length).toBe(video.widthPx * video.heightPx * 3);
      seen.push({ atMs: Math.round(atMs), grey: image.data[(24 * 64 + 32) * 3]! });
    }
    return seen;
  };
  /** What frame n looks like: luma 16 + 4 n in video range. */
  const expectFrame = (seen: { atMs: number; grey: number } | undefined, n: number) => {
    expect(seen?.atMs).toBe(n * 40);
    expect(Math.abs(seen!.grey - (4 * n * 255) / 219)).toBeLessThan(6);
  };

  it('gives every frame with its time', async () => {
    const seen = await frames('all');
    expect(seen).toHaveLength(50);
    seen.forEach((frame, n) => expectFrame(frame, n));
  });

  it('gives a chosen number a second', async () => {
    const seen = await frames({ perSecond: 5 });
    expect(seen).toHaveLength(10);
    seen.forEach((frame, i) => expectFrame(frame, i * 5));
  });

  it('gives the frames that are shown at chosen instants', async () => {
    const seen = await frames({ atMs: [0, 39, 40, 1000, 1010, 1999, 5000] });
    expect(seen).toHaveLength(7);
    [0, 0, 1, 25, 25, 49, 49].forEach((n, i) => expectFrame(seen[i], n));
    await expect(frames({ atMs: [100, 50] })).rejects.toThrow(RangeError);
    await expect(frames({ perSecond: 0 })).rejects.toThrow(RangeError);
  });

  it('turns a video that is on its side, and makes it smaller', async () => {
    await make('-i', place('silent.mp4'), '-c', 'copy', '-metadata:s:v:0', 'rotate=90', place('turned.mp4'));
    const video = await openFrames({ path: place('turned.mp4') }, { ffmpeg, frames: { perSecond: 1 }, maxSidePx: 32 });
    expect([video.video.widthPx, video.video.heightPx, video.widthPx, video.heightPx]).toEqual([48, 64, 24, 32]);
    expect(video.video.rotationDegrees % 180).toBe(90);
    for await (const { image } of video.frames) expect([image.width, image.height]).toEqual([24, 32]);
  });

  it('waits for a slow reader, and ends when its reader leaves or is told to', async () => {
    await make('-f', 'lavfi', '-i', 'testsrc=size=320x240:rate=25:duration=20', '-c:v', 'mpeg4', place('long.mp4'));
    const video = await openFrames({ path: place('long.mp4') }, { ffmpeg, frames: 'all' });
    let n = 0;
    for await (const _ of video.frames) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      if (++n === 3) break;
    }
    expect(n).toBe(3);
    const controller = new AbortController();
    const aborted = await openFrames({ path: place('long.mp4') }, { ffmpeg, frames: 'all', signal: controller.signal });
    const read = async () => {
      for await (const _ of aborted.frames) controller.abort(new Error('enough'));
    };
    await expect(read()).rejects.toThrow('enough');
    const { stdout } = await execute('ps', ['-eo', 'args']).catch(() => ({ stdout: '' }));
    expect(stdout).not.toContain(place('long.mp4'));
  });

  it('says what a file lacks', async () => {
    await expect(readAudio({ path: place('silent.mp4') }, { ffmpeg })).rejects.toMatchObject({
      kind: 'unsupported',
      message: 'There is no sound in the mp4 file.',
    });
    await expect(openFrames({ path: place('ms.wav') }, { ffmpeg, frames: 'all' })).rejects.toMatchObject({
      kind: 'unsupported',
    });
    await expect(probeMedia(new Uint8Array(0), { ffmpeg })).rejects.toMatchObject({ kind: 'corrupt' });
    await expect(probeMedia({ path: place('a.mp4') }, {})).rejects.toMatchObject({ kind: 'no-ffmpeg' });
  });

  it('refuses what is too large', async () => {
    const source = { path: place('a.mp4') };
    expect(await kindOf(openFrames(source, { ffmpeg, frames: 'all', maxPixels: 1000 }))).toBe('too-large');
    expect(await kindOf(openFrames(source, { ffmpeg, frames: 'all', maxDurationMs: 1000 }))).toBe('too-large');
    expect(await kindOf(probeMedia(source, { ffmpeg, maxBytes: 1000 }))).toBe('too-large');
    expect(await kindOf(readAudio(source, { ffmpeg, maxDurationMs: 500 }))).toBe('too-large');
  });

  it('ends a program that takes too much memory, or too long', async () => {
    const args = [
      '-f',
      'lavfi',
      '-i',
      'testsrc=size=4000x4000:rate=25:duration=1000',
      '-vf',
      'reverse',
      '-f',
      'null',
      '-',
    ];
    const hungry = new FfmpegRun(ffmpeg, ffmpeg.program, args, 'x', { maxMemoryBytes: 256 * 2 ** 20 });
    await expect(hungry.text(1000)).rejects.toMatchObject({ kind: 'too-large' });
    const slow = new FfmpegRun(ffmpeg, ffmpeg.program, args, 'x', { stallMs: 300 });
    await expect(slow.text(1000)).rejects.toMatchObject({ kind: 'timed-out' });
  });
});

describe.skipIf(!found)('a hostile file (skipped: no ffmpeg)', () => {
  const ffmpeg = found!;
  const secret = place('secret.ts');
  let asked = 0;
  const server = createServer((socket) => {
    asked++;
    socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
  });
  let url = '';

  beforeAll(async () => {
    await make('-f', 'lavfi', '-i', 'sine=440:duration=1', '-c:a', 'mp2', '-f', 'mpegts', secret);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as { port: number }).port}/a.ts`;
  });
  afterAll(() => server.close());

  const playlists = (): readonly (readonly [string, string])[] => [
    ['HLS, a file', `#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://${secret}\n#EXT-X-ENDLIST\n`],
    ['HLS, a relative file', '#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nsecret.ts\n#EXT-X-ENDLIST\n'],
    ['HLS, a server', `#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n${url}\n#EXT-X-ENDLIST\n`],
    ['HLS, joined', `#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nconcat:${secret}|${secret}\n#EXT-X-ENDLIST\n`],
    ['concat', `ffconcat version 1.0\nfile '${secret}'\n`],
    [
      'DASH',
      `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period><AdaptationSet><Representation id="1"><BaseURL>${url}</BaseURL></Representation></AdaptationSet></Period></MPD>`,
    ],
    ['SDP', 'v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n'],
  ];

  it('the playlists work where nothing holds ffmpeg back: the test can fail', async () => {
    writeFileSync(place('plain.m3u8'), playlists()[0]![1]);
    const { stdout } = await execute(ffmpeg.program, ['-v', 'error', '-i', place('plain.m3u8'), '-f', 'u8', '-'], {
      encoding: 'buffer',
      maxBuffer: 1e8,
    });
    expect(stdout.length).toBeGreaterThan(20_000);
  });

  it('a playlist is no media file, whatever its name', async () => {
    for (const [name, text] of playlists()) {
      for (const extension of ['mp4', 'm3u8', 'mp3']) {
        writeFileSync(place(`hostile.${extension}`), text);
        expect(await kindOf(readAudio({ path: place(`hostile.${extension}`) }, { ffmpeg })), name).toBe('unsupported');
        expect(await kindOf(openFrames({ path: place(`hostile.${extension}`) }, { ffmpeg, frames: 'all' })), name).toBe(
          'unsupported',
        );
      }
    }
    expect(asked).toBe(0);
  });

  it('a playlist behind the beginning of a media file is read as that file, and as nothing else', async () => {
    const beginnings = [
      Buffer.from('\0\0\0\u0014ftypisom\0\0\0\0isom', 'latin1'),
      Buffer.from('1a45dfa3', 'hex'),
      Buffer.from('#!AMR\n'),
      Buffer.from('RIFF\u00ff\0\0\0AVI ', 'latin1'),
      Buffer.from('FLV\u0001'),
    ];
    for (const beginning of beginnings) {
      for (const [name, text] of playlists().filter((_, i) => i % 2 === 0)) {
        const file = Buffer.concat([beginning, Buffer.from(`\n${text}`)]);
        const result = await readAudio(new Uint8Array(file), { ffmpeg }).catch((error: unknown) => error);
        // AMR has no checks: any bytes are speech to it.
        const plain = result instanceof Error ? result.name : (result as { format: string }).format;
        expect(plain, name).toBe(beginning.includes('AMR') && plain === 'amr' ? 'amr' : 'MediaError');
      }
    }
    expect(asked).toBe(0);
  });

  it('ffmpeg itself refuses one that was taken for something else', async () => {
    for (const [name, text] of playlists()) {
      writeFileSync(place('taken.bin'), text);
      for (const format of ['mp4', 'matroska', 'mpeg-ts'] as const) {
        const args = ['-v', 'error', '-nostdin', ...inputArguments(place('taken.bin'), format), '-f', 'null', '-'];
        await expect(
          new FfmpegRun(ffmpeg, ffmpeg.program, args, place('taken.bin'), {}).text(1000),
          name,
        ).rejects.toMatchObject({ name: 'MediaError' });
      }
    }
    expect(asked).toBe(0);
  });

  it('a QuickTime file does not lead to the file that it refers to', async () => {
    await make('-f', 'lavfi', '-i', 'sine=440:duration=1,volume=4', '-c:a', 'pcm_s16le', place('target.mov'));
    const hostile = place('reference.mov');
    writeFileSync(hostile, withReference(readFileSync(place('target.mov')), place('target.mov')));
    const loudest = (pcm: Buffer) =>
      new Int16Array(pcm.buffer, pcm.byteOffset, pcm.length >> 1).reduce((most, x) => Math.max(most, x), 0);
    const output = ['-f', 's16le', 'pipe:1'];
    // Where references are followed, the other file's sound comes out: the test can fail.
    const followed = ['-v', 'error', '-enable_drefs', '1', '-use_absolute_path', '1', '-i', hostile, ...output];
    const { stdout } = await execute(ffmpeg.program, followed, { encoding: 'buffer', maxBuffer: 1e8 });
    expect(loudest(stdout)).toBeGreaterThan(10_000);

    const result = await readAudio({ path: hostile }, { ffmpeg }).catch((error: unknown) => error);
    if (result instanceof Error) expect(result.name).toBe('MediaError');
    else expect(Math.max(...(result as { channels: Float32Array[] }).channels[0]!)).toBe(0);
  });

  it('a name that looks like an option or a protocol is a name', async () => {
    for (const name of ['-i', 'concat:a|b', 'a%03d.mp4', "it's; a $(name).mp4"]) {
      writeFileSync(place(name), readFileSync(place('secret.ts')));
      expect((await probeMedia({ path: place(name) }, { ffmpeg })).format).toBe('mpeg-ts');
    }
  });
});
