import type { ModelSession } from '../model-session.js';
import { tensor, tensorNamed } from '../tensors/tensor.js';
import { planes, suppress, type Detection, type Picture } from './pictures.fixture.js';

/** x and y in pixels. */
type Point = readonly [number, number];

export interface Face extends Detection {
  /** Eyes, nose, corners of the mouth. */
  readonly landmarks: readonly Point[];
}

const raw = [0, 0, 0] as const;
const unit = [1, 1, 1] as const;
const blueFirst = [2, 1, 0] as const;

/**
 * Faces by YuNet (libfacedetection): on three grids, scores of a class and of an object, a box around a point of its cell and
 * five landmarks beside it. @param picture as large as the network takes
 */
export async function findFaces(yunet: ModelSession, picture: Picture): Promise<Face[]> {
  const { widthPx, heightPx } = picture;
  const input = tensor('float32', planes(picture, blueFirst, raw, unit), [1, 3, heightPx, widthPx]);
  const outputs = await yunet.run({ input });
  const faces: Face[] = [];
  for (const stride of [8, 16, 32]) {
    const values = (name: string) => tensorNamed(outputs, `${name}_${stride}`, 'float32').data;
    const [classes, objects, boxes, points] = [values('cls'), values('obj'), values('bbox'), values('kps')];
    const nColumns = widthPx / stride;
    for (let cell = 0; cell < classes.length; cell++) {
      const probability = Math.sqrt(classes[cell]! * objects[cell]!);
      if (probability < 0.7) continue;
      const [column, row] = [cell % nColumns, Math.floor(cell / nColumns)];
      const [dx, dy, logWidth, logHeight] = boxes.subarray(4 * cell, 4 * cell + 4) as unknown as number[];
      const [width, height] = [Math.exp(logWidth!) * stride, Math.exp(logHeight!) * stride];
      const landmarks = [0, 1, 2, 3, 4].map((i): Point => [
        (points[10 * cell + 2 * i]! + column) * stride,
        (points[10 * cell + 2 * i + 1]! + row) * stride,
      ]);
      const [x, y] = [(column + dx!) * stride - width / 2, (row + dy!) * stride - height / 2];
      faces.push({ x, y, width, height, probability, landmarks });
    }
  }
  return suppress(faces, 0.3);
}

/** Where the landmarks lie in a picture of 112 x 112 (ArcFace's template). */
const template: readonly Point[] = [
  [38.2946, 51.6963],
  [73.5318, 51.5014],
  [56.0252, 71.7366],
  [41.5493, 92.3655],
  [70.7299, 92.2041],
];
const alignedPx = 112;

/** Turns, scales and moves a face so that its landmarks lie as near to the template's as they can (least squares). */
export function align({ rgb, widthPx, heightPx }: Picture, landmarks: readonly Point[]): Picture {
  const centre = (points: readonly Point[], axis: 0 | 1) => points.reduce((sum, p) => sum + p[axis], 0) / points.length;
  const [fromX, fromY] = [centre(template, 0), centre(template, 1)];
  const [toX, toY] = [centre(landmarks, 0), centre(landmarks, 1)];
  // As complex numbers: the factor that takes the template's points to the face's, about their centres.
  let [real, imaginary, norm] = [0, 0, 0];
  template.forEach(([x, y], i) => {
    const [u, v] = [x - fromX, y - fromY];
    const [s, t] = [landmarks[i]![0] - toX, landmarks[i]![1] - toY];
    real += u * s + v * t;
    imaginary += u * t - v * s;
    norm += u * u + v * v;
  });
  const aligned = new Uint8Array(alignedPx * alignedPx * 3);
  for (let y = 0; y < alignedPx; y++)
    for (let x = 0; x < alignedPx; x++) {
      const [u, v] = [x - fromX, y - fromY];
      const sourceX = toX + (real * u - imaginary * v) / norm;
      const sourceY = toY + (imaginary * u + real * v) / norm;
      for (let channel = 0; channel < 3; channel++)
        aligned[(y * alignedPx + x) * 3 + channel] = between(rgb, widthPx, heightPx, sourceX, sourceY, channel);
    }
  return { rgb: aligned, widthPx: alignedPx, heightPx: alignedPx };
}

/** The value at a place between pixels, bilinear; black outside. */
function between(rgb: Uint8Array, widthPx: number, heightPx: number, x: number, y: number, channel: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const at = (column: number, row: number) =>
    column < 0 || row < 0 || column >= widthPx || row >= heightPx ? 0 : rgb[(row * widthPx + column) * 3 + channel]!;
  const [right, below] = [x - left, y - top];
  const upper = at(left, top) * (1 - right) + at(left + 1, top) * right;
  const lower = at(left, top + 1) * (1 - right) + at(left + 1, top + 1) * right;
  return upper * (1 - below) + lower * below;
}
