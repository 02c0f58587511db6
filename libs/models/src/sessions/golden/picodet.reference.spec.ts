import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelSession } from '../model-session.js';
import { ModelSessions } from '../model-sessions.js';
import { tensor, tensorNamed, type NamedTensors } from '../tensors/tensor.js';
import { datasets, inDatasets, modelFile, overlap, planes, readPicture, suppress, whySkipped } from './pictures.fixture.js';
import type { Detection } from './pictures.fixture.js';

/** PicoDet-S 416 (PaddleDetection): four grids; a side of a box is the mean of a distribution over 8 steps of its grid. */
const sizePx = 416;
const strides = [8, 16, 32, 64];
const nSteps = 8;
const nClasses = 80;
const person = 0;
// ImageNet's, in bytes, red first (PaddleDetection, configs/picodet: NormalizeImage).
const mean = [123.675, 116.28, 103.53] as const;
const deviation = [58.395, 57.12, 57.375] as const;

interface CocoFile {
  readonly images: readonly { readonly id: number; readonly file_name: string }[];
  readonly annotations: readonly { readonly image_id: number; readonly bbox: readonly [number, number, number, number] }[];
}

describe.skipIf(!datasets)(`PicoDet through a session${whySkipped}`, () => {
  let sessions: ModelSessions;
  let session: ModelSession;
  beforeAll(async () => {
    sessions = new ModelSessions({ workers: 1 });
    const file = await modelFile(inDatasets('vision/weights/picodet/picodet_s_416_coco.onnx'));
    session = await sessions.open(file, { isTrusted: true });
  });
  afterAll(() => sessions.close());

  it('finds the persons that people have marked', async () => {
    const folder = 'vision/images/coco-person';
    const coco = JSON.parse(await readFile(inDatasets(folder, 'test_coco.json'), 'utf8')) as CocoFile;
    let nPersons = 0;
    let nFound = 0;
    let nFalse = 0;
    for (const name of ['000000000785.jpg', '000000196141.jpg']) {
      const { id } = coco.images.find(({ file_name }) => file_name === name)!;
      const persons = coco.annotations
        .filter(({ image_id }) => image_id === id)
        .map(({ bbox: [x, y, width, height] }) => ({ x, y, width, height }));
      const found = await findPersons(session, inDatasets(folder, name));
      nPersons += persons.length;
      nFound += persons.filter((box) => found.some((other) => overlap(box, other) >= 0.5)).length;
      nFalse += found.filter((box) => persons.every((other) => overlap(box, other) < 0.5)).length;
    }
    expect(nPersons).toBe(6);
    expect(nFound).toBe(6);
    // One more than the marks know of; more would be a mistake in reading the outputs.
    expect(nFalse).toBeLessThanOrEqual(1);
  });

  it('refuses a picture of another size before the runtime sees it', async () => {
    const image = tensor('float32', new Float32Array(3 * 320 * 320), [1, 3, 320, 320]);
    await expect(session.run({ image })).rejects.toThrow('image has dims [1, 3, 320, 320], not [1, 3, 416, 416]');
  });
});

async function findPersons(session: ModelSession, path: string): Promise<Detection[]> {
  const original = await readPicture(path);
  const picture = await readPicture(path, { width: sizePx, height: sizePx });
  const image = tensor('float32', planes(picture, [0, 1, 2], mean, deviation), [1, 3, sizePx, sizePx]);
  const outputs = await session.run({ image });
  const scale = { x: original.widthPx / sizePx, y: original.heightPx / sizePx };
  return suppress(
    strides.flatMap((stride, level) => boxesOf(outputs, level, stride)),
    0.6,
  ).map(({ x, y, width, height, probability }) => ({
    x: x * scale.x,
    y: y * scale.y,
    width: width * scale.x,
    height: height * scale.y,
    probability,
  }));
}

function boxesOf(outputs: NamedTensors, level: number, stride: number): Detection[] {
  const scores = tensorNamed(outputs, `save_infer_model/scale_${level}.tmp_1`, 'float32').data;
  const sides = tensorNamed(outputs, `save_infer_model/scale_${level + 4}.tmp_1`, 'float32').data;
  const nColumns = Math.ceil(sizePx / stride);
  const boxes: Detection[] = [];
  for (let cell = 0; cell < nColumns * nColumns; cell++) {
    const probability = scores[cell * nClasses + person]!;
    if (probability < 0.4) continue;
    const x = ((cell % nColumns) + 0.5) * stride;
    const y = (Math.floor(cell / nColumns) + 0.5) * stride;
    const [left, top, right, bottom] = [0, 1, 2, 3].map(
      (side) => stride * expectedStep(sides.subarray((cell * 4 + side) * nSteps, (cell * 4 + side + 1) * nSteps)),
    ) as [number, number, number, number];
    boxes.push({ x: x - left, y: y - top, width: left + right, height: top + bottom, probability });
  }
  return boxes;
}

/** The mean of a softmax over steps 0, 1, 2, ... */
function expectedStep(logits: Float32Array): number {
  const weights = [...logits].map((logit) => Math.exp(logit));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.reduce((sum, weight, step) => sum + step * weight, 0) / total;
}
