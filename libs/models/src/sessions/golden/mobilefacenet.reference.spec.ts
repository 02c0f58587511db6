import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelSession } from '../model-session.js';
import { ModelSessions } from '../model-sessions.js';
import { tensor, tensorNamed } from '../tensors/tensor.js';
import { align, findFaces } from './faces.fixture.js';
import { datasets, inDatasets, modelFile, planes, readPicture, whySkipped } from './pictures.fixture.js';

const yunetPx = 640;
// ImageNet's, in bytes (foamliu/MobileFaceNet, its transforms).
const mean = [0.485 * 255, 0.456 * 255, 0.406 * 255] as const;
const deviation = [0.229 * 255, 0.224 * 255, 0.225 * 255] as const;
/** Between pairs of one person and of two, as measured on 300 labelled pairs. */
const threshold = 0.39;

describe.skipIf(!datasets)(`MobileFaceNet through a session${whySkipped}`, () => {
  let sessions: ModelSessions;
  let yunet: ModelSession;
  let mobileFaceNet: ModelSession;
  beforeAll(async () => {
    sessions = new ModelSessions({ workers: 1 });
    const open = async (path: string) => sessions.open(await modelFile(inDatasets(path)), { isTrusted: true });
    yunet = await open('vision/weights/yunet/yunet_n_640_640.onnx');
    mobileFaceNet = await open('vision/weights/mobilefacenet/MobileFaceNet.onnx');
  });
  afterAll(() => sessions.close());

  /** The descriptor of a picture's largest face, of norm 1. */
  async function describeFace(name: string): Promise<Float32Array> {
    const path = inDatasets('vision/images/faces', name);
    // Stretched both ways alike, so that a face keeps its shape; the rest is black.
    const original = await readPicture(path);
    const scale = yunetPx / Math.max(original.widthPx, original.heightPx);
    const size = { width: Math.round(original.widthPx * scale), height: Math.round(original.heightPx * scale) };
    const picture = padded(await readPicture(path, size));
    const [face] = (await findFaces(yunet, picture)).sort((a, b) => b.width - a.width);
    expect(face, name).toBeDefined();
    const input = planes(align(picture, face!.landmarks), [0, 1, 2], mean, deviation);
    const outputs = await mobileFaceNet.run({ input0: tensor('float32', input, [1, 3, 112, 112]) });
    const { data, dims } = tensorNamed(outputs, 'output0', 'float32');
    expect(dims).toEqual([1, 128]);
    const norm = Math.sqrt(data.reduce((sum, value) => sum + value * value, 0));
    return data.map((value) => value / norm);
  }

  it('tells one person from another', async () => {
    const names = ['obama.jpg', 'obama2.jpg', 'biden.jpg', 'biden2.jpg'];
    const faces: Float32Array[] = [];
    for (const name of names) faces.push(await describeFace(name));
    const cosine = (i: number, j: number) => faces[i]!.reduce((sum, value, k) => sum + value * faces[j]![k]!, 0);
    expect(cosine(0, 1)).toBeGreaterThan(threshold);
    expect(cosine(2, 3)).toBeGreaterThan(threshold);
    for (const i of [0, 1]) for (const j of [2, 3]) expect(cosine(i, j)).toBeLessThan(threshold - 0.1);
  });
});

function padded({ rgb, widthPx, heightPx }: Awaited<ReturnType<typeof readPicture>>) {
  const whole = new Uint8Array(yunetPx * yunetPx * 3);
  for (let row = 0; row < heightPx; row++)
    whole.set(rgb.subarray(row * widthPx * 3, (row + 1) * widthPx * 3), row * yunetPx * 3);
  return { rgb: whole, widthPx: yunetPx, heightPx: yunetPx };
}
