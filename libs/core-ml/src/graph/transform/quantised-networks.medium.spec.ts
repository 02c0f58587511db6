import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { compileHuman, pixelRanges, type HumanNetwork } from '../../compile/graph-model/human-networks.fixture.js';
import type { OnnxModel } from '../model.js';
import { readModel, writeModel } from '../protobuf/index.js';
import {
  calibrate,
  constantFold,
  foldBatchNorm,
  quantizeDynamic,
  quantizeStatic,
  raiseOpset,
  removeIdentity,
  toFloat16Storage,
  type CalibrationRun,
} from './index.js';

const photographs = fileURLToPath(new URL('../../../../../node_modules/@vladmandic/face-api/demo', import.meta.url));
const datasets = process.env['LANTERN_DATASETS'];

/** Where faces are in the six sample photographs of `@vladmandic/face-api`: middle as ratios of width and height. */
const faces: readonly (readonly [photograph: number, xRatio: number, yRatio: number])[] = [
  [1, 0.28, 0.34],
  [1, 0.49, 0.43],
  [1, 0.82, 0.25],
  [2, 0.54, 0.27],
  [2, 0.81, 0.19],
  [3, 0.36, 0.34],
  [3, 0.63, 0.29],
  [3, 0.83, 0.37],
  [4, 0.4, 0.16],
  [4, 0.73, 0.18],
  [5, 0.36, 0.36],
  [5, 0.62, 0.24],
  [6, 0.39, 0.33],
  [6, 0.83, 0.24],
];
const sidePx = 340;
/** Examples to measure ranges on are cut out in three sizes, each also mirrored. */
const exampleSidesPx = [260, sidePx, 480];

/** The first faces are for testing, the others are examples; no photograph is in both. */
const testFaces = 5;

interface Format {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly isChannelsFirst: boolean;
  /** A byte of a channel as the network wants it. */
  readonly scale: (byte: number, channel: number) => number;
}

async function faceOf(
  [photograph, xRatio, yRatio]: (typeof faces)[number],
  format: Format,
  side = sidePx,
  isMirrored = false,
): Promise<Tensor> {
  const { height, width, channels, isChannelsFirst, scale } = format;
  const image = sharp(join(photographs, `sample${photograph}.jpg`)).flop(isMirrored);
  const whole = await image.metadata();
  const [left, top] = [xRatio * whole.width - side / 2, yRatio * whole.height - side / 2].map((at) =>
    Math.max(0, Math.round(at)),
  );
  const part = image.extract({ left: left!, top: top!, width: side, height: side }).resize(width, height);
  const bytes = await (channels === 1 ? part.greyscale() : part.removeAlpha()).raw().toBuffer();
  const data = new Float32Array(bytes.length);
  for (const [index, byte] of bytes.entries()) {
    const [place, channel] = [Math.floor(index / channels), index % channels];
    data[isChannelsFirst ? channel * height * width + place : index] = scale(byte, channel);
  }
  return new Tensor('float32', data, isChannelsFirst ? [1, channels, height, width] : [1, height, width, channels]);
}

type Run = (x: Tensor) => Promise<InferenceSession.OnnxValueMapType>;

async function open(model: OnnxModel, feeds: Readonly<Record<string, Tensor>>): Promise<Run> {
  const session = await InferenceSession.create(writeModel(model), { intraOpNumThreads: 1, logSeverityLevel: 3 });
  return (x) => session.run({ ...feeds, [session.inputNames[0]!]: x });
}

function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [dot, own, other] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    dot += a[i]! * b[i]!;
    own += a[i]! ** 2;
    other += b[i]! ** 2;
  }
  return dot / Math.sqrt(own * other);
}

interface Figures {
  /** Of the file, against that of the model before. */
  readonly sizeRatio: number;
  /** The smallest cosine between outputs before and after, over all outputs and test faces. */
  readonly cosine: number;
}

class Subject {
  private constructor(
    private readonly model: OnnxModel,
    private readonly feeds: Readonly<Record<string, Tensor>>,
    private readonly examples: readonly Tensor[],
    private readonly tests: readonly { x: Tensor; expected: InferenceSession.OnnxValueMapType }[],
  ) {}

  static async of(model: OnnxModel, format: Format, feeds: Readonly<Record<string, Tensor>> = {}): Promise<Subject> {
    const images = await Promise.all(faces.slice(0, testFaces).map((face) => faceOf(face, format)));
    const examples: Tensor[] = [];
    for (const face of faces.slice(testFaces)) {
      for (const side of exampleSidesPx) {
        for (const isMirrored of [false, true]) examples.push(await faceOf(face, format, side, isMirrored));
      }
    }
    const run = await open(model, feeds);
    const tests = [];
    for (const x of images) tests.push({ x, expected: await run(x) });
    return new Subject(model, feeds, examples, tests);
  }

  async figuresOf(name: string, changed: OnnxModel): Promise<Figures> {
    const run = await open(changed, this.feeds);
    let least = 1;
    for (const { x, expected } of this.tests) {
      for (const [output, after] of Object.entries(await run(x))) {
        const before = (expected[output] as Tensor).data as Float32Array;
        least = Math.min(least, cosine(before, after.data as Float32Array));
      }
    }
    const sizeRatio = writeModel(changed).byteLength / writeModel(this.model).byteLength;
    console.log(`${name}: ${sizeRatio.toFixed(3)} of the size, cosine ${least.toFixed(5)}`);
    return { sizeRatio, cosine: least };
  }

  readonly calibration: CalibrationRun = async (model, see) => {
    const run = await open(model, this.feeds);
    for (const x of this.examples) {
      const outputs = await run(x);
      see(Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, value.data as Float32Array])));
    }
  };

  /** Half precision, 8 bits without and with examples. */
  async all(name: string): Promise<{ half: Figures; dynamic: Figures; fixed: Figures }> {
    const half = await this.figuresOf(`${name}, half precision`, toFloat16Storage(this.model));
    const dynamic = await this.figuresOf(`${name}, dynamic`, quantizeDynamic(this.model));
    const ranges = await calibrate(this.model, this.calibration);
    return { half, dynamic, fixed: await this.figuresOf(`${name}, static`, quantizeStatic(this.model, ranges)) };
  }
}

describe("Human's networks that look at faces", () => {
  it.each(['antispoof', 'blazeface', 'emotion', 'facemesh', 'faceres', 'iris', 'liveness'] satisfies HumanNetwork[])(
    '%s says nearly the same with small weights',
    async (name) => {
      const { model } = compileHuman(name);
      const [, height, width, channels] = model.graph.inputs[0]!.shape as number[];
      const [least, most] = pixelRanges[name];
      const scale = (byte: number): number => least + ((most - least) * byte) / 255;
      const subject = await Subject.of(model, {
        height: height!,
        width: width!,
        channels: channels!,
        isChannelsFirst: false,
        scale,
      });
      const { half, dynamic, fixed } = await subject.all(name);
      expect(half.cosine).toBeGreaterThan(0.9999);
      expect(dynamic.cosine).toBeGreaterThan(0.99);
      // Two small networks feel ranges that are fixed: boxes of 24 to 96 channels, probabilities of seven emotions.
      const isFrail = name === 'blazeface' || name === 'emotion';
      expect(fixed.cosine).toBeGreaterThan(isFrail ? 0.98 : 0.99);
      // Weights below 4,096 elements stay as they are: most of the smallest network, blazeface.
      expect([half.sizeRatio < 0.6, dynamic.sizeRatio < 0.65, fixed.sizeRatio < 0.65]).toEqual([true, true, true]);
    },
  );
});

describe.skipIf(datasets === undefined)('networks of the data sets (skipped: no LANTERN_DATASETS)', () => {
  const prepared = (path: string): OnnxModel => {
    const model = readModel(readFileSync(join(datasets!, 'vision/weights', path)));
    return raiseOpset(foldBatchNorm(removeIdentity(constantFold(model))));
  };

  it.each([
    {
      name: 'MobileFaceNet',
      path: 'mobilefacenet/MobileFaceNet.onnx',
      sidePixels: 112,
      scale: (byte: number): number => (byte - 127.5) / 127.5,
      feeds: {},
    },
    {
      name: 'PicoDet',
      path: 'picodet/picodet_s_416_coco.onnx',
      sidePixels: 416,
      scale: (byte: number, channel: number): number =>
        (byte / 255 - [0.485, 0.456, 0.406][channel]!) / [0.229, 0.224, 0.225][channel]!,
      feeds: {},
    },
  ])('$name says nearly the same with small weights', async ({ name, path, sidePixels, scale, feeds }) => {
    const format = { height: sidePixels, width: sidePixels, channels: 3, isChannelsFirst: true, scale };
    const { half, dynamic, fixed } = await (await Subject.of(prepared(path), format, feeds)).all(name);
    expect(half.cosine).toBeGreaterThan(0.9999);
    expect(dynamic.cosine).toBeGreaterThan(0.99);
    expect(fixed.cosine).toBeGreaterThan(0.99);
    expect([half.sizeRatio < 0.53, dynamic.sizeRatio < 0.4, fixed.sizeRatio < 0.4]).toEqual([true, true, true]);
  });
});
