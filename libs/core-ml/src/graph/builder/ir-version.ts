/**
 * The version of ONNX's file format that came with each version of its operator set
 * (https://github.com/onnx/onnx/blob/main/docs/Versioning.md, table of released versions).
 */
const firstOpsets: readonly (readonly [opset: number, irVersion: number])[] = [
  [23, 11],
  [21, 10],
  [19, 9],
  [15, 8],
  [12, 7],
  [11, 6],
  [10, 5],
  [9, 4],
];

/** The file format's version for an operator set; 3 before the ninth. */
export function irVersionOf(opset: number): number {
  return firstOpsets.find(([first]) => opset >= first)?.[1] ?? 3;
}
