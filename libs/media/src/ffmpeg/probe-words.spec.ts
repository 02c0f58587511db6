import { describe, expect, it } from 'vitest';
import { parseProbeJson } from './probe-json.js';
import { parseFfmpegWords } from './probe-words.js';
import { seenSize } from './seen-size.js';
import { frameModeOption } from './version.js';

/** As ffmpeg 5.1 says it. */
const turned = `Input #0, mov,mp4,m4a,3gp,3g2,mj2, from 'file:/tmp/a.mp4':
  Metadata:
    title           : a
                    :   Stream #0:9: Audio: pcm, 1 Hz, mono
  Duration: 01:02:03.50, start: 0.000000, bitrate: 101 kb/s
  Stream #0:0[0x1](und): Video: h264 (High 4:4:4 Predictive) (avc1 / 0x31637661), yuv420p(tv, bt709, progressive), 720x576 [SAR 16:15 DAR 4:3], 98 kb/s, 29.97 fps, 30 tbr, 11456 tbn (default)
    Metadata:
      handler_name    : VideoHandler
    Side data:
      displaymatrix: rotation of -90.00 degrees
  Stream #0:1[0x2](und): Audio: aac (LC) (mp4a / 0x6134706D), 44100 Hz, 5.1(side), fltp, 128 kb/s (default)
  Stream #0:2: Video: png, rgba(pc), 300x300, 90k tbr, 90k tbn (attached pic)
At least one output file must be specified`;

/** As the ffmpeg of 2018 in @ffmpeg-installer/ffmpeg says it. */
const old = `Input #0, mov,mp4,m4a,3gp,3g2,mj2, from 'file:/tmp/b.mov':
  Duration: N/A, start: 0.000000, bitrate: 101 kb/s
    Stream #0:0(eng): Video: mjpeg, yuvj420p(pc), 640x360, 98 kb/s, 1k fps, 29.83 tbr, 11456 tbn, 59.67 tbc (default)
    Metadata:
      rotate          : 180
    Stream #0:1(und): Audio: pcm_s16le (sowt / 0x74776F73), 48000 Hz, 12 channels, s16, 9216 kb/s (default)
    Stream #0:2(und): Audio: adpcm_ms, 8000 Hz, 1 channels, s16, 32 kb/s`;

describe('parseFfmpegWords', () => {
  it('reads streams, turns and pixel shapes; tags do not pass for streams', () => {
    expect(parseFfmpegWords(turned.split('\n'))).toEqual({
      durationMs: 3_723_500,
      streams: [
        { kind: 'video', codec: 'h264', widthPx: 576, heightPx: 768, rotationDegrees: 90, framesPerSecond: 29.97 },
        { kind: 'audio', codec: 'aac', sampleRateHz: 44_100, nChannels: 6 },
      ],
    });
  });

  it('reads what older versions say', () => {
    expect(parseFfmpegWords(old.split('\n'))).toEqual({
      streams: [
        { kind: 'video', codec: 'mjpeg', widthPx: 640, heightPx: 360, rotationDegrees: 180, framesPerSecond: 1000 },
        { kind: 'audio', codec: 'pcm_s16le', sampleRateHz: 48_000, nChannels: 12 },
        { kind: 'audio', codec: 'adpcm_ms', sampleRateHz: 8_000, nChannels: 1 },
      ],
    });
  });
});

describe('parseProbeJson', () => {
  it('reads streams, turns and pixel shapes', () => {
    const json = {
      format: { duration: '3723.5' },
      streams: [
        {
          codec_type: 'video',
          codec_name: 'h264',
          width: 720,
          height: 576,
          sample_aspect_ratio: '16:15',
          avg_frame_rate: '30000/1001',
          side_data_list: [{}, { rotation: -90 }],
        },
        { codec_type: 'audio', codec_name: 'aac', sample_rate: '44100', channels: 6 },
        { codec_type: 'video', codec_name: 'png', width: 300, height: 300, disposition: { attached_pic: 1 } },
        { codec_type: 'data' },
        { codec_type: 'video', width: 0, height: 0 },
      ],
    };
    expect(parseProbeJson(JSON.stringify(json))).toEqual({
      durationMs: 3_723_500,
      streams: [
        {
          kind: 'video',
          codec: 'h264',
          widthPx: 576,
          heightPx: 768,
          rotationDegrees: 90,
          framesPerSecond: 30_000 / 1001,
        },
        { kind: 'audio', codec: 'aac', sampleRateHz: 44_100, nChannels: 6 },
      ],
    });
    expect(() => parseProbeJson('{')).toThrow('does not describe');
  });
});

describe('seenSize', () => {
  it('turns and stretches, and takes nonsense for what it is', () => {
    expect(seenSize(640, 480, '1:1', 0)).toEqual({ widthPx: 640, heightPx: 480, rotationDegrees: 0 });
    expect(seenSize(640, 480, '2:1', -90)).toEqual({ widthPx: 480, heightPx: 1280, rotationDegrees: 270 });
    expect(seenSize(640, 480, '100000:1', 180.4)).toEqual({ widthPx: 640, heightPx: 480, rotationDegrees: 180 });
    expect(seenSize(640, 480, 'N/A', NaN)).toEqual({ widthPx: 640, heightPx: 480, rotationDegrees: 0 });
  });
});

describe('frameModeOption', () => {
  it.each([
    ['ffmpeg version 5.1.9-0+deb12u1 Copyright (c) 2000-2026 the FFmpeg developers', '-fps_mode'],
    ['ffmpeg version n7.1 Copyright (c) 2000-2024 the FFmpeg developers', '-fps_mode'],
    ['ffmpeg version 4.4.2-0ubuntu0.22.04.1 Copyright (c) 2000-2021 the FFmpeg developers', '-vsync'],
    [
      'ffmpeg version N-47683-g0e8eb07980-static https://johnvansickle.com/ffmpeg/  Copyright (c) 2000-2018 the FFmpeg developers',
      '-vsync',
    ],
    ['ffmpeg version N-118000-g0000000000 Copyright (c) 2000-2025 the FFmpeg developers', '-fps_mode'],
  ])('%s', (banner, option) => {
    expect(frameModeOption(banner)).toBe(option);
  });
});
